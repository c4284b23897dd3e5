"""Whom the figures speak of, and the figures of a score for each of these populations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.dataset import VectorSet
from data.monthly_table import load_raw_months, month_of, present
from evaluation.metrics import RESAMPLES, measure

TITLES = {
    "all": "all users",
    "established": "users present in every month",
    "oneMonthEarlier": "as of one month earlier",
    "twoMonthsEarlier": "as of two months earlier",
}
"""The first two as of the last as-of; the others as of the end of the months before, with the same label."""

Rows = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Customers:
    """A vector set with what the monthly table says of its users."""

    data: VectorSet
    raw: pd.DataFrame
    """The monthly table with one row per user, all months; the index is the user."""

    @cached_property
    def last(self) -> Rows:
        return np.asarray(self.data.evaluated & (self.data.as_of == self.data.last_as_of), np.bool_)

    @cached_property
    def established(self) -> Rows:
        """Rows of users whom the source knows in every month."""
        steady = self.raw.index.to_numpy()[present(self.raw).all(axis=1)]
        return np.asarray(np.isin(self.data.user_id, steady), np.bool_)

    @cached_property
    def populations(self) -> dict[str, Rows]:
        """Rows by the keys of TITLES; none where the export has no such as-of."""
        return {
            "all": self.last,
            "established": self.last & self.established,
            "oneMonthEarlier": self._earlier(1),
            "twoMonthsEarlier": self._earlier(2),
        }

    def raw_until(self, rows: Rows) -> pd.DataFrame:
        """The monthly table of rows of one as-of, one row for each, without the months after it."""
        day = self.data.days[int(self.data.as_of[rows][0])]
        known = [name for name in self.raw if month_of(str(name)) <= day.year * 100 + day.month]
        return self.raw.loc[self.data.user_id[rows], known]

    def _earlier(self, months: int) -> Rows:
        index = self.data.month_end(months)
        if index is None:
            return np.zeros(self.data.churned.size, np.bool_)
        return np.asarray(self.data.evaluated & (self.data.as_of == index), np.bool_)


def customers_of(data: VectorSet, folder: Path) -> Customers:
    """With the monthly table in the folder of the data sets."""
    return Customers(data, load_raw_months(folder, np.unique(data.user_id)))


def measure_all(
    customers: Customers, score: Floats, *, is_probability: bool = True, resamples: int = RESAMPLES
) -> dict[str, Any]:
    """Figures of each population; `score` has one value per row of the set."""
    return {
        key: measure(customers.data.churned[rows], score[rows], is_probability=is_probability, resamples=resamples)
        for key, rows in customers.populations.items()
    }
