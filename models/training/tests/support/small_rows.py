"""Small made-up training sets: a few hundred rows that trees can learn from in a moment."""

from __future__ import annotations

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from learning.boosting import Rows, Settings, fit

FEATURES = ["days_silent", "top_ups", "balance", "never_missing", "noise"]

SMALL = Settings(
    parameters={"learning_rate": 0.2, "num_leaves": 7, "min_data_in_leaf": 10, "feature_fraction": 0.8, "seed": 7},
    trees=20,
)


def small_rows(count: int = 400, seed: int = 1) -> Rows:
    """Values missing by chance, and missing more often for those who leave; the fourth column is always known."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(count, len(FEATURES))).astype(np.float32) * 3
    margin = vectors[:, 0] - vectors[:, 1] + 0.5 * vectors[:, 3]
    labels = (random.uniform(size=count) < 1 / (1 + np.exp(-margin))).astype(np.int8)
    missing = random.uniform(size=vectors.shape) < 0.1
    missing[:, 1] |= (labels == 1) & (random.uniform(size=count) < 0.5)
    missing[:, 2] |= (labels == 0) & (random.uniform(size=count) < 0.5)
    missing[:, 3] = False
    vectors[missing] = np.nan
    return Rows(vectors, labels, np.arange(count), np.ones(count), FEATURES)


def small_boosters(bags: int = 1) -> list[lgb.Booster]:
    settings = Settings(SMALL.parameters, SMALL.trees, bags=bags)
    return fit(settings, small_rows())


def with_missing(vectors: NDArray[np.float32], share: float, seed: int = 2) -> NDArray[np.float32]:
    """A copy with this share of all values left out."""
    copy = vectors.copy()
    copy[np.random.default_rng(seed).uniform(size=copy.shape) < share] = np.nan
    return copy
