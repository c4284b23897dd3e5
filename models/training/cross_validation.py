"""Out-of-fold margins: every user is scored by a model that has seen nothing of that user."""

from __future__ import annotations

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from dataset import VectorSet

FOLDS = 5
SEED = 20130901

PARAMETERS: dict[str, object] = {
    "objective": "binary",
    "learning_rate": 0.03,
    "num_leaves": 12,
    "min_data_in_leaf": 50,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "feature_fraction": 0.5,
    "lambda_l2": 5.0,
    "seed": SEED,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 2,
    "verbosity": -1,
}
TREES = 200

INVENTED = {"days_since_mt_message"}
"""Made of moments that the reconstruction draws and nothing bounds: of no use to the model, whatever they say."""

LAST_WEIGHT = 1.0
MONTH_END_WEIGHT = 0.3
MID_MONTH_WEIGHT = 0.1


def weights_of(data: VectorSet) -> NDArray[np.float64]:
    """The last as-of counts in full: its label is the next month.

    Earlier ones, with the same label further off, teach the model what short histories and half months look like; month
    ends are the 2nd, 4th, ... as-of.
    """
    is_last = data.as_of == data.last_as_of
    is_month_end = data.as_of % 2 == data.last_as_of % 2
    return np.where(is_last, LAST_WEIGHT, np.where(is_month_end, MONTH_END_WEIGHT, MID_MONTH_WEIGHT))


def unusable_columns(data: VectorSet) -> NDArray[np.bool_]:
    """Invented features, and those of feeds that the data does not have.

    The latter have one value where they are known at all. Whether they are known may still tell something, such as a
    ratio over an empty denominator; but a reason "out-of-bundle share" that means "no spend" would mislead.
    """
    invented = np.array([name in INVENTED for name in data.feature_names])
    missing = np.isnan(data.vectors)
    lowest = np.where(missing, np.inf, data.vectors).min(axis=0)
    highest = np.where(missing, -np.inf, data.vectors).max(axis=0)
    return np.asarray(invented | (lowest >= highest), np.bool_)


def train(data: VectorSet, labels: NDArray[np.int8], rows: NDArray[np.bool_]) -> lgb.Booster:
    vectors = data.vectors[rows]
    # A column without a value is never split; the vector keeps its shape.
    vectors[:, unusable_columns(data)] = np.nan
    dataset = lgb.Dataset(vectors, labels[rows], weight=weights_of(data)[rows], feature_name=data.feature_names)
    return lgb.train(PARAMETERS, dataset, num_boost_round=TREES)


def folds_of(data: VectorSet, seed: int = SEED) -> NDArray[np.int64]:
    """Fold of each row; all rows of a user are in one."""
    fold = np.empty(data.churned.size, np.int64)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for number, (_, held_out) in enumerate(splitter.split(data.vectors, data.churned, data.user_id)):
        fold[held_out] = number
    return fold


def out_of_fold_margins(data: VectorSet, labels: NDArray[np.int8], fold: NDArray[np.int64]) -> NDArray[np.float64]:
    margin = np.empty(data.churned.size)
    for number in range(FOLDS):
        held_out = fold == number
        booster = train(data, labels, ~held_out)
        margin[held_out] = booster.predict(data.vectors[held_out], raw_score=True)
    return margin
