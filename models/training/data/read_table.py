"""CSV of others, read with care."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from data.data_error import DataError

USER = "user_account_id"


def read_table(path: Path, needed: Sequence[str]) -> pd.DataFrame:
    """A CSV, gzipped or not; user ids are whole numbers. Raises DataError where it is none or lacks columns."""
    try:
        table = pd.read_csv(path)
    except FileNotFoundError as error:
        raise DataError(f"{path}: there is no such file") from error
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise DataError(f"{path}: cannot be read as a table: {error}") from error
    absent = [name for name in needed if name not in table]
    if absent:
        raise DataError(f"{path}: no column {', '.join(absent)}")
    if not pd.api.types.is_integer_dtype(table[USER]):
        raise DataError(f"{path}: {USER} must be whole numbers")
    return table
