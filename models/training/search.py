"""The search behind the settings of the model: a few of each kind, judged by inner cross-validation alone.

    python search.py --vectors FILE --users FILE [--json FILE]

Not run by training. Every setting is judged on the same folds by users, drawn with another seed than the folds that the
figures of the card come from: the users are the same, so that a little of the choice is in those figures all the same.
Judged by the log loss of the last as-of; AUC stands beside it, also of the two month ends before.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import log_loss, roc_auc_score

from data.dataset import VectorSet, load_vectors
from data.replays import together
from learning.calibration import sigmoid
from learning.cross_validation import PARAMETERS, SEED, SETTINGS, folds_of, out_of_fold_margins

FOLDS_SEED = SEED + 1_000

CHANGES: Mapping[str, Mapping[str, Any]] = {
    "as set": {},
    "4 leaves": {"num_leaves": 4},
    "12 leaves": {"num_leaves": 12},
    "24 leaves": {"num_leaves": 24, "min_data_in_leaf": 80},
    "larger leaves (150 rows)": {"min_data_in_leaf": 150},
    "slower (0.015)": {"learning_rate": 0.015},
    "faster (0.06)": {"learning_rate": 0.06},
    "30 % of the features a tree": {"feature_fraction": 0.3},
    "80 % of the features a tree": {"feature_fraction": 0.8},
    "40 % of the features a split": {"feature_fraction": 1.0, "feature_fraction_bynode": 0.4},
    "weaker penalty (L2 5)": {"lambda_l2": 5.0},
    "penalty on leaves (path smoothing 5)": {"path_smooth": 5.0},
    "random thresholds": {"extra_trees": True},
    "63 bins a feature": {"max_bin": 63},
    "monotone where the direction is beyond doubt": {"monotone": True},
}
RAISING = {"days_since_own_activity", "days_since_mo_call", "days_since_top_up", "longest_gap_days_28d"}
LOWERING = {"active_days_7d", "active_days_28d", "active_days_90d", "mo_call_days_28d", "top_ups_28d", "top_ups_90d"}
"""More silence never lowers the risk, more activity never raises it."""
BAGS = 5


def main() -> int:
    arguments = _arguments()
    data = together([load_vectors(file, arguments.users) for file in arguments.vectors])
    found = [judged(title, change, data) for title, change in CHANGES.items()]
    found.append(judged(f"average of {BAGS}, as set", {}, data, bags=BAGS))
    found.sort(key=lambda result: result["logLoss"])
    if arguments.json is not None:
        document = {
            "selection": "log loss of the last as-of over 5 folds by users; number of trees by inner folds",
            "foldsSeed": FOLDS_SEED,
            "asSet": dict(PARAMETERS),
            "results": found,
        }
        arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(as_table(found))
    return 0


def judged(title: str, change: Mapping[str, Any], data: VectorSet, bags: int = 1) -> dict[str, Any]:
    """Figures of one setting; margins stay uncalibrated, so that a setting that is too sure of itself pays for it."""
    settings = replace(SETTINGS, parameters={**PARAMETERS, **_parameters(change, data.feature_names)}, bags=bags)
    started = time.monotonic()
    margin = out_of_fold_margins(data, data.churned, folds_of(data, FOLDS_SEED), settings)
    last = data.evaluated & (data.as_of == data.last_as_of)
    result = {
        "what": title,
        "change": dict(change),
        "bags": bags,
        "logLoss": float(log_loss(data.churned[last], sigmoid(margin[last]))),
        "auc": float(roc_auc_score(data.churned[last], margin[last])),
        **{f"auc{months}Earlier": _earlier_auc(data, margin, months) for months in (1, 2)},
    }
    print(
        f"search.py: {title}: {result['logLoss']:.5f}, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True
    )
    return result


def as_table(results: list[dict[str, Any]]) -> str:
    lines = [
        "| what | log loss | AUC | one month earlier | two months earlier |",
        "|---|---|---|---|---|",
    ]
    for result in results:
        aucs = [result["auc"], result["auc1Earlier"], result["auc2Earlier"]]
        cells = [f"{auc:.4f}" if auc is not None else "-" for auc in aucs]
        lines.append(f"| {result['what']} | {result['logLoss']:.5f} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _parameters(change: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """LightGBM's own names for a change; `monotone` depends on the columns."""
    found = {name: value for name, value in change.items() if name != "monotone"}
    if change.get("monotone"):
        found["monotone_constraints"] = [int(name in RAISING) - int(name in LOWERING) for name in names]
    return found


def _earlier_auc(data: VectorSet, margin: np.ndarray, months: int) -> float | None:
    as_of = data.month_end(months)
    if as_of is None:
        return None
    rows = data.evaluated & (data.as_of == as_of)
    return float(roc_auc_score(data.churned[rows], margin[rows]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Judges settings of the trees by cross-validation, and keeps the table."
    )
    parser.add_argument("--vectors", type=Path, required=True, action="append", help="exported training set")
    parser.add_argument("--users", type=Path, required=True, help="CSV: subscriber_id,user_account_id")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
