"""Is the score good for the right reasons: what shuffled labels, other folds and other columns give."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from data.dataset import VectorSet
from evaluation.populations import Customers, Rows, measure_all
from learning.cross_validation import SEED, USUAL_TREES, folds_of, out_of_fold_margins

SHUFFLES = 4
OTHER_DRAWS = 4
LONGEST_SHORT_WINDOW_DAYS = 31
FEWEST_UNKNOWN = 0.01
"""Features that are unknown, or known, for a smaller share say nothing worth a line."""


def leakage(customers: Customers, fold: NDArray[np.int64]) -> dict[str, Any]:
    """AUC with shuffled labels, about 0.5 where nothing leaks, and what the mere pattern of unknown values tells."""
    shuffled = _shuffled_aucs(customers)
    return {
        "shuffledLabels": {"auc": float(np.mean(shuffled)), "each": shuffled},
        "unknownValues": {
            # A model that sees only which values are unknown.
            **_without_intervals(_cross_validated(_only_unknowns(customers), fold)),
            "features": _unknown_features(customers),
        },
    }


def fold_draws(customers: Customers) -> list[dict[str, Any]]:
    """The procedure repeated with users in other folds: what the draw alone moves."""
    data = customers.data
    margins = (
        out_of_fold_margins(data, data.churned, folds_of(data, SEED + draw), USUAL_TREES)
        for draw in range(1, OTHER_DRAWS + 1)
    )
    return [_aucs_of(measure_all(customers, margin, is_probability=False, resamples=0)) for margin in margins]


def sensitivity(customers: Customers, fold: NDArray[np.int64]) -> list[dict[str, Any]]:
    """The procedure repeated without columns that speak of the source's own history rather than of behaviour."""
    names = customers.data.feature_names
    windows = {feature["name"]: feature["windowDays"] for feature in customers.data.export["features"]}
    tenure = [name for name in names if name == "tenure_days"]
    history = [name for name in names if name == "observed_days"]
    long = [name for name in names if (windows[name] or 0) > LONGEST_SHORT_WINDOW_DAYS and name not in history]
    variants: tuple[tuple[str, list[str]], ...] = (
        ("nothing", []),
        ("tenure", tenure),
        ("length of history", history),
        ("tenure and length of history", tenure + history),
        ("length of history and every window over a month", history + long),
        ("tenure, length of history and every window over a month", tenure + history + long),
    )
    return [
        {
            "without": title,
            "dropped": len(dropped),
            **_without_intervals(_cross_validated(replace(customers, data=_without(customers.data, dropped)), fold)),
        }
        for title, dropped in variants
    ]


def _shuffled_aucs(customers: Customers) -> list[float]:
    """The whole procedure, folds included, with each user's label given to another user."""
    data = customers.data
    users, index = np.unique(data.user_id, return_inverse=True)
    label = np.zeros(users.size, np.int8)
    label[index] = data.churned
    random = np.random.default_rng(SEED)
    found = []
    for _ in range(SHUFFLES):
        labels = random.permutation(label)[index]
        # Folds of their own: where they hold unequal shares of the shuffled churners, a fold with many is scored by a
        # model that saw few, and the AUC over all folds lies below 0.5 for that reason alone.
        margin = out_of_fold_margins(data, labels, folds_of(data, labels=labels), USUAL_TREES)
        if len(np.unique(labels[customers.last])) > 1:
            found.append(float(roc_auc_score(labels[customers.last], margin[customers.last])))
    return found


def _aucs_of(figures: dict[str, Any]) -> dict[str, Any]:
    return {population: {"auc": row["auc"]} for population, row in figures.items()}


def _cross_validated(customers: Customers, fold: NDArray[np.int64]) -> dict[str, Any]:
    margin = out_of_fold_margins(customers.data, customers.data.churned, fold, USUAL_TREES)
    return measure_all(customers, margin, is_probability=False, resamples=0)


def _without(data: VectorSet, names: list[str]) -> VectorSet:
    vectors = data.vectors.copy()
    vectors[:, [data.column(name) for name in names]] = np.nan
    return replace(data, vectors=vectors)


def _only_unknowns(customers: Customers) -> Customers:
    data = customers.data
    return replace(customers, data=replace(data, vectors=np.isnan(data.vectors).astype(np.float32)))


def _unknown_features(customers: Customers) -> list[dict[str, Any]]:
    """Features that are known for some users only, those with the widest gap in churn rates first."""
    churned = customers.data.churned[customers.last]
    unknown = np.isnan(customers.data.vectors[customers.last])
    found = [
        {
            "feature": name,
            "unknownShare": float(unknown[:, column].mean()),
            "churnRateIfUnknown": float(churned[unknown[:, column]].mean()),
            "churnRateIfKnown": float(churned[~unknown[:, column]].mean()),
        }
        for column, name in enumerate(customers.data.feature_names)
        if _both_kinds(unknown[:, column])
    ]
    return sorted(found, key=lambda row: -abs(row["churnRateIfUnknown"] - row["churnRateIfKnown"]))


def _both_kinds(unknown: Rows) -> bool:
    return unknown.size > 0 and FEWEST_UNKNOWN <= float(unknown.mean()) <= 1 - FEWEST_UNKNOWN


def _without_intervals(figures: dict[str, Any]) -> dict[str, Any]:
    return {key: {name: value for name, value in row.items() if name != "intervals"} for key, row in figures.items()}
