"""Writes a bundle folder: everything a scorer checks before it serves."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import ModelProto

from dataset import VectorSet
from onnx_writer import INPUT_NAME, OUTPUT_NAME

THRESHOLD_HIGH = 0.6
THRESHOLD_MEDIUM = 0.3


def feature_schema(data: VectorSet) -> dict[str, Any]:
    """The features in vector order with what is usual: the median of the population at the last as-of."""
    population = data.vectors[data.as_of == data.last_as_of]
    features = []
    for column, feature in enumerate(data.export["features"]):
        known = population[~np.isnan(population[:, column]), column]
        typical = None if known.size == 0 else float(np.median(known))
        features.append({**feature, "dtype": "float32", "typicalValue": typical})
    return {"schemaSha256": data.export["featureSchemaSha256"], "features": features}


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


def write_bundle(
    folder: Path,
    model: ModelProto,
    data: VectorSet,
    golden: str,
    summary: dict[str, Any],
    card: str,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name, version = folder.parent.name, folder.name
    files: dict[str, bytes] = {
        "model.onnx": model.SerializeToString(deterministic=True),
        "MLmodel": ml_model(name, version, len(data.feature_names)).encode(),
        "feature_schema.json": _json(feature_schema(data)),
        "thresholds.json": _json({"high": THRESHOLD_HIGH, "medium": THRESHOLD_MEDIUM}),
        "golden.jsonl": golden.encode(),
        "training_summary.json": _json(summary),
        "MODEL_CARD.md": card.encode(),
    }
    for file_name, content in files.items():
        (folder / file_name).write_bytes(content)
    sums = [f"{hashlib.sha256(content).hexdigest()}  {file_name}" for file_name, content in sorted(files.items())]
    (folder / "SHA256SUMS").write_text("\n".join(sums) + "\n", encoding="utf-8")


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
