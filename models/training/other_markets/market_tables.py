"""Feature tables of other operators, as they were published, made numeric for the trainer.

Each loader minds what its source is like: rows sorted by label, duplicates, rebalanced labels, "unknown" written as a
number. None of the rows stays in this repository.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Market:
    """One table and what to hold its figures to."""

    name: str
    file: Path
    """Below the folder of the data sets."""
    load: Callable[[pd.DataFrame], Table]
    reference_auc: float
    """Tuned LightGBM, 5-fold, on the development rows."""


@dataclass(frozen=True)
class Table:
    """Rows ready to train on."""

    features: pd.DataFrame
    """Numbers only; NaN is unknown."""
    churned: NDArray[np.int8]
    baseline: NDArray[np.float64]
    """A score anybody could have: higher leaves first."""
    baseline_name: str
    stayer_weight: float | None
    """How many stayers of the market one in the table stands for, where churners were oversampled; None where not."""
    notes: tuple[str, ...]

    @property
    def groups(self) -> NDArray[np.int64]:
        """Rows with the same features are one group: never on both sides of a split."""
        keys = self.features.groupby(list(self.features.columns), dropna=False, sort=False)
        return np.asarray(keys.ngroup(), np.int64)


def expresso(rows: pd.DataFrame) -> Table:
    """Prepaid, Senegal: 90 days of totals; churn is no activity in the 90 days after.

    The rows are complete cases: every churner, and draws of the stayers.
    """
    rows, notes = _without_duplicates(rows)
    features = rows.drop(columns=["CHURN", "MRG"])
    # "K > 24 month", "I 18-21 month": the letters are in the order of the lengths.
    features["TENURE"] = rows["TENURE"].str[0].map(ord)
    return Table(
        features=features,
        churned=_labels(rows["CHURN"] == 1),
        baseline=-rows["REGULARITY"].to_numpy(np.float64),
        baseline_name="fewest active days",
        stayer_weight=EXPRESSO_STAYER_WEIGHT,
        notes=(*notes, "complete cases only; churners oversampled"),
    )


def cell2cell(rows: pd.DataFrame) -> Table:
    """Postpaid, United States: means of months, equipment, household; churners oversampled."""
    rows, notes = _without_duplicates(rows, key="CustomerID")
    table = rows.drop(columns=["CustomerID", "Churn", "ServiceArea", *NOMINAL])
    for column, order in ORDINAL.items():
        table[column] = rows[column].map(order)
    table["HandsetPrice"] = pd.to_numeric(rows["HandsetPrice"], errors="coerce")
    for column in ("AgeHH1", "AgeHH2", "IncomeGroup"):
        table[column] = rows[column].where(rows[column] > 0)
    for column in table.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in table.dtypes]]:
        table[column] = rows[column].map({"Yes": 1, "No": 0, "Known": 1})
    nominal = pd.get_dummies(rows[list(NOMINAL)], dtype=np.int8)
    # 730 areas are too many to tell apart; how large one is says something and needs no label.
    area_rows = rows["ServiceArea"].map(rows["ServiceArea"].value_counts()).rename("ServiceAreaRows")
    churned = _labels(rows["Churn"] == "Yes")
    share = float(churned.mean())
    return Table(
        features=pd.concat([table, nominal, area_rows], axis=1),
        churned=churned,
        baseline=rows["CurrentEquipmentDays"].fillna(rows["CurrentEquipmentDays"].median()).to_numpy(np.float64),
        baseline_name="oldest handset",
        stayer_weight=share / (1 - share) * (1 - CELL2CELL_MONTHLY_RATE) / CELL2CELL_MONTHLY_RATE,
        notes=(*notes, f"{int(rows['MonthlyMinutes'].isna().sum())} rows without usage kept, as unknown"),
    )


def iranian_uci(rows: pd.DataFrame) -> Table:
    """Prepaid and postpaid, Iran: nine months of totals; churn is the state three months later."""
    rows, notes = _without_duplicates(rows)
    features = rows.drop(columns=["Churn"]).rename(columns=lambda name: str(name).strip().replace(" ", "_"))
    same = int(features.duplicated().sum())
    return Table(
        features=features,
        churned=_labels(rows["Churn"] == 1),
        baseline=-features["Seconds_of_Use"].to_numpy(np.float64),
        baseline_name="least call time",
        stayer_weight=None,
        notes=(*notes, f"{same} rows alike but for the label kept in one fold"),
    )


EXPRESSO_STAYER_WEIGHT = 8.7
"""Two draws of 35,000 stayers share 2,084 rows, so that there were about 588,000 of them: 8.7 for each one here."""

CELL2CELL_MONTHLY_RATE = 0.02

NOMINAL = ("PrizmCode", "Occupation", "MaritalStatus")

ORDINAL: Mapping[str, Mapping[str, int]] = {
    "CreditRating": {
        "1-Highest": 1,
        "2-High": 2,
        "3-Good": 3,
        "4-Medium": 4,
        "5-Low": 5,
        "6-VeryLow": 6,
        "7-Lowest": 7,
    },
}

MARKETS = (
    Market("expresso", Path("expresso/expresso.csv.gz"), expresso, 0.883),
    Market("cell2cell", Path("cell2cell/cell2celltrain.csv.gz"), cell2cell, 0.683),
    Market("iranian_uci", Path("iranian_uci/customer_churn.csv.gz"), iranian_uci, 0.985),
)


def _without_duplicates(rows: pd.DataFrame, key: str | None = None) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """One of each row: a copy on the other side of a split would be an answer given away."""
    kept = rows.drop_duplicates(subset=None if key is None else [key]).reset_index(drop=True)
    dropped = len(rows) - len(kept)
    return kept, ((f"{dropped} duplicate rows dropped",) if dropped > 0 else ())


def _labels(churned: pd.Series) -> NDArray[np.int8]:
    return churned.to_numpy(np.int8)
