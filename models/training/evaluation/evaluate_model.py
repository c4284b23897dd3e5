"""The whole evaluation of the model on one set of vectors, as one result that tables, reports and cards are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.data_error import DataError
from data.dataset import VectorSet
from data.monthly_table import load_labels
from evaluation.breakdowns import calibration, deciles, gain_curve, lead_time, segments
from evaluation.comparison import compare
from evaluation.leakage import fold_draws, leakage, sensitivity
from evaluation.metrics import BOOTSTRAP_SEED, FEWEST_OF_A_KIND, RESAMPLES
from evaluation.populations import Customers, Floats, customers_of, measure_all
from evaluation.shipped_bundle import measure_bundle, schema_of
from learning.calibration import Affine, cross_fitted_probability
from learning.cross_validation import (
    FOLDS,
    LAST_WEIGHT,
    MID_MONTH_WEIGHT,
    MONTH_END_WEIGHT,
    SEED,
    SETTINGS,
    USUAL_TREES,
    folds_of,
    out_of_fold_margins,
)

PACKAGES = ("lightgbm", "numpy", "pandas", "scikit-learn", "onnxruntime")

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Evaluation:
    result: dict[str, Any]
    """What is written as JSON."""
    customers: Customers
    fold: NDArray[np.int64]
    margin: Floats
    """Uncalibrated, by the models of the other folds."""
    probability: Floats
    """Calibrated by the other folds."""
    calibration: Affine
    """That of a model trained on all rows."""


def evaluate_model(
    data: VectorSet,
    folder: Path,
    *,
    bundle: Path | None = None,
    progress: Progress = lambda _: None,
) -> Evaluation:
    """Cross-validates the model and all that it is compared with.

    `folder` holds the raw tables; `bundle` is one to measure as it is. Raises DataError where these cannot be read, or
    where there are too few churners, or too few who stayed, to evaluate anything.
    """
    customers = customers_of(data, folder)
    users = count_users(customers, folder)
    if bundle is not None:
        schema_of(bundle)
    churners = int(data.churned[customers.last].sum())
    stayed = int(customers.last.sum()) - churners
    if min(churners, stayed) < max(FOLDS, FEWEST_OF_A_KIND):
        raise DataError(f"not enough users: {churners} who left and {stayed} who stayed at the last as-of")
    fold = folds_of(data)
    progress("cross-validating the model")
    margin = out_of_fold_margins(data, data.churned, fold)
    affine, probability = cross_fitted_probability(margin, data.churned, fold, customers.last)
    churned, last = data.churned[customers.last], probability[customers.last]
    result: dict[str, Any] = measure_all(customers, probability)
    progress("comparing with simpler ways")
    result["baselines"], result["indicators"] = compare(customers, fold)
    progress("breaking down")
    result["deciles"] = deciles(churned, last)
    result["gain"] = gain_curve(churned, last)
    result["calibration"] = calibration(churned, last)
    result["segments"] = segments(customers, probability)
    result["leadTime"] = lead_time(customers, probability)
    progress("shuffling labels, drawing other folds, leaving out columns")
    result["leakage"] = leakage(customers, fold)
    result["foldDraws"] = fold_draws(customers)
    result["sensitivity"] = sensitivity(customers, fold)
    if bundle is not None:
        result["shipped"] = measure_bundle(customers, bundle)
    result["users"] = users
    result["settings"] = _settings(data)
    return Evaluation(result, customers, fold, margin, probability, affine)


def count_users(customers: Customers, folder: Path) -> dict[str, Any]:
    """Whom the figures of the last as-of leave out: labelled users without a vector, too new to be scored."""
    labels = load_labels(folder)
    left_out = labels[~labels.index.isin(customers.data.user_id[customers.last])]
    newcomer = customers.last & ~customers.established
    steady = customers.last & customers.established
    return {
        "labelled": int(labels.size),
        "churners": int(labels.sum()),
        "withoutVector": int(left_out.size),
        "churnersWithoutVector": int(left_out.sum()),
        "notInEveryMonth": int(newcomer.sum()),
        "churnRateNotInEveryMonth": _rate(customers.data.churned[newcomer]),
        "churnRateInEveryMonth": _rate(customers.data.churned[steady]),
    }


def _rate(churned: NDArray[np.int8]) -> float | None:
    return float(churned.mean()) if churned.size > 0 else None


def _settings(data: VectorSet) -> dict[str, Any]:
    described = ("asOfs", "timeZone", "label", "source", "knownThrough", "recordsSha256", "policyVersion")
    return {
        "versions": {package: version(package) for package in PACKAGES},
        "folds": FOLDS,
        "seed": SEED,
        "bootstrap": {"resamples": RESAMPLES, "seed": BOOTSTRAP_SEED, "interval": 0.95},
        "model": asdict(SETTINGS),
        "modelOfSideQuestions": asdict(USUAL_TREES),
        "weights": {"last": LAST_WEIGHT, "monthEnd": MONTH_END_WEIGHT, "midMonth": MID_MONTH_WEIGHT},
        "featureSchemaSha256": data.export["featureSchemaSha256"],
        "features": len(data.feature_names),
        "replays": 1 if data.replica is None else int(data.replica.max()) + 1,
        **{key: data.export.get(key) for key in described},
    }
