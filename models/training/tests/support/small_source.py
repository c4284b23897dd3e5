"""A made-up source in the layout of the real one: raw tables, labels, an exported training set and its users."""

from __future__ import annotations

import hashlib
import json
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.monthly_table import CHURN_FILE, USAGE_FILE

FEATURES: list[dict[str, Any]] = [
    {"name": "monthly_spend", "unit": "minor_units", "windowDays": 90, "source": "call"},
    {"name": "active_days_28d", "unit": "ratio", "windowDays": 28, "source": "call"},
    {"name": "tenure_days", "unit": "days", "windowDays": None, "source": "profile"},
    {"name": "observed_days", "unit": "days", "windowDays": 90, "source": "any"},
    {"name": "revenue_reserve_months", "unit": "months", "windowDays": 90, "source": "call"},
    {"name": "complaints_90d", "unit": "count", "windowDays": 90, "source": "complaint"},
    {"name": "days_since_mt_message", "unit": "days", "windowDays": None, "source": "message"},
]
YEAR = 2013


class SmallSource:
    """Users whose leaving depends on how active and how new they are; every fourth joins in the last month."""

    def __init__(
        self,
        folder: Path,
        users: int = 160,
        months: Sequence[int] = (6, 7, 8),
        churners: int | None = None,
        key: str = "t1",
    ) -> None:
        """`key` is that of the pseudonyms; they and the file's rows are in another order for another key."""
        self.folder, self.months, self.key = folder, list(months), key
        self.vectors, self.users = folder / "vectors.parquet", folder / "users.csv"
        random = np.random.default_rng(5)
        self.user_id = 1000 + np.arange(users)
        self.activity = random.uniform(size=users)
        self.first_month = np.where((np.arange(users) % 4 == 0) & (len(months) > 1), self.months[-1], self.months[0])
        risk = self.activity - 0.5 * (self.first_month == self.months[-1]) + 0.2 * random.normal(size=users)
        self.churned = np.zeros(users, np.int8)
        self.churned[np.argsort(risk)[: users // 5 if churners is None else churners]] = 1
        (folder / USAGE_FILE).parent.mkdir(parents=True)
        self._usage().to_csv(folder / USAGE_FILE, index=False)
        pd.DataFrame({"user_account_id": self.user_id, "churn": self.churned}).to_csv(folder / CHURN_FILE, index=False)
        pd.DataFrame({"subscriber_id": self.pseudonyms(), "user_account_id": self.user_id}).to_csv(
            self.users, index=False
        )
        pq.write_table(self.table(), self.vectors)

    def pseudonyms(self) -> list[str]:
        return [f"{self.key}-{hashlib.sha256(f'{self.key} {user}'.encode()).hexdigest()}" for user in self.user_id]

    def table(self) -> pa.Table:
        """One row per user and as-of, the 15th and the last day of each month."""
        columns: dict[str, list[np.ndarray]] = {}
        for as_of, month in self._as_ofs():
            here = self.first_month <= month
            for name, values in self._rows(as_of, here).items():
                columns.setdefault(name, []).append(values)
        arrays = {name: np.concatenate(parts) for name, parts in columns.items()}
        metadata = {
            "feature_schema": json.dumps(FEATURES),
            "feature_schema_sha256": "0" * 64,
            "label_definition": json.dumps({"kind": "table"}),
            "as_ofs": json.dumps([as_of.isoformat() for as_of, _ in self._as_ofs()]),
            "time_zone": "Europe/Vilnius",
            "source": "made up",
        }
        table = pa.table({name: pa.array(values, from_pandas=False) for name, values in arrays.items()})
        return table.sort_by("subscriber_id").replace_schema_metadata(metadata)

    def _as_ofs(self) -> list[tuple[datetime, int]]:
        days = [(month, day) for month in self.months for day in (15, monthrange(YEAR, month)[1])]
        # The last millisecond of the civil day, three hours ahead of UTC in summer.
        end = timedelta(hours=21, milliseconds=-1)
        return [(datetime(YEAR, month, day, tzinfo=UTC) + end, month) for month, day in days]

    def _rows(self, as_of: datetime, here: np.ndarray) -> dict[str, np.ndarray]:
        users = int(here.sum())
        random = np.random.default_rng(as_of.toordinal())
        activity = self.activity[here]
        tenure = np.where(random.uniform(size=users) < 0.2, np.nan, 2000 * random.uniform(size=users))
        instant = np.full(users, round(as_of.timestamp() * 1000), np.int64)
        features = {
            "monthly_spend": activity * random.uniform(size=users) * 1000,
            "active_days_28d": activity,
            "tenure_days": tenure,
            "observed_days": 1.0 + 30 * (as_of.month - self.first_month[here]),
            "revenue_reserve_months": np.where(activity < 0.1, np.nan, random.uniform(size=users)),
            "complaints_90d": np.zeros(users),
            "days_since_mt_message": random.uniform(size=users),
        }
        return {
            "subscriber_id": np.array(self.pseudonyms(), object)[here],
            "as_of_ms": instant,
            "vector_as_of_ms": instant,
            "label": self.churned[here],
            **{name: values.astype(np.float32) for name, values in features.items()},
        }

    def _usage(self) -> pd.DataFrame:
        parts = []
        for month in self.months:
            here = self.first_month <= month
            random = np.random.default_rng(month)
            spend = np.round(self.activity[here] * random.uniform(size=int(here.sum())) * 10, 2)
            parts.append(
                pd.DataFrame(
                    {
                        "year": YEAR,
                        "month": month,
                        "user_account_id": self.user_id[here],
                        "user_spendings": spend,
                        "calls_outgoing_count": np.round(self.activity[here] * 30),
                    }
                )
            )
        return pd.concat(parts)
