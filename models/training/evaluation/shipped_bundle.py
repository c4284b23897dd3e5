"""A bundle's own probabilities for the given vectors: its ONNX graph, as it is served."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from bundle.onnx_writer import INPUT_NAME
from data.data_error import DataError
from evaluation.populations import Customers, measure_all

NOTE = "Honest only for users whom the bundle has not seen in training."
MADE_FOR_OTHERS = "Not measured: the bundle was made for other features than those of the vectors."


def measure_bundle(customers: Customers, bundle: Path) -> dict[str, Any]:
    """Figures of the bundle on the vectors; a note alone where it was made for other features, as before a training."""
    name = f"{bundle.parent.name}/{bundle.name}"
    if schema_of(bundle) != customers.data.export["featureSchemaSha256"]:
        return {"bundle": name, "note": MADE_FOR_OTHERS}
    session = onnxruntime.InferenceSession(str(bundle / "model.onnx"), providers=["CPUExecutionProvider"])
    probability = session.run(None, {INPUT_NAME: customers.data.vectors})[0][:, 0].astype(np.float64)
    return {"bundle": name, "note": NOTE, **measure_all(customers, probability)}


def schema_of(bundle: Path) -> str:
    """The hash of the features that a bundle was made for. Raises DataError where the folder holds no bundle."""
    try:
        return str(json.loads((bundle / "feature_schema.json").read_text(encoding="utf-8"))["schemaSha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{bundle}: not a bundle, its feature_schema.json cannot be read: {error}") from error
