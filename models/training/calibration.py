"""Calibration: a scale and an offset on the log-odds (Platt), small enough to live in the graph.

Isotonic regression is measured beside it and goes no further: its steps give many subscribers the same probability, and
contributions would no longer add up to the score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from metrics import measure

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Affine:
    """margin -> scale * margin + offset, in float32 as the graph computes it."""

    scale: float
    offset: float

    def apply(self, margin: Floats) -> Floats:
        return float(np.float32(self.scale)) * margin + float(np.float32(self.offset))


IDENTITY = Affine(1.0, 0.0)

LEAST_ODDS_SHARE = 1e-4
"""Isotonic steps of 0 or 1 are moved inside by this much: one wrong row would make their log loss infinite."""


def sigmoid(margin: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-margin))


def fit_platt(margin: Floats, churned: NDArray[np.int8]) -> Affine:
    model = LogisticRegression(C=1e6).fit(margin.reshape(-1, 1), churned)
    return in_float32(Affine(scale=float(model.coef_[0, 0]), offset=float(model.intercept_[0])))


def in_float32(affine: Affine) -> Affine:
    """The constants that the graph can hold, so that file, graph and figures speak of the same ones."""
    return Affine(scale=float(np.float32(affine.scale)), offset=float(np.float32(affine.offset)))


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


def methods_tried(margin: Floats, churned: NDArray[np.int8], fold: NDArray[np.int64]) -> dict[str, dict[str, float]]:
    """Log loss, Brier and ECE of each method, each fold calibrated by the others: identity, Platt, isotonic."""
    probabilities = {
        "identity": sigmoid(margin),
        "platt": sigmoid(cross_fitted(margin, churned, fold)),
        "isotonic": _cross_fitted_isotonic(margin, churned, fold),
    }
    return {
        method: {"logLoss": float(log_loss(churned, probability)), **_calibration_figures(churned, probability)}
        for method, probability in probabilities.items()
    }


def _calibration_figures(churned: NDArray[np.int8], probability: Floats) -> dict[str, float]:
    figures = measure(churned, probability)
    return {key: figures[key] for key in ("brier", "ece")}


def _cross_fitted_isotonic(margin: Floats, churned: NDArray[np.int8], fold: NDArray[np.int64]) -> Floats:
    probability = np.empty_like(margin)
    for held_out in np.unique(fold):
        inside = fold != held_out
        steps = IsotonicRegression(y_min=LEAST_ODDS_SHARE, y_max=1 - LEAST_ODDS_SHARE, out_of_bounds="clip")
        probability[~inside] = steps.fit(margin[inside], churned[inside]).predict(margin[~inside])
    return probability
