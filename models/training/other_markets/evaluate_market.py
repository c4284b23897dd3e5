"""The trainer and the measures on one table: the model, logistic regression, and a score anybody could have."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from evaluation.metrics import measure, rank_only
from learning.boosting import Rows, Settings, fit, gain_shares, raw_margin
from learning.calibration import choose, sigmoid
from learning.cross_validation import FOLDS, SEED, out_of_fold
from other_markets.market_tables import Market, Table

Floats = NDArray[np.float64]

RESAMPLES = 500
TOP_FEATURES = 5

SETTINGS = Settings(
    parameters={
        "learning_rate": 0.05,
        "num_leaves": 24,
        "min_data_in_leaf": 40,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "feature_fraction": 0.5,
        "lambda_l2": 5.0,
        "seed": SEED,
    },
    trees=1_500,
    patience=60,
    inner_folds=3,
    bags=3,
)
"""One for all tables; only the number of trees is found in each."""


def evaluate_market(
    market: Market, table: Table, settings: Settings = SETTINGS, resamples: int = RESAMPLES
) -> dict[str, Any]:
    """Cross-validated figures of model and baselines; with `naturalRate` where the table was rebalanced."""
    churned, groups = table.churned, table.groups
    rows = Rows(
        vectors=table.features.to_numpy(np.float32),
        labels=churned,
        groups=groups,
        weights=np.ones(churned.size),
        feature_names=list(table.features.columns),
    )
    fold = _folds(churned, groups)
    trees: list[int] = []
    gains: list[Floats] = []

    def margin_of(held_out: NDArray[np.bool_]) -> Floats:
        boosters = fit(settings, rows.only(~held_out))
        trees.append(boosters[0].num_trees())
        gains.append(gain_shares(boosters))
        return raw_margin(boosters, rows.vectors[held_out])

    calibration, margin = choose(out_of_fold(fold, margin_of), churned, fold)
    logistic = _logistic(rows, fold)

    def figures(weight: float) -> dict[str, Any]:
        counted = np.where(churned == 1, 1.0, weight)
        shift = -np.log(weight)
        return {
            "model": measure(churned, sigmoid(margin + shift), resamples=resamples, weight=counted),
            "logistic": measure(churned, sigmoid(logistic + shift), resamples=resamples, weight=counted),
            "simple": rank_only(churned, table.baseline, resamples=resamples, weight=counted),
        }

    mean_gain = np.mean(gains, axis=0)
    top = np.argsort(-mean_gain, kind="stable")[:TOP_FEATURES]
    result: dict[str, Any] = {
        "n": int(churned.size),
        "features": len(rows.feature_names),
        "churnRate": float(churned.mean()),
        "referenceAuc": market.reference_auc,
        "simpleBaseline": table.baseline_name,
        "notes": list(table.notes),
        "trees": sorted(trees),
        "calibration": {"scale": calibration.scale, "offset": calibration.offset},
        "topGain": {rows.feature_names[column]: round(float(mean_gain[column]), 4) for column in top},
        "asSampled": figures(1.0),
    }
    if table.stayer_weight is not None:
        weight = table.stayer_weight
        stayers = weight * float((churned == 0).sum())
        rate = float(churned.sum()) / (float(churned.sum()) + stayers)
        result["naturalRate"] = {"stayerWeight": weight, "churnRate": rate, **figures(weight)}
    return result


def _folds(churned: NDArray[np.int8], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Shuffled: some of the files are sorted by label."""
    fold = np.empty(churned.size, np.int64)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for number, (_, held_out) in enumerate(splitter.split(churned, churned, groups)):
        fold[held_out] = number
    return fold


def _logistic(rows: Rows, fold: NDArray[np.int64]) -> Floats:
    """Out-of-fold log-odds of logistic regression: imputed, long tails shortened, scaled."""

    def margin_of(held_out: NDArray[np.bool_]) -> Floats:
        model = make_pipeline(
            SimpleImputer(strategy="median", add_indicator=True),
            FunctionTransformer(lambda values: np.sign(values) * np.log1p(np.abs(values))),
            StandardScaler(),
            LogisticRegression(max_iter=500),
        )
        model.fit(rows.vectors[~held_out].astype(np.float64), rows.labels[~held_out])
        return np.asarray(model.decision_function(rows.vectors[held_out].astype(np.float64)))

    return out_of_fold(fold, margin_of)
