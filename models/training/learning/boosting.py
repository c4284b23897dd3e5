"""Boosted trees as this project trains them: the number of trees found inside, and bags averaged into one ensemble.

Knows nothing of subscribers: the churn model, the search and the second markets all train through `fit`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

Floats = NDArray[np.float64]
Labels = NDArray[np.int8]
Groups = NDArray[np.int64]
Matrix = NDArray[np.float32]

ALWAYS: dict[str, object] = {
    "objective": "binary",
    "deterministic": True,
    "force_row_wise": True,
    # The data is small: more threads wait for each other longer than they work.
    "num_threads": 1,
    "verbosity": -1,
}
"""The same rows give the same trees, on any number of cores."""


@dataclass(frozen=True)
class Settings:
    """How trees are grown."""

    parameters: Mapping[str, object]
    """LightGBM's own names; `seed` among them."""
    trees: int
    """Trees of a bag; at most, where the number is found by early stopping."""
    patience: int = 0
    """Trees without gain after which growing stops; 0 grows them all."""
    inner_folds: int = 4
    """Folds inside the training rows that decide the number of trees; what is held out from training is never asked."""
    bags: int = 1
    """Boosters that differ by seed alone; their margins are averaged."""


@dataclass(frozen=True)
class Rows:
    """What is learned from. Rows of one group (a subscriber) are never on both sides of an inner split."""

    vectors: Matrix
    labels: Labels
    groups: Groups
    weights: Floats
    feature_names: Sequence[str]

    def only(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Rows:
        return replace(
            self,
            vectors=self.vectors[rows],
            labels=self.labels[rows],
            groups=self.groups[rows],
            weights=self.weights[rows],
        )

    def dataset(self, reference: lgb.Dataset | None = None) -> lgb.Dataset:
        return lgb.Dataset(
            self.vectors,
            self.labels,
            weight=self.weights,
            feature_name=list(self.feature_names),
            reference=reference,
        )


def fit(settings: Settings, rows: Rows) -> list[lgb.Booster]:
    """Boosters whose averaged margin is the model; one per bag."""
    trees = tree_count(settings, rows)
    return [
        lgb.train({**ALWAYS, **settings.parameters, "seed": seed}, rows.dataset(), num_boost_round=trees)
        for seed in seeds(settings)
    ]


def tree_count(settings: Settings, rows: Rows) -> int:
    """Mean number of trees after which the log loss over groups left out in turn falls no more."""
    if settings.patience == 0:
        return settings.trees
    first = seeds(settings)[0]
    splitter = StratifiedGroupKFold(settings.inner_folds, shuffle=True, random_state=first + 1)
    found = []
    for inside, outside in splitter.split(rows.vectors, rows.labels, rows.groups):
        training = rows.only(inside).dataset()
        booster = lgb.train(
            {**ALWAYS, **settings.parameters, "seed": first, "metric": "binary_logloss"},
            training,
            num_boost_round=settings.trees,
            valid_sets=[rows.only(outside).dataset(reference=training)],
            callbacks=[lgb.early_stopping(settings.patience, verbose=False)],
        )
        found.append(booster.best_iteration)
    return max(1, round(float(np.mean(found))))


def seeds(settings: Settings) -> list[int]:
    """One per bag, the first as set."""
    first = settings.parameters.get("seed", 0)
    if not isinstance(first, int):
        raise ValueError(f"the seed must be a whole number, found {first!r}")
    return [first + bag for bag in range(settings.bags)]


def raw_margin(boosters: Sequence[lgb.Booster], vectors: Matrix) -> Floats:
    """Mean log-odds of the bags, before calibration."""
    margins = [np.asarray(booster.predict(vectors, raw_score=True, num_threads=1)) for booster in boosters]
    return np.asarray(np.mean(margins, axis=0), np.float64)


def raw_contributions(boosters: Sequence[lgb.Booster], vectors: Matrix) -> Floats:
    """Contribution of each feature to the mean log-odds, by LightGBM itself; the last column is the base."""
    found = [np.asarray(booster.predict(vectors, pred_contrib=True, num_threads=1)) for booster in boosters]
    return np.asarray(np.mean(found, axis=0), np.float64)


def gain_shares(boosters: Sequence[lgb.Booster]) -> Floats:
    """Share of the total gain per feature, in vector order."""
    gain = np.mean([booster.feature_importance("gain") for booster in boosters], axis=0)
    total = gain.sum()
    return np.asarray(gain / total if total > 0 else gain, np.float64)
