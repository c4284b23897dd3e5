"""Trains the churn model on exported vectors and writes its bundle.

Run by `npm run model:train -- --data <folder>`, which makes the environment and the vectors first.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import ModelProto
from sklearn.metrics import roc_auc_score

from baselines import low_spend, raw_table
from bundle import THRESHOLD_HIGH, THRESHOLD_MEDIUM, write_bundle
from calibration import Affine, choose, sigmoid
from cross_validation import (
    MID_MONTH_WEIGHT,
    MONTH_END_WEIGHT,
    PARAMETERS,
    SEED,
    folds_of,
    out_of_fold_margins,
    train,
)
from dataset import VectorSet, load_raw_months, load_vectors
from golden import golden_lines, golden_vectors, synthetic_vectors
from metrics import measure, rank_only
from model_card import model_card
from onnx_writer import INPUT_NAME, to_onnx

PARITY_ROWS = 20_000
PARITY_TOLERANCE = 1e-6
SHUFFLES = 3
MONTH_ENDS_APART = 2
"""As-ofs are mid-month and month end by turns."""


def main() -> None:
    arguments = _arguments()
    data = load_vectors(arguments.vectors)
    fold = folds_of(data)
    margin = out_of_fold_margins(data, data.churned, fold)
    calibration, probability = _calibrate(data, margin, fold)
    summary = _summary(data, fold, probability, arguments.data)

    booster = train(data, data.churned, np.ones(data.churned.size, bool))
    dump = booster.dump_model()
    folder = arguments.bundle
    model = to_onnx(dump, calibration, _metadata(data, folder, arguments.git_commit))
    summary["parity"] = {
        "rows": PARITY_ROWS,
        "maxDifference": _parity(model, booster, calibration, data),
    }
    summary["model"] = {
        "trees": booster.num_trees(),
        "leaves": PARAMETERS["num_leaves"],
        "features": len(data.feature_names),
        "usedFeatures": int((booster.feature_importance() > 0).sum()),
        "gain": _gain(booster),
        "parameters": PARAMETERS,
        "weights": {"monthEnd": MONTH_END_WEIGHT, "midMonth": MID_MONTH_WEIGHT},
        "calibration": {"scale": calibration.scale, "offset": calibration.offset},
    }
    golden = golden_lines(golden_vectors(_population(data), dump, SEED), booster, calibration)
    card = model_card(folder.parent.name, folder.name, summary)
    write_bundle(folder, model, data, golden, summary, card)
    print(json.dumps({"bundle": str(folder), **summary["metrics"], "parity": summary["parity"]}, indent=2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--vectors", type=Path, required=True, help="folder of the exported vectors")
    parser.add_argument("--bundle", type=Path, required=True, help="models/<name>/<version>")
    parser.add_argument("--git-commit", default="unknown")
    return parser.parse_args()


def _calibrate(
    data: VectorSet, margin: NDArray[np.float64], fold: NDArray[np.int64]
) -> tuple[Affine, NDArray[np.float64]]:
    """Calibrates on the last as-of, whose label is the next month; the others get the same scale, each fold's own."""
    last = data.as_of == data.last_as_of
    calibration, calibrated = choose(margin[last], data.churned[last], fold[last])
    everywhere = calibration.apply(margin)
    everywhere[last] = calibrated
    return calibration, sigmoid(everywhere)


def _summary(
    data: VectorSet, fold: NDArray[np.int64], probability: NDArray[np.float64], raw_data: Path
) -> dict[str, Any]:
    last = data.as_of == data.last_as_of
    months = load_raw_months(raw_data, data.user_id[last])
    newcomer = last & ~data.established
    cold = data.as_of == 0

    def at(earlier: int) -> dict[str, float | int]:
        rows = data.as_of == data.last_as_of - MONTH_ENDS_APART * earlier
        return measure(data.churned[rows], probability[rows])

    return {
        "metrics": {
            "all": at(0),
            "established": measure(data.churned[last & data.established], probability[last & data.established]),
            "oneMonthEarlier": at(1),
            "twoMonthsEarlier": at(2),
            "rawTable": measure(data.churned[last], raw_table(months, data.churned[last], fold[last])),
            "lowSpend": rank_only(data.churned[last], low_spend(months)),
            "shuffledLabels": {"auc": _shuffled_auc(data, fold)},
        },
        "newcomers": {
            "churnRate": float(data.churned[newcomer].mean()),
            "othersChurnRate": float(data.churned[last & data.established].mean()),
        },
        "coldStart": {
            "meanProbability": float(probability[cold].mean()),
            "churnRate": float(data.churned[cold].mean()),
        },
        "thresholds": {"high": THRESHOLD_HIGH, "medium": THRESHOLD_MEDIUM},
        "export": {key: data.export[key] for key in ("users", "churners", "asOfs", "label", "replaySeed", "quirks")},
    }


def _shuffled_auc(data: VectorSet, fold: NDArray[np.int64]) -> float:
    """About 0.5 where nothing leaks: users keep their folds but get the labels of others. Mean of a few shuffles."""
    users, index = np.unique(data.user_id, return_inverse=True)
    label = np.zeros(users.size, np.int8)
    label[index] = data.churned
    last = data.as_of == data.last_as_of
    random = np.random.default_rng(SEED)
    found = []
    for _ in range(SHUFFLES):
        labels = random.permutation(label)[index]
        found.append(roc_auc_score(labels[last], out_of_fold_margins(data, labels, fold)[last]))
    return float(np.mean(found))


def _population(data: VectorSet) -> NDArray[np.float32]:
    return np.asarray(data.vectors[data.as_of == data.last_as_of], np.float32)


def _parity(model: ModelProto, booster: lgb.Booster, calibration: Affine, data: VectorSet) -> float:
    """Largest difference between LightGBM and ONNX Runtime; refuses more than the tolerance."""
    rows = synthetic_vectors(_population(data), PARITY_ROWS, 0.05, SEED + 100)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    found = session.run(None, {INPUT_NAME: rows})[0][:, 0]
    expected = sigmoid(calibration.apply(np.asarray(booster.predict(rows, raw_score=True))))
    difference = float(np.abs(found - expected).max())
    if not difference <= PARITY_TOLERANCE:
        raise SystemExit(f"ONNX differs from LightGBM by {difference}")
    return difference


def _gain(booster: lgb.Booster) -> dict[str, float]:
    """Share of the total gain per feature, largest first."""
    gain = booster.feature_importance("gain")
    shares = dict(zip(booster.feature_name(), (gain / gain.sum()).round(4).tolist(), strict=True))
    return {name: share for name, share in sorted(shares.items(), key=lambda item: -item[1]) if share > 0}


def _metadata(data: VectorSet, folder: Path, git_commit: str) -> dict[str, str]:
    return {
        "model_author": "churn-warning",
        "model_license": "Apache-2.0 for the trees; the training data states no licence",
        "model_name": folder.parent.name,
        "model_version": folder.name,
        "feature_schema_sha256": data.export["featureSchemaSha256"],
        "feature_names": json.dumps(data.feature_names),
        "training_data_end": data.export["asOfs"][-1],
        "threshold_high": str(THRESHOLD_HIGH),
        "git_commit": git_commit,
    }


if __name__ == "__main__":
    main()
