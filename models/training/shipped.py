"""A bundle's own probabilities for the given vectors: its ONNX graph, as it is served."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from dataset import DataError
from onnx_writer import INPUT_NAME
from populations import Customers, measure_all

NOTE = "Honest only for users whom the bundle has not seen in training."


def shipped(customers: Customers, bundle: Path) -> dict[str, Any]:
    """Figures of the bundle on the vectors. Raises DataError if it was made for other features."""
    schema = json.loads((bundle / "feature_schema.json").read_text(encoding="utf-8"))
    if schema["schemaSha256"] != customers.data.export["featureSchemaSha256"]:
        raise DataError(f"{bundle}: made for other features than those of the vectors")
    session = onnxruntime.InferenceSession(str(bundle / "model.onnx"), providers=["CPUExecutionProvider"])
    probability = session.run(None, {INPUT_NAME: customers.data.vectors})[0][:, 0].astype(np.float64)
    return {"bundle": f"{bundle.parent.name}/{bundle.name}", "note": NOTE, **measure_all(customers, probability)}
