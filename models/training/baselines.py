"""What the model is measured against, on the same users and folds."""

from __future__ import annotations

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cross_validation import FOLDS, SEED


def low_spend(months: pd.DataFrame) -> NDArray[np.float64]:
    """Who spent least in the last month leaves first."""
    last = max(int(name.rsplit("_", 1)[1]) for name in months.columns)
    return np.asarray(-months[f"user_spendings_{last}"], np.float64)


def raw_table(months: pd.DataFrame, churned: NDArray[np.int8], fold: NDArray[np.int64]) -> NDArray[np.float64]:
    """Out-of-fold probability of LightGBM on the monthly table as it is, every column of every month."""
    parameters = {
        "objective": "binary",
        "learning_rate": 0.03,
        "num_leaves": 15,
        "min_data_in_leaf": 30,
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
    values = months.to_numpy(np.float64)
    probability = np.empty(churned.size)
    for number in range(FOLDS):
        held_out = fold == number
        booster = lgb.train(parameters, lgb.Dataset(values[~held_out], churned[~held_out]), num_boost_round=200)
        probability[held_out] = booster.predict(values[held_out])
    return probability
