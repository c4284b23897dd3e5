"""The simpler ways, measured like the model: same users, same folds, same moments."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation import baselines
from evaluation.indicator_rules import indicator_flags
from evaluation.metrics import FEWEST_OF_A_KIND, RESAMPLES, measure
from evaluation.populations import Customers, Floats
from learning.cross_validation import Rows

BASELINES = {
    "rawTable": "LightGBM, tuned, on the raw monthly table",
    "rawTableUntuned": "LightGBM with its defaults on the raw monthly table",
    "logistic": "logistic regression on the vectors",
    "indicators": "number of indicator rules raised",
    "lowSpend": "low spend of the last month",
}


def compare(customers: Customers, fold: NDArray[np.int64]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Each baseline's figures per population: its own model per as-of, from the months up to it."""
    figures: dict[str, dict[str, Any]] = {key: {"title": title} for key, title in BASELINES.items()}
    by_logistic = baselines.logistic(customers.data, fold)
    scores: dict[int, dict[str, Floats]] = {}
    for population, rows in customers.populations.items():
        churned = customers.data.churned[rows]
        if min(int(churned.sum()), int(churned.size - churned.sum())) < FEWEST_OF_A_KIND:
            for key in BASELINES:
                figures[key][population] = measure(churned, np.zeros(churned.size))
            continue
        as_of = int(customers.data.as_of[rows][0])
        if as_of not in scores:
            scores[as_of] = _scores_at(customers, fold, as_of) | {"logistic": by_logistic}
        for key, score in scores[as_of].items():
            has_probability = key in ("rawTable", "rawTableUntuned", "logistic")
            figures[key][population] = measure(
                churned, score[rows], resamples=RESAMPLES, is_probability=has_probability
            )
    flags = indicator_flags(customers.data, customers.last, customers.raw_until(customers.last))
    churned = customers.data.churned[customers.last]
    return figures, {
        "raised": {
            name: {"users": int(flag.sum()), "churnRate": float(churned[flag].mean())}
            for name, flag in flags.raised.items()
        },
        "silent": flags.silent,
        "noneRaised": {
            "left": _share(flags.count(churned.size)[churned == 1] == 0),
            "stayed": _share(flags.count(churned.size)[churned == 0] == 0),
        },
    }


def _share(rows: Rows) -> float | None:
    return float(rows.mean()) if rows.size > 0 else None


def _scores_at(customers: Customers, fold: NDArray[np.int64], as_of: int) -> dict[str, Floats]:
    """Scores by the monthly table for the rows of one as-of; NaN elsewhere."""
    data = customers.data
    rows: Rows = data.evaluated & (data.as_of == as_of)
    raw, churned = customers.raw_until(rows), data.churned[rows]
    found = {
        "rawTable": baselines.raw_table(raw, churned, fold[rows], tuned=True),
        "rawTableUntuned": baselines.raw_table(raw, churned, fold[rows], tuned=False),
        "lowSpend": baselines.low_spend(raw),
        "indicators": indicator_flags(data, rows, raw).count(churned.size),
    }
    everywhere = {key: np.full(data.churned.size, np.nan) for key in found}
    for key, score in found.items():
        everywhere[key][rows] = score
    return everywhere
