"""Calibration: a scale and an offset on the log-odds (Platt), small enough to live in the graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

Floats = NDArray[np.float64]
Labels = NDArray[np.int8]
Folds = NDArray[np.int64]
Rows = NDArray[np.bool_]


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


def fit_platt(margin: Floats, churned: Labels) -> Affine:
    model = LogisticRegression(C=1e6).fit(margin.reshape(-1, 1), churned)
    return in_float32(Affine(scale=float(model.coef_[0, 0]), offset=float(model.intercept_[0])))


def in_float32(affine: Affine) -> Affine:
    """The constants that the graph can hold, so that file, graph and figures speak of the same ones."""
    return Affine(scale=float(np.float32(affine.scale)), offset=float(np.float32(affine.offset)))


def cross_fitted(margin: Floats, churned: Labels, fold: Folds) -> Floats:
    """Margins of each fold, calibrated by what the other folds say."""
    calibrated = np.empty_like(margin)
    for held_out in np.unique(fold):
        inside = fold != held_out
        calibrated[~inside] = fit_platt(margin[inside], churned[inside]).apply(margin[~inside])
    return calibrated


def choose(margin: Floats, churned: Labels, fold: Folds) -> tuple[Affine, Floats]:
    """Calibration of the final model and the honest margins to report: none where it does not lower the log loss."""
    calibrated = cross_fitted(margin, churned, fold)
    if log_loss(churned, sigmoid(calibrated)) < log_loss(churned, sigmoid(margin)):
        return fit_platt(margin, churned), calibrated
    return IDENTITY, margin


def cross_fitted_probability(margin: Floats, churned: Labels, fold: Folds, judged: Rows) -> tuple[Affine, Floats]:
    """The calibration of the final model, and honest probabilities of all rows.

    `judged` are the rows that calibration is fitted on: those of the last as-of, whose label is the next month. The
    other rows of a fold get the calibration that their own users had no part in.
    """
    calibration, _ = choose(margin[judged], churned[judged], fold[judged])
    if calibration == IDENTITY:
        return calibration, sigmoid(margin)
    calibrated = calibration.apply(margin)
    for number in np.unique(fold):
        others = judged & (fold != number)
        rows = fold == number
        calibrated[rows] = fit_platt(margin[others], churned[others]).apply(margin[rows])
    return calibration, sigmoid(calibrated)
