"""Probabilities to report: the margins of each fold, calibrated by what the other folds say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from calibration import IDENTITY, Affine, choose, fit_platt, sigmoid
from cross_validation import FOLDS, Floats, Labels, Rows


def cross_fitted_probability(
    margin: Floats, churned: Labels, fold: NDArray[np.int64], judged: Rows
) -> tuple[Affine, Floats]:
    """The calibration of the final model, and honest probabilities of all rows.

    `judged` are the rows that calibration is fitted on: those of the last as-of, whose label is the next month. The
    other rows of a fold get the calibration that their own users had no part in.
    """
    calibration, _ = choose(margin[judged], churned[judged], fold[judged])
    if calibration == IDENTITY:
        return calibration, sigmoid(margin)
    calibrated = calibration.apply(margin)
    for number in range(FOLDS):
        others = judged & (fold != number)
        rows = fold == number
        calibrated[rows] = fit_platt(margin[others], churned[others]).apply(margin[rows])
    return calibration, sigmoid(calibrated)
