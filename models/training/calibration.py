"""Platt scaling: a scale and an offset on the log-odds, small enough to live in the graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Affine:
    """margin -> scale * margin + offset, in float32 as the graph computes it."""

    scale: float
    offset: float

    def apply(self, margin: Floats) -> Floats:
        return float(np.float32(self.scale)) * margin + float(np.float32(self.offset))


IDENTITY = Affine(1.0, 0.0)


def sigmoid(margin: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-margin))


def fit_platt(margin: Floats, churned: NDArray[np.int8]) -> Affine:
    model = LogisticRegression(C=1e6).fit(margin.reshape(-1, 1), churned)
    return Affine(scale=float(model.coef_[0, 0]), offset=float(model.intercept_[0]))


def cross_fitted(margin: Floats, churned: NDArray[np.int8], fold: NDArray[np.int64]) -> Floats:
    """Margins of each fold, calibrated by what the other folds say."""
    calibrated = np.empty_like(margin)
    for held_out in np.unique(fold):
        inside = fold != held_out
        calibrated[~inside] = fit_platt(margin[inside], churned[inside]).apply(margin[~inside])
    return calibrated


def choose(margin: Floats, churned: NDArray[np.int8], fold: NDArray[np.int64]) -> tuple[Affine, Floats]:
    """Calibration of the final model and the honest margins to report: none where it does not lower the log loss."""
    calibrated = cross_fitted(margin, churned, fold)
    if log_loss(churned, sigmoid(calibrated)) < log_loss(churned, sigmoid(margin)):
        return fit_platt(margin, churned), calibrated
    return IDENTITY, margin
