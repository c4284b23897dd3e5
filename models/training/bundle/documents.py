"""The documents of a bundle beside its trees."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from bundle.onnx_writer import INPUT_NAME, OUTPUT_NAME
from data.dataset import VectorSet
from learning.calibration import IDENTITY, Affine


def population_of(data: VectorSet) -> NDArray[np.float32]:
    """The vectors of the last as-of: whom the model will meet."""
    return np.asarray(data.vectors[data.evaluated & (data.as_of == data.last_as_of)], np.float32)


def feature_schema(data: VectorSet) -> dict[str, Any]:
    """The features in vector order with what is usual: the median of the population."""
    population = population_of(data)
    features = []
    for column, feature in enumerate(data.export["features"]):
        known = population[~np.isnan(population[:, column]), column]
        typical = None if known.size == 0 else float(np.median(known))
        features.append({**feature, "dtype": "float32", "typicalValue": typical})
    return {"schemaSha256": data.export["featureSchemaSha256"], "features": features}


def calibration_document(calibration: Affine, figures: dict[str, Any]) -> dict[str, Any]:
    """The constants of the graph, and what they were worth on users that had no part in them."""
    return {
        "method": "identity" if calibration == IDENTITY else "platt",
        "scale": calibration.scale,
        "offset": calibration.offset,
        "rows": figures["n"],
        "ece": figures["ece"],
        "brier": figures["brier"],
    }


def model_metadata(data: VectorSet, name: str, version: str, high: float, git_commit: str) -> dict[str, str]:
    """What model.onnx says of itself."""
    return {
        "model_author": "churn-warning",
        "model_license": "Apache-2.0 for the trees; the training data states no licence",
        "model_name": name,
        "model_version": version,
        "feature_schema_sha256": data.export["featureSchemaSha256"],
        "feature_names": json.dumps(data.feature_names),
        "training_data_end": data.export["asOfs"][-1],
        "threshold_high": str(high),
        "git_commit": git_commit,
    }


def ml_model(name: str, version: str, features: int) -> str:
    """The MLflow description of the ONNX flavour."""

    def tensor(tensor_name: str, columns: int) -> str:
        spec = {"dtype": "float32", "shape": [-1, columns]}
        return json.dumps([{"name": tensor_name, "type": "tensor", "tensor-spec": spec}])

    return f"""\
flavors:
  onnx:
    data: model.onnx
    onnx_version: '{onnx.__version__}'
    providers:
    - CPUExecutionProvider
signature:
  inputs: '{tensor(INPUT_NAME, features)}'
  outputs: '{tensor(OUTPUT_NAME, 1)}'
metadata:
  model_name: {name}
  model_version: {version}
"""
