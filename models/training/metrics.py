"""Measures of a probability of churn against what happened."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

Floats = NDArray[np.floating]
Labels = NDArray[np.int8]


def measure(churned: Labels, probability: Floats) -> dict[str, float | int]:
    """The figures of the model card; keys are those of its JSON."""
    return {
        "auc": float(roc_auc_score(churned, probability)),
        "prAuc": float(average_precision_score(churned, probability)),
        "topDecileLift": top_decile_lift(churned, probability),
        "brier": float(brier_score_loss(churned, probability)),
        "ece": expected_calibration_error(churned, probability),
        "n": int(churned.size),
        "churners": int(churned.sum()),
    }


def rank_only(churned: Labels, score: Floats) -> dict[str, float | int]:
    """For scores that are no probabilities: what depends on the order alone."""
    return {
        "auc": float(roc_auc_score(churned, score)),
        "prAuc": float(average_precision_score(churned, score)),
        "topDecileLift": top_decile_lift(churned, score),
        "n": int(churned.size),
        "churners": int(churned.sum()),
    }


def top_decile_lift(churned: Labels, score: Floats) -> float:
    """Churn rate of the tenth with the highest scores over that of all."""
    tenth = np.argsort(-score, kind="stable")[: churned.size // 10]
    return float(churned[tenth].mean() / churned.mean())


def expected_calibration_error(churned: Labels, probability: Floats, bins: int = 10) -> float:
    """Mean gap between probability and churn rate over bins of equal size."""
    order = np.argsort(probability, kind="stable")
    gaps = [
        abs(float(probability[part].mean()) - float(churned[part].mean())) * part.size
        for part in np.array_split(order, bins)
        if part.size > 0
    ]
    return float(sum(gaps) / churned.size)
