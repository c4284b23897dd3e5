"""The exported vectors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from data.data_error import DataError
from data.read_table import read_table

KEYS = ("subscriber_id", "as_of_ms", "vector_as_of_ms", "label")


@dataclass(frozen=True)
class VectorSet:
    """Vectors as the engine built them: one row per user and as-of, by as-of, then by user; NaN is unknown."""

    vectors: NDArray[np.float32]
    user_id: NDArray[np.int64]
    churned: NDArray[np.int8]
    as_of: NDArray[np.int64]
    """Index into `export["asOfs"]`."""
    export: dict[str, Any]
    """What the file says of itself: features, featureSchemaSha256, timeZone, asOfs (ISO, ascending), label, …"""
    replica: NDArray[np.int8] | None = None
    """0: rows to evaluate; others are further replays of the same users, for training only. None: all are 0."""

    @property
    def feature_names(self) -> list[str]:
        return [feature["name"] for feature in self.export["features"]]

    @property
    def last_as_of(self) -> int:
        return len(self.export["asOfs"]) - 1

    @cached_property
    def evaluated(self) -> NDArray[np.bool_]:
        """Rows that figures may be made of."""
        if self.replica is None:
            return np.ones(self.churned.size, np.bool_)
        return np.asarray(self.replica == 0, np.bool_)

    @cached_property
    def days(self) -> list[date]:
        """The civil day of each as-of."""
        zone = ZoneInfo(self.export["timeZone"])
        return [datetime.fromisoformat(as_of).astimezone(zone).date() for as_of in self.export["asOfs"]]

    def month_end(self, earlier: int) -> int | None:
        """The as-of at the end of the month this many months before that of the last; None if there is none."""
        last = self.days[-1]
        month = last.year * 12 + last.month - 1 - earlier
        of_month = [at for at in self.month_ends if self.days[at].year * 12 + self.days[at].month - 1 == month]
        return self.last_as_of if earlier == 0 else next(iter(of_month), None)

    @cached_property
    def month_ends(self) -> list[int]:
        """The as-ofs on the last day of a month."""
        return [index for index, day in enumerate(self.days) if _is_month_end(day)]

    def column(self, name: str) -> int:
        return self.feature_names.index(name)


def load_vectors(parquet: Path, users: Path) -> VectorSet:
    """Reads an exported training set, and from `users` (subscriber_id,user_account_id) whose rows they are.

    Rows are put in the order of as-ofs and users: that of the file is the order of pseudonyms, and folds and trees must
    not depend on the key that pseudonyms are made with. Raises DataError if the file is not such an export or a
    subscriber is not in the list.
    """
    try:
        table = pq.read_table(parquet)
    except pa.ArrowInvalid as error:
        raise DataError(f"{parquet}: no Parquet file: {error}") from error
    export = _export_of(table, parquet)
    names = [feature["name"] for feature in export["features"]]
    absent = [name for name in (*KEYS, *names) if name not in table.column_names]
    if absent:
        raise DataError(f"{parquet}: no column {', '.join(absent)}")
    if table.num_rows == 0:
        raise DataError(f"{parquet}: no row")
    as_of_ms = _numbers(table, "as_of_ms", np.int64)
    instants = np.unique(as_of_ms)
    # The requested as-ofs that have rows: one within the warm-up or beyond the log has none.
    export["asOfs"] = [_iso(int(instant)) for instant in instants]
    churned = _numbers(table, "label", np.int8)
    if not np.isin(churned, (0, 1)).all():
        raise DataError(f"{parquet}: a label is neither 0 nor 1")
    user_id = _user_ids(table.column("subscriber_id").to_pandas(), users)
    if pd.MultiIndex.from_arrays([user_id, as_of_ms]).has_duplicates:
        raise DataError(f"{parquet}: two rows of one user and as-of")
    order = np.lexsort((user_id, as_of_ms))
    return VectorSet(
        vectors=np.column_stack([_numbers(table, name, np.float32)[order] for name in names]),
        user_id=user_id[order],
        churned=churned[order],
        as_of=np.searchsorted(instants, as_of_ms[order]),
        export=export,
    )


def _export_of(table: pa.Table, parquet: Path) -> dict[str, Any]:
    metadata = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    needed = ("feature_schema", "feature_schema_sha256", "as_ofs", "time_zone")
    absent = [key for key in needed if key not in metadata]
    if absent:
        raise DataError(f"{parquet}: not an exported training set, it does not say {', '.join(absent)}")
    schema = json.loads(metadata["feature_schema"])
    return {
        "features": schema["features"] if isinstance(schema, dict) else schema,
        "featureSchema": metadata["feature_schema"],
        "featureSchemaSha256": metadata["feature_schema_sha256"],
        "timeZone": metadata["time_zone"],
        "requestedAsOfs": json.loads(metadata["as_ofs"]),
        "label": json.loads(metadata.get("label_definition", "null")),
        "source": metadata.get("source"),
        "knownThrough": metadata.get("known_through"),
        "recordsSha256": metadata.get("records_sha256"),
        "policyVersion": metadata.get("policy_version"),
    }


def _numbers(table: pa.Table, name: str, dtype: type[np.generic]) -> NDArray[Any]:
    column = table.column(name)
    if column.null_count > 0 or column.type.to_pandas_dtype() != dtype:
        raise DataError(f"column {name}: {np.dtype(dtype)} without nulls is needed, found {column.type}")
    return np.asarray(column.to_numpy())


def _user_ids(subscriber: pd.Series, users: Path) -> NDArray[np.int64]:
    known = read_table(users, ["subscriber_id", "user_account_id"]).astype({"subscriber_id": str})
    if known["subscriber_id"].duplicated().any():
        raise DataError(f"{users}: a subscriber is listed twice")
    ids = subscriber.map(known.set_index("subscriber_id")["user_account_id"])
    if ids.isna().any():
        raise DataError(f"{users}: does not list the subscribers of {int(ids.isna().sum())} rows")
    return ids.to_numpy(np.int64)


def _iso(instant_ms: int) -> str:
    return f"{np.datetime64(instant_ms, 'ms')}Z"


def _is_month_end(day: date) -> bool:
    return (pd.Timestamp(day) + pd.Timedelta(days=1)).day == 1
