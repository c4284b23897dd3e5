"""The trainer and the measures on tables of other operators: does the method hold where the data is not ours to shape?

    npm run model:markets -- --data FOLDER [--json FILE] [--only NAME]

Feature tables as they are published, 5-fold, rows that are alike in one fold. Where churners were oversampled, the
figures stand twice: as sampled, and at the natural rate, with each stayer counted as often as there are such stayers
and the log-odds moved by the same factor.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from boosting import Rows, Settings, fit, gain_shares, raw_margin
from calibration import choose, sigmoid
from cross_validation import FOLDS, SEED, out_of_fold
from market_tables import MARKETS, Market, Table
from metrics import measure, rank_only

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


def main() -> int:
    """Exit code 1 where none of the tables is there."""
    arguments = _arguments()
    results: dict[str, Any] = {}
    for market in MARKETS:
        path = arguments.data / market.file
        if arguments.only is not None and market.name != arguments.only:
            continue
        if not path.is_file():
            print(f"{market.name}: skipped, there is no {path}", file=sys.stderr)
            continue
        print(f"{market.name}: training on {path} …", file=sys.stderr, flush=True)
        results[market.name] = evaluate(market, market.load(pd.read_csv(path)))
    if not results:
        print(f"none of the tables is in {arguments.data}", file=sys.stderr)
        return 1
    print(as_table(results))
    if arguments.json is not None:
        versions = {"lightgbm": lightgbm.__version__, "numpy": np.__version__, "pandas": pd.__version__}
        settings = {
            "parameters": dict(SETTINGS.parameters),
            "mostTrees": SETTINGS.trees,
            "patience": SETTINGS.patience,
            "innerFolds": SETTINGS.inner_folds,
            "bags": SETTINGS.bags,
            "folds": FOLDS,
            "resamples": RESAMPLES,
            "versions": versions,
        }
        document = {"markets": results, "settings": settings}
        arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


def evaluate(market: Market, table: Table, settings: Settings = SETTINGS, resamples: int = RESAMPLES) -> dict[str, Any]:
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


def as_table(results: dict[str, Any]) -> str:
    """One Markdown table; intervals are 95 %."""
    lines = [
        "| market | who ranks | AUC | reference | PR-AUC | lift of the top tenth | Brier | ECE | rows | churn rate |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, result in results.items():
        for key, where in (("asSampled", ""), ("naturalRate", ", natural rate")):
            if key not in result:
                continue
            part = result[key]
            rate = part.get("churnRate", result["churnRate"])
            for score, title in (
                ("model", "model"),
                ("logistic", "logistic regression"),
                ("simple", f"{result['simpleBaseline']} alone"),
            ):
                reference = f"{result['referenceAuc']:.3f}" if score == "model" and key == "asSampled" else "-"
                measured = part[score]
                cells = [
                    f"{name}{where}",
                    title,
                    _with_interval(measured, "auc", 4),
                    reference,
                    _with_interval(measured, "prAuc", 3),
                    _with_interval(measured, "topDecileLift", 2),
                    _with_interval(measured, "brier", 4),
                    _with_interval(measured, "ece", 4),
                    f"{result['n']}",
                    f"{rate:.1%}",
                ]
                lines.append(f"| {' | '.join(cells)} |")
    notes = [f"{name}: {'; '.join(result['notes'])}." for name, result in results.items() if result["notes"]]
    return "\n".join([*lines, "", *notes])


def _with_interval(figures: dict[str, Any], key: str, digits: int) -> str:
    if figures.get(key) is None:
        return "-"
    low, high = figures["intervals"][key]
    return f"{figures[key]:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


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


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Cross-validates the trainer on tables of other operators.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--only", choices=[market.name for market in MARKETS], help="one table alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
