"""What the model is measured against, on the same users and folds.

Each gives a score for every user of one as-of, from what was known by then: `raw` holds the months up to the as-of.
"""

from __future__ import annotations

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from data.dataset import VectorSet
from data.monthly_table import months_of
from learning.cross_validation import SEED, Floats, Labels, Rows, out_of_fold, unusable_columns, weights_of

RAW_TREES = 200
RAW_PARAMETERS: dict[str, object] = {
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
    "num_threads": 1,
    "verbosity": -1,
}
UNTUNED_TREES = 100
UNTUNED_PARAMETERS: dict[str, object] = {
    "objective": "binary",
    "seed": SEED,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
"""LightGBM as it comes; the rest makes it repeatable."""

LOGISTIC_PENALTY = 0.05


def low_spend(raw: pd.DataFrame) -> Floats:
    """Who spent least in the last month leaves first; a month without a row counts as no spend."""
    return np.asarray(-raw[f"user_spendings_{months_of(raw)[-1]}"].fillna(0.0), np.float64)


def raw_table(raw: pd.DataFrame, churned: Labels, fold: NDArray[np.int64], *, tuned: bool) -> Floats:
    """Out-of-fold probability of LightGBM on the monthly table as it is, every column of every month."""
    parameters, trees = (RAW_PARAMETERS, RAW_TREES) if tuned else (UNTUNED_PARAMETERS, UNTUNED_TREES)
    values = raw.to_numpy(np.float64)

    def predict(rows: Rows) -> Floats:
        booster = lgb.train(parameters, lgb.Dataset(values[~rows], churned[~rows]), num_boost_round=trees)
        return np.asarray(booster.predict(values[rows], num_threads=1))

    return out_of_fold(fold, predict)


def logistic(data: VectorSet, fold: NDArray[np.int64]) -> Floats:
    """Out-of-fold probability of logistic regression on the vectors: imputed, long tails shortened, scaled.

    Trained on the rows that the model is trained on, with the same weights.
    """
    weight = weights_of(data)

    def predict(rows: Rows) -> Floats:
        values = data.vectors[:, ~unusable_columns(data.feature_names, data.vectors[~rows])].astype(np.float64)
        model = make_pipeline(
            SimpleImputer(strategy="median", add_indicator=True),
            FunctionTransformer(_shorten),
            StandardScaler(),
            LogisticRegression(C=LOGISTIC_PENALTY, max_iter=300),
        )
        model.fit(values[~rows], data.churned[~rows], logisticregression__sample_weight=weight[~rows])
        return np.asarray(model.predict_proba(values[rows])[:, 1])

    return out_of_fold(fold, predict)


def _shorten(values: Floats) -> Floats:
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)), np.float64)
