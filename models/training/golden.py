"""Synthetic vectors for checks: no row of them belongs to a customer."""

from __future__ import annotations

import json
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from calibration import Affine, sigmoid

Matrix = NDArray[np.float32]

LARGEST = 1e30
"""Splits beyond ask whether a value is known at all; there is no edge to stand on."""


def synthetic_vectors(population: Matrix, count: int, missing_share: float, seed: int) -> Matrix:
    """Rows whose features are drawn one by one from the quantiles of the population, and left out by chance."""
    random = np.random.default_rng(seed)
    rows = np.full((count, population.shape[1]), np.nan, np.float32)
    for column in range(population.shape[1]):
        known = population[~np.isnan(population[:, column]), column]
        if known.size > 0:
            rows[:, column] = np.quantile(known, random.uniform(size=count)).astype(np.float32)
    rows[random.uniform(size=rows.shape) < missing_share] = np.nan
    return rows


def golden_vectors(population: Matrix, dump: dict[str, Any], seed: int) -> Matrix:
    """Ordinary rows, rows with much missing, rows on the very edges of splits, all zero and all missing."""
    parts = [synthetic_vectors(population, 100, share, seed + number) for number, share in enumerate((0.0, 0.05, 0.5))]
    on_edges = synthetic_vectors(population, 60, 0.0, seed + 10)
    random = np.random.default_rng(seed + 11)
    splits = [(feature, threshold) for feature, threshold in _splits(dump) if abs(threshold) < LARGEST]
    for row in on_edges:
        for index in random.choice(len(splits), size=20, replace=False):
            feature, threshold = splits[index]
            row[feature] = np.nextafter(np.float32(threshold), np.float32(random.choice([-np.inf, np.inf])))
    extremes = np.stack([np.zeros(population.shape[1]), np.full(population.shape[1], np.nan)]).astype(np.float32)
    return np.concatenate([*parts, on_edges, extremes])


def _splits(dump: dict[str, Any]) -> list[tuple[int, float]]:
    found: list[tuple[int, float]] = []
    open_nodes = [tree["tree_structure"] for tree in dump["tree_info"]]
    while open_nodes:
        node = open_nodes.pop()
        if "split_feature" in node:
            found.append((int(node["split_feature"]), float(node["threshold"])))
            open_nodes += [node["left_child"], node["right_child"]]
    return found


def golden_lines(vectors: Matrix, booster: lgb.Booster, calibration: Affine) -> str:
    """One JSON object per line, with what LightGBM itself says."""
    margins = calibration.apply(np.asarray(booster.predict(vectors, raw_score=True)))
    probabilities = sigmoid(margins)
    lines = [
        json.dumps(
            {
                "vector": [None if np.isnan(value) else float(value) for value in vector],
                "rawMargin": float(margin),
                "probability": float(probability),
            },
            allow_nan=False,
        )
        for vector, margin, probability in zip(vectors, margins, probabilities, strict=True)
    ]
    return "\n".join(lines) + "\n"
