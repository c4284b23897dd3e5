"""The exported vectors, and the raw monthly table for the reference model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

USAGE_FILE = Path("exacaster_mobile_churn") / "customer_usage.csv.gz"


@dataclass(frozen=True)
class VectorSet:
    """Vectors as the engine built them: one row per user and as-of; NaN is unknown."""

    vectors: NDArray[np.float32]
    user_id: NDArray[np.int64]
    churned: NDArray[np.int8]
    established: NDArray[np.bool_]
    """Present in every month of the source."""
    as_of: NDArray[np.int64]
    """Index into `export["asOfs"]`."""
    export: dict[str, Any]

    @property
    def feature_names(self) -> list[str]:
        return [feature["name"] for feature in self.export["features"]]

    @property
    def last_as_of(self) -> int:
        return len(self.export["asOfs"]) - 1


def load_vectors(folder: Path) -> VectorSet:
    export = json.loads((folder / "export.json").read_text(encoding="utf-8"))
    rows = pd.read_csv(folder / "rows.csv")
    labelled = rows["churned"].notna().to_numpy()
    rows = rows[labelled]
    index = {as_of: position for position, as_of in enumerate(export["asOfs"])}
    return VectorSet(
        vectors=np.load(folder / "vectors.npy")[labelled],
        user_id=rows["user_id"].to_numpy(np.int64),
        churned=rows["churned"].to_numpy(np.int8),
        established=rows["established"].to_numpy() == 1,
        as_of=rows["as_of"].map(index).to_numpy(np.int64),
        export=export,
    )


def load_raw_months(data: Path, user_id: NDArray[np.int64]) -> pd.DataFrame:
    """The usage table with one row per user and every column once per month; a month without a row is missing."""
    usage = pd.read_csv(data / USAGE_FILE).drop(columns=["year"])
    wide = usage.pivot(index="user_account_id", columns="month")
    wide.columns = [f"{name}_{month}" for name, month in wide.columns]
    return wide.reindex(user_id)
