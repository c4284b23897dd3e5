"""Out-of-fold margins: every user is scored by a model that has seen nothing of that user.

All that is tuned stands at the top of this file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from data.dataset import VectorSet
from learning.boosting import Rows as TrainingRows
from learning.boosting import Settings, raw_margin
from learning.boosting import fit as fit_trees

FOLDS = 5
SEED = 20130901

PARAMETERS: dict[str, object] = {
    "learning_rate": 0.03,
    "num_leaves": 6,
    "min_data_in_leaf": 50,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "feature_fraction": 0.2,
    "lambda_l2": 20.0,
    # Reconstructed moments blur every feature: finer thresholds would learn the blur.
    "max_bin": 31,
    "seed": SEED,
}

SETTINGS = Settings(parameters=PARAMETERS, trees=600, patience=50, inner_folds=4, bags=1)

USUAL_TREES = replace(SETTINGS, trees=200, patience=0, bags=1)
"""For questions about the procedure rather than the model, such as shuffled labels, where the number hardly matters."""

LAST_WEIGHT = 1.0
MONTH_END_WEIGHT = 0.5
MID_MONTH_WEIGHT = 0.1

INVENTED = {"days_since_mt_message"}
"""Made of moments that the reconstruction draws and nothing bounds: of no use to the model, whatever they say."""

Labels = NDArray[np.int8]
Rows = NDArray[np.bool_]
Floats = NDArray[np.float64]


def weights_of(data: VectorSet) -> Floats:
    """The last as-of counts in full: its label is the next month.

    Earlier ones, with the same label further off, teach the model what short histories and half months look like.
    Replays of the same users share a row's weight.
    """
    of_as_of = np.full(len(data.days), MID_MONTH_WEIGHT)
    for index in data.month_ends:
        of_as_of[index] = MONTH_END_WEIGHT
    of_as_of[data.last_as_of] = LAST_WEIGHT
    replicas = 1 if data.replica is None else int(data.replica.max()) + 1
    return of_as_of[data.as_of] / replicas


def unusable_columns(feature_names: Sequence[str], vectors: NDArray[np.float32]) -> Rows:
    """Invented features, and those of feeds that these vectors, the ones to learn from, do not have.

    The latter have one value where they are known at all. Whether they are known may still tell something, such as a
    ratio over an empty denominator; but a reason "out-of-bundle share" that means "no spend" would mislead.
    """
    invented = np.array([name in INVENTED for name in feature_names])
    missing = np.isnan(vectors)
    lowest = np.where(missing, np.inf, vectors).min(axis=0)
    highest = np.where(missing, -np.inf, vectors).max(axis=0)
    return np.asarray(invented | (lowest >= highest), np.bool_)


def fit(data: VectorSet, labels: Labels, rows: Rows, settings: Settings = SETTINGS) -> list[lgb.Booster]:
    """Boosters whose mean margin is the score, trained on these rows."""
    vectors = data.vectors[rows]
    # A column without a value is never split; the vector keeps its shape.
    vectors[:, unusable_columns(data.feature_names, vectors)] = np.nan
    return fit_trees(
        settings, TrainingRows(vectors, labels[rows], data.user_id[rows], weights_of(data)[rows], data.feature_names)
    )


def folds_of(data: VectorSet, seed: int = SEED, labels: Labels | None = None) -> NDArray[np.int64]:
    """Fold of each row; all rows of a user are in one.

    Drawn over the users in the order of their ids, by whether they left, and by nothing else: the same users are split
    alike, however their events are replayed and their pseudonyms made. `labels` has one value per row, by default who
    left. Raises ValueError where there are fewer users than folds.
    """
    users, user_of_row = np.unique(data.user_id, return_inverse=True)
    left = np.bincount(user_of_row, weights=data.churned if labels is None else labels) > 0
    fold_of_user = np.empty(users.size, np.int64)
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for number, (_, held_out) in enumerate(splitter.split(users, left)):
        fold_of_user[held_out] = number
    return np.asarray(fold_of_user[user_of_row], np.int64)


def out_of_fold_margins(
    data: VectorSet, labels: Labels, fold: NDArray[np.int64], settings: Settings = SETTINGS
) -> Floats:
    """Uncalibrated log-odds of each row by the model of the other folds."""

    def margin_of(rows: Rows) -> Floats:
        return raw_margin(fit(data, labels, ~rows, settings), data.vectors[rows])

    return out_of_fold(fold, margin_of)


def out_of_fold(fold: NDArray[np.int64], predict: Callable[[Rows], Floats]) -> Floats:
    """Collects what `predict` says of each fold's rows; it must learn from the other rows only."""
    found = np.full(fold.size, np.nan)
    # One after the other: LightGBM keeps settings for the whole process, so that fits side by side disturb each other.
    for number in range(FOLDS):
        held_out = fold == number
        if held_out.any():
            found[held_out] = predict(held_out)
    return found
