"""Trains the churn model on exported vectors and writes its bundle.

Run by `npm run model:train -- --data <folder>`, which sends the customers through the stream and exports them first.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from bands.operating_points import CELLS, cells_of, to_document
from bundle.documents import calibration_document, feature_schema, ml_model, model_metadata, population_of
from bundle.drift_baseline import drift_baseline
from bundle.golden import golden_lines, golden_vectors, synthetic_vectors
from bundle.onnx_writer import to_onnx
from bundle.parity import MISSING_SHARE, ROWS, ParityError, check_parity, write_parity_rows
from bundle.write_bundle import BundleError, as_json, write_bundle
from data.arguments import add_training_set
from data.data_error import DataError
from data.dataset import VectorSet, load_vectors
from data.replays import together
from evaluation.calibration_methods import methods_tried
from evaluation.evaluate_model import Evaluation, evaluate_model
from learning.boosting import gain_shares
from learning.cross_validation import SEED, fit
from report.model_card import model_card
from report.tables import as_text
from report.write_report import write_report


def main() -> int:
    arguments = _arguments()
    try:
        data = together([load_vectors(file, arguments.users) for file in arguments.vectors])
        evaluation = evaluate_model(data, arguments.data, progress=_progress)
        _progress("training on all users")
        boosters = fit(data, data.churned, np.ones(data.churned.size, np.bool_))
        _write(evaluation, boosters, arguments)
    except (DataError, BundleError, ParityError, FileNotFoundError) as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 1
    print(as_text(evaluation.result))
    return 0


def _write(evaluation: Evaluation, boosters: list[lgb.Booster], arguments: argparse.Namespace) -> None:
    data, calibration, folder = evaluation.customers.data, evaluation.calibration, arguments.bundle
    name, version, population = folder.parent.name, folder.name, population_of(data)
    dumps = [booster.dump_model() for booster in boosters]
    metadata = model_metadata(data, name, version, arguments.high, arguments.git_commit)
    model = to_onnx(dumps, calibration, metadata)

    _progress("comparing ONNX Runtime with LightGBM")
    golden = golden_vectors(population, dumps, SEED)
    check_parity(model, boosters, calibration, golden)
    parity_vectors = synthetic_vectors(population, ROWS, MISSING_SHARE, SEED + 100)
    difference, margins = check_parity(model, boosters, calibration, parity_vectors)
    write_parity_rows(arguments.vectors[0].parent, parity_vectors, margins)

    thresholds = {"high": arguments.high, "medium": arguments.medium}
    used = np.sum([booster.feature_importance("split") for booster in boosters], axis=0) > 0
    summary = {
        "model": {"name": name, "version": version, **_shape(boosters, data, used)},
        "calibration": {
            "scale": calibration.scale,
            "offset": calibration.offset,
            "tried": _calibrations_tried(evaluation),
        },
        "thresholds": thresholds,
        "parity": {"rows": ROWS, "missingShare": MISSING_SHARE, "maxDifference": difference},
        "operatingPoints": to_document(
            cells_of(*_of_last_as_of(evaluation, evaluation.probability), most=CELLS)  # by cross-validation
        ),
        "evaluation": evaluation.result,
    }
    out_of_fold, _ = _of_last_as_of(evaluation, evaluation.probability)
    files = {
        "model.onnx": model.SerializeToString(deterministic=True),
        "MLmodel": ml_model(name, version, len(data.feature_names)).encode(),
        "feature_schema.json": as_json(feature_schema(data)),
        "calibration.json": as_json(calibration_document(calibration, evaluation.result["all"])),
        "thresholds.json": as_json(thresholds),
        "drift_baseline.json": as_json(
            drift_baseline(
                data.export["featureSchemaSha256"],
                data.feature_names,
                used,
                population,
                # A model knows the users it was trained on too well: what new ones get is spread like this.
                out_of_fold.astype(np.float32),
            )
        ),
        "golden.jsonl": golden_lines(golden, boosters, calibration).encode(),
        "training_summary.json": as_json(summary),
        "MODEL_CARD.md": model_card(name, version, summary).encode(),
    }
    _progress("writing the report")
    write_bundle(folder, files, lambda staging: write_report(staging, evaluation.result, boosters, data))


def _shape(boosters: list[lgb.Booster], data: VectorSet, used: NDArray[np.bool_]) -> dict[str, Any]:
    """What the trees are; gain as a share per feature, largest first."""
    gain = zip(data.feature_names, gain_shares(boosters).round(4).tolist(), strict=True)
    return {
        "boosters": len(boosters),
        "trees": sum(booster.num_trees() for booster in boosters),
        "features": len(data.feature_names),
        "usedFeatures": int(used.sum()),
        "gain": {name: share for name, share in sorted(gain, key=lambda item: -item[1]) if share > 0},
    }


def _calibrations_tried(evaluation: Evaluation) -> dict[str, dict[str, float]]:
    last = evaluation.customers.last
    margin, churned = _of_last_as_of(evaluation, evaluation.margin)
    return methods_tried(margin, churned, evaluation.fold[last])


def _of_last_as_of(evaluation: Evaluation, values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    last = evaluation.customers.last
    return values[last], evaluation.customers.data.churned[last]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_training_set(parser)
    parser.add_argument("--bundle", type=Path, required=True, help="models/<name>/<version>")
    parser.add_argument("--high", type=float, default=0.6, help="least probability of the high band (0.6)")
    parser.add_argument("--medium", type=float, default=0.3, help="least probability of the medium band (0.3)")
    parser.add_argument("--git-commit", default="unknown")
    arguments = parser.parse_args()
    if not 0 < arguments.medium < arguments.high < 1:
        parser.error("0 < medium < high < 1 is needed")
    return arguments


def _progress(what: str) -> None:
    print(f"train.py: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
