"""Synthetic vectors for checks: no row of them belongs to a customer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from learning.boosting import raw_contributions, raw_margin
from learning.calibration import Affine, sigmoid

Matrix = NDArray[np.float32]
Floats = NDArray[np.float64]

MISSING_SHARES = (0.0, 0.02, 0.05, 0.2, 0.5)
ROWS_OF_EACH_SHARE = 180
ROWS_ON_EDGES = 150
EDGES_OF_A_ROW = 20
EXPLAINED = 200
"""The first cases carry contributions too."""

LARGEST = 1e30
"""Splits beyond ask whether a value is known at all; there is no edge to stand on."""


def synthetic_vectors(population: Matrix, count: int, missing_share: float, seed: int) -> Matrix:
    """Rows whose features are drawn one by one from the quantiles of the population, and left out by chance.

    What nobody in the population has a value of is zero: the trees must not ask about it.
    """
    random = np.random.default_rng(seed)
    rows = np.zeros((count, population.shape[1]), np.float32)
    for column in range(population.shape[1]):
        known = population[~np.isnan(population[:, column]), column]
        if known.size > 0:
            rows[:, column] = np.quantile(known, random.uniform(size=count)).astype(np.float32)
    rows[random.uniform(size=rows.shape) < missing_share] = np.nan
    return rows


def golden_vectors(population: Matrix, dumps: Sequence[dict[str, Any]], seed: int) -> Matrix:
    """Ordinary rows, rows with much missing, rows on the very edges of splits, all zero and all missing; shuffled."""
    ordinary = [
        synthetic_vectors(population, ROWS_OF_EACH_SHARE, share, seed + number)
        for number, share in enumerate(MISSING_SHARES)
    ]
    on_edges = synthetic_vectors(population, ROWS_ON_EDGES, 0.02, seed + 10)
    random = np.random.default_rng(seed + 11)
    splits = [(feature, edge) for feature, edge in _splits(dumps) if abs(edge) < LARGEST]
    if splits:
        for row in on_edges:
            for index in random.integers(len(splits), size=EDGES_OF_A_ROW):
                feature, edge = splits[index]
                # On the edge itself, or the next float32 to either side.
                side = random.choice([-np.inf, float(np.float32(edge)), np.inf])
                row[feature] = np.nextafter(np.float32(edge), np.float32(side))
    extremes = np.stack([np.zeros(population.shape[1]), np.full(population.shape[1], np.nan)]).astype(np.float32)
    # The kinds are mixed, so that the cases with contributions are of every kind.
    return np.concatenate([extremes, random.permutation(np.concatenate([*ordinary, on_edges]))])


def _splits(dumps: Sequence[dict[str, Any]]) -> list[tuple[int, float]]:
    found: list[tuple[int, float]] = []
    open_nodes = [tree["tree_structure"] for dump in dumps for tree in dump["tree_info"]]
    while open_nodes:
        node = open_nodes.pop()
        if "split_feature" in node:
            found.append((int(node["split_feature"]), float(node["threshold"])))
            open_nodes += [node["left_child"], node["right_child"]]
    return found


def golden_lines(vectors: Matrix, boosters: Sequence[lgb.Booster], calibration: Affine) -> str:
    """One JSON object per line, with what LightGBM itself says; log-odds are calibrated."""
    margins = calibration.apply(raw_margin(boosters, vectors))
    explained = calibrated_contributions(boosters, vectors[:EXPLAINED], calibration)
    lines = []
    for number, (vector, margin) in enumerate(zip(vectors, margins, strict=True)):
        case: dict[str, Any] = {
            "vector": [_shortest(value) for value in vector],
            "rawMargin": float(margin),
            "probability": float(sigmoid(margin)),
        }
        if number < EXPLAINED:
            case["contributions"] = [float(f"{value:.10g}") for value in explained[number]]
        lines.append(json.dumps(case, allow_nan=False, separators=(",", ":")))
    return "\n".join(lines) + "\n"


def calibrated_contributions(boosters: Sequence[lgb.Booster], vectors: Matrix, calibration: Affine) -> Floats:
    """LightGBM's contributions on the calibrated scale; the last column is the base, offset included."""
    contributions = raw_contributions(boosters, vectors) * calibration.scale
    contributions[:, -1] += calibration.offset
    return contributions


def _shortest(value: np.float32) -> float | None:
    """The number with the fewest digits that is read back as the same float32; None is missing."""
    if np.isnan(value):
        return None
    short = float(np.format_float_positional(value, unique=True)) if abs(value) < 1e16 else float(value)
    return short if np.float32(short) == value else float(value)
