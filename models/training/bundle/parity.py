"""Do the graph and LightGBM say the same? Checked here with ONNX Runtime, and left behind for Node to check itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import lightgbm as lgb
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import ModelProto

from bundle.onnx_writer import INPUT_NAME
from learning.boosting import raw_margin
from learning.calibration import Affine, sigmoid

Matrix = NDArray[np.float32]

ROWS = 20_000
MISSING_SHARE = 0.05
TOLERANCE = 1e-6
"""Largest difference of a probability."""


class ParityError(Exception):
    """The graph does not say what LightGBM says."""


def probabilities(model: ModelProto, vectors: Matrix) -> Matrix:
    """What ONNX Runtime answers."""
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {INPUT_NAME: vectors})[0][:, 0], np.float32)


def check_parity(
    model: ModelProto, boosters: Sequence[lgb.Booster], calibration: Affine, vectors: Matrix
) -> tuple[float, NDArray[np.float64]]:
    """Largest difference of a probability, and LightGBM's calibrated log-odds. Raises ParityError beyond tolerance."""
    margins = calibration.apply(raw_margin(boosters, vectors))
    difference = float(np.abs(probabilities(model, vectors) - sigmoid(margins)).max())
    # Written so that NaN is refused too.
    if not difference <= TOLERANCE:
        raise ParityError(f"ONNX Runtime differs from LightGBM by {difference}")
    return difference, margins


def write_parity_rows(folder: Path, vectors: Matrix, margins: NDArray[np.float64]) -> None:
    """parity.f32 (little-endian float32, row by row) and parity.json."""
    rows, features = vectors.shape
    (folder / "parity.f32").write_bytes(np.ascontiguousarray(vectors, "<f4").tobytes())
    document = {"rows": rows, "features": features, "margins": margins.tolist(), "tolerance": TOLERANCE}
    (folder / "parity.json").write_text(json.dumps(document) + "\n", encoding="utf-8")
