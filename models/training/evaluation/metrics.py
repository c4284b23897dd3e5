"""Measures of a score against what happened, with intervals over users.

All measures are written for weighted rows, so that a bootstrap is nothing but the same computation with the number of
times that each user was drawn as the weights: hundreds of resamples are one matrix. Rows with equal scores share their
places, so that no figure depends on the order of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Labels = NDArray[np.int8]
Figures = dict[str, Any]

RESAMPLES = 500
BOOTSTRAP_SEED = 20130901
CHUNK_CELLS = 1_000_000
"""Resamples are taken in chunks of about this many cells, which keeps them within a processor's cache."""

ECE_BINS = 10
FEWEST_OF_A_KIND = 5
"""Fewer churners, or fewer who stayed, are not enough for a figure."""

ORDER_KEYS = ("auc", "prAuc", "topDecileLift", "recallAt5", "recallAt10", "recallAt20")
PROBABILITY_KEYS = ("brier", "ece")
NOT_ENOUGH = "not enough"


def measure(
    churned: Labels,
    probability: Floats,
    *,
    resamples: int = 0,
    is_probability: bool = True,
    weight: Floats | None = None,
) -> Figures:
    """The figures of one population; with resamples also `intervals`, 95 % of a bootstrap over its rows, one per user.

    A score that is no probability has neither `brier` nor `ece`. `weight` counts a row for more or less than one, such
    as in a sample that was rebalanced. With too few of a kind the figures are None and `note` says "not enough".
    """
    keys = (*ORDER_KEYS, *PROBABILITY_KEYS) if is_probability else ORDER_KEYS
    counted = {"n": int(churned.size), "churners": int(churned.sum())}
    if min(counted["churners"], counted["n"] - counted["churners"]) < FEWEST_OF_A_KIND:
        return {**dict.fromkeys(keys), **counted, "note": NOT_ENOUGH}
    # Of mean 1, so that a tenth of the weights is counted in users.
    weights = np.ones(churned.size) if weight is None else np.asarray(weight / np.mean(weight), np.float64)
    ordered = _order(churned, probability, weights)
    figures = {key: float(value[0]) for key, value in _measures(ordered, ordered.weight[np.newaxis], keys).items()}
    if resamples == 0:
        return {**figures, **counted}
    return {**figures, **counted, "intervals": _intervals(ordered, keys, figures, resamples)}


def rank_only(churned: Labels, score: Floats, *, resamples: int = 0, weight: Floats | None = None) -> Figures:
    """For scores that are no probabilities: what depends on the order alone."""
    return measure(churned, score, resamples=resamples, is_probability=False, weight=weight)


@dataclass(frozen=True)
class _Ordered:
    """Rows with the highest score first; a tie is a run of equal scores."""

    churned: NDArray[np.float64]
    score: NDArray[np.float64]
    weight: NDArray[np.float64]
    tie_starts: NDArray[np.intp]


def _order(churned: Labels, score: Floats, weight: NDArray[np.float64]) -> _Ordered:
    order = np.argsort(-score, kind="stable")
    sorted_score = np.asarray(score, np.float64)[order]
    starts = np.flatnonzero(np.r_[True, sorted_score[1:] != sorted_score[:-1]])
    return _Ordered(churned[order].astype(np.float64), sorted_score, weight[order], starts)


def _intervals(ordered: _Ordered, keys: tuple[str, ...], figures: Figures, resamples: int) -> dict[str, list[float]]:
    random = np.random.default_rng(BOOTSTRAP_SEED)
    rows = ordered.churned.size
    chunk = max(1, CHUNK_CELLS // rows)
    parts = []
    for start in range(0, resamples, chunk):
        drawn = _draw(random, min(chunk, resamples - start), rows)
        parts.append(_measures(ordered, drawn * ordered.weight, keys))
    intervals = {}
    for key in keys:
        low, high = np.nanpercentile(np.concatenate([part[key] for part in parts]), [2.5, 97.5]).tolist()
        if key == "ece":
            # Noise can only widen gaps, so that resamples lie above the figure itself: their lower end is mirrored.
            low = min(low, max(0.0, 2 * figures[key] - high))
        intervals[key] = [low, high]
    return intervals


def _draw(random: np.random.Generator, resamples: int, rows: int) -> NDArray[np.intp]:
    """How often each row is drawn, for each resample."""
    picked = random.integers(rows, size=(resamples, rows)) + np.arange(resamples)[:, np.newaxis] * rows
    return np.bincount(picked.ravel(), minlength=resamples * rows).reshape(resamples, rows)


def _measures(ordered: _Ordered, weight: NDArray[np.float64], keys: tuple[str, ...]) -> dict[str, NDArray[np.float64]]:
    """Each measure for each row of weights [resamples, rows]; NaN for a resample of one kind only."""
    positive, total = _by_tie(weight * ordered.churned, ordered), _by_tie(weight, ordered)
    caught, taken = positive.cumsum(axis=1), total.cumsum(axis=1)
    churners, everyone = caught[:, -1:], taken[:, -1:]
    stayers = everyone - churners
    with np.errstate(invalid="ignore", divide="ignore"):
        below = stayers - (taken - caught)
        auc = (positive * (below + (total - positive) / 2)).sum(axis=1) / (churners * stayers)[:, 0]
        precision = np.where(taken > 0, caught / taken, 0.0)
        found = {"auc": auc, "prAuc": (positive * precision).sum(axis=1) / churners[:, 0]}

        def recall(share: float) -> NDArray[np.float64]:
            # Whole users are contacted: a tenth of 4,094 is 409.
            places = np.floor(everyone * share + 1e-9)
            from_tie = np.clip(places - (taken - total), 0, total)
            caught_there = from_tie * np.where(total > 0, positive / total, 0.0)
            return np.asarray(caught_there.sum(axis=1) / churners[:, 0], np.float64)

        found["recallAt5"], found["recallAt10"], found["recallAt20"] = recall(0.05), recall(0.1), recall(0.2)
        tenth = np.floor(everyone[:, 0] * 0.1 + 1e-9)
        found["topDecileLift"] = found["recallAt10"] * everyone[:, 0] / tenth
    if "brier" in keys:
        found["brier"] = (weight * (ordered.score - ordered.churned) ** 2).sum(axis=1) / everyone[:, 0]
        found["ece"] = _calibration_errors(ordered, weight)
    return {key: found[key] for key in keys}


def _by_tie(values: NDArray[np.float64], ordered: _Ordered) -> NDArray[np.float64]:
    if ordered.tie_starts.size == ordered.score.size:
        return values
    return np.add.reduceat(values, ordered.tie_starts, axis=1)


def _calibration_errors(ordered: _Ordered, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean gap between probability and churn rate over bins of equal size."""
    everyone = _by_tie(weight, ordered).cumsum(axis=1)
    gap = _by_tie(weight * (ordered.score - ordered.churned), ordered).cumsum(axis=1)
    errors = np.empty(len(weight))
    for resample in range(len(weight)):
        edges = np.linspace(0, everyone[resample, -1], ECE_BINS + 1)
        at_edges = np.interp(edges, np.r_[0.0, everyone[resample]], np.r_[0.0, gap[resample]])
        errors[resample] = np.abs(np.diff(at_edges)).sum() / everyone[resample, -1]
    return errors
