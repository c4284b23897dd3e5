"""The source's own table, one row per user and month, and its labels: what the model is compared with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.data_error import DataError
from data.read_table import USER, read_table

USAGE_FILE = Path("exacaster_mobile_churn") / "customer_usage.csv.gz"
CHURN_FILE = Path("exacaster_mobile_churn") / "customer_churn.csv.gz"
SPEND = "user_spendings"


def load_raw_months(data: Path, user_id: NDArray[np.int64]) -> pd.DataFrame:
    """The usage table with one row per user and every column once per month, named e.g. `user_spendings_201308`.

    A month without a row is missing. Raises DataError where the table is not as the source has it.
    """
    usage = read_table(data / USAGE_FILE, [USER, "year", "month", SPEND])
    text = [str(name) for name in usage if not pd.api.types.is_numeric_dtype(usage[name])]
    if text:
        raise DataError(f"{data / USAGE_FILE}: numbers are needed in column {', '.join(text)}")
    usage["month"] = usage["year"] * 100 + usage["month"]
    if usage.duplicated([USER, "month"]).any():
        raise DataError(f"{data / USAGE_FILE}: two rows of one user and month")
    wide = usage.drop(columns=["year"]).pivot(index=USER, columns="month")
    wide.columns = pd.Index(["_".join(map(str, pair)) for pair in wide.columns])
    return wide.reindex(user_id)


def load_labels(data: Path) -> pd.Series:
    """0 or 1 by user_account_id, of all users that the source has a label for."""
    table = read_table(data / CHURN_FILE, [USER, "churn"])
    if table[USER].duplicated().any():
        raise DataError(f"{data / CHURN_FILE}: two labels of one user")
    return table.set_index(USER)["churn"].astype(np.int8)


def months_of(raw: pd.DataFrame) -> list[int]:
    """The months of a raw table, e.g. 201308, ascending."""
    return sorted({month_of(str(name)) for name in raw.columns})


def month_of(column: str) -> int:
    return int(column.rsplit("_", 1)[1])


def present(raw: pd.DataFrame) -> NDArray[np.bool_]:
    """Users × months: whether the source has a row."""
    return np.column_stack([raw[f"{SPEND}_{month}"].notna().to_numpy() for month in months_of(raw)])
