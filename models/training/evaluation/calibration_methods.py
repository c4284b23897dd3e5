"""Ways to calibrate, measured side by side; what none of them lowers the log loss of stays as it is.

Isotonic regression is measured only: its steps give many subscribers the same probability, and contributions would no
longer add up to the score.
"""

from __future__ import annotations

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import log_loss

from evaluation.metrics import measure
from learning.calibration import Floats, Folds, Labels, cross_fitted, sigmoid

LEAST_PROBABILITY = 1e-4
"""Isotonic steps of 0 or 1 are moved inside by this much: one wrong row would make their log loss infinite."""


def methods_tried(margin: Floats, churned: Labels, fold: Folds) -> dict[str, dict[str, float]]:
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


def _calibration_figures(churned: Labels, probability: Floats) -> dict[str, float]:
    figures = measure(churned, probability)
    return {key: figures[key] for key in ("brier", "ece")}


def _cross_fitted_isotonic(margin: Floats, churned: Labels, fold: Folds) -> Floats:
    probability = np.empty_like(margin)
    for held_out in np.unique(fold):
        inside = fold != held_out
        steps = IsotonicRegression(y_min=LEAST_PROBABILITY, y_max=1 - LEAST_PROBABILITY, out_of_bounds="clip")
        probability[~inside] = steps.fit(margin[inside], churned[inside]).predict(margin[~inside])
    return probability
