"""What a threshold means: how many of the base are above it, and how many of those leave.

Works on cells: runs of subscribers with neighbouring probabilities, highest first. Single rows are cells of one; a
bundle carries cells of some twenty, which say as much about thresholds and nothing about anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

RESAMPLES = 1_000
BOOTSTRAP_SEED = 20130901

CELLS = 200
"""Cells of a bundle."""


@dataclass(frozen=True)
class Cells:
    """Subscribers by cross-validated probability; the first cell holds the highest."""

    lowest: Floats
    """Least probability in each cell, strictly descending."""
    rows: Counts
    churners: Counts

    @cached_property
    def taken(self) -> Counts:
        """Subscribers in this cell and those before it."""
        return self.rows.cumsum()

    @cached_property
    def caught(self) -> Counts:
        return self.churners.cumsum()

    @property
    def total(self) -> int:
        return int(self.taken[-1])

    @property
    def precision(self) -> Floats:
        return np.asarray(self.caught / self.taken, np.float64)

    def threshold(self, cell: int) -> float:
        """A probability of few digits that takes this cell and no later one."""
        lowest = float(self.lowest[cell])
        below = float(self.lowest[cell + 1]) if cell + 1 < self.lowest.size else 0.0
        for digits in range(2, 17):
            factor = 10.0**digits
            rounded = np.floor(lowest * factor) / factor
            if rounded > below:
                return float(rounded)
        return lowest


def cells_of(probability: Floats, churned: NDArray[np.int8], most: int | None = None) -> Cells:
    """One cell per distinct probability; with `most`, neighbours are put together to about that many equal ones."""
    lowest, inverse = np.unique(-probability, return_inverse=True)
    rows = np.bincount(inverse)
    churners = np.bincount(inverse, weights=churned).astype(np.int64)
    if most is None or lowest.size <= most:
        return Cells(-lowest, rows.astype(np.int64), churners)
    number = ((rows.cumsum() - 1) * most) // probability.size
    ends = np.flatnonzero(np.r_[number[1:] != number[:-1], True])
    starts = np.r_[0, ends[:-1] + 1]
    return Cells(-lowest[ends], np.add.reduceat(rows, starts).astype(np.int64), np.add.reduceat(churners, starts))


def to_document(cells: Cells) -> dict[str, Any]:
    """As `operatingPoints` of a training summary; probabilities rounded down, so that nobody falls out of a cell."""
    return {
        "lowestProbability": (np.floor(cells.lowest * 1e6) / 1e6).tolist(),
        "rows": cells.rows.tolist(),
        "churners": cells.churners.tolist(),
    }


def from_document(document: dict[str, Any]) -> Cells:
    """Raises ValueError where it does not hold cells."""
    cells = Cells(
        np.asarray(document["lowestProbability"], np.float64),
        np.asarray(document["rows"], np.int64),
        np.asarray(document["churners"], np.int64),
    )
    if not (cells.lowest.size == cells.rows.size == cells.churners.size > 0):
        raise ValueError("lowestProbability, rows and churners must be lists of one length")
    if (np.diff(cells.lowest) > 0).any() or (cells.rows < 1).any() or (cells.churners > cells.rows).any():
        raise ValueError("cells must descend, hold rows, and no more churners than rows")
    return cells


def figures_at(cells: Cells, cell: int, resamples: int = RESAMPLES) -> dict[str, Any]:
    """Share of the base from this cell upwards, precision, recall and lift.

    `intervals` are 95 % of a bootstrap over subscribers. The threshold stays where it is in each resample: what a desk
    will see next month, not how the choice would vary.
    """
    taken, caught = int(cells.taken[cell]), int(cells.caught[cell])
    total, churners = cells.total, int(cells.caught[-1])
    # Each subscriber is one of four: above or below the threshold, gone or not.
    kinds = np.array([caught, taken - caught, churners - caught, total - taken - churners + caught])
    drawn = np.random.default_rng(BOOTSTRAP_SEED).multinomial(total, kinds / total, size=resamples)
    above = drawn[:, 0] + drawn[:, 1]
    gone = drawn[:, 0] + drawn[:, 2]

    def interval(values: Floats) -> list[float]:
        known = values[~np.isnan(values)]
        return [float(value) for value in np.percentile(known, [2.5, 97.5])] if known.size > 0 else []

    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "threshold": cells.threshold(cell),
            "sampleRows": taken,
            "share": taken / total,
            "precision": caught / taken,
            "recall": caught / churners,
            "lift": caught / taken / (churners / total),
            "intervals": {
                "share": interval(above / total),
                "precision": interval(drawn[:, 0] / above),
                "recall": interval(drawn[:, 0] / gone),
            },
        }
