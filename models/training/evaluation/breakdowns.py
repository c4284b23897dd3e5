"""Where the score is good and where it is not: by decile, segment, lead time, and as a probability."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from data.dataset import VectorSet
from data.monthly_table import months_of
from evaluation.metrics import BOOTSTRAP_SEED, ECE_BINS, FEWEST_OF_A_KIND, RESAMPLES, Labels, measure
from evaluation.populations import Customers, Floats, Rows

DECILES = 10
DAYS_OF_MONTH = 30.4375
TENURE_BANDS = ((6, "under 6 months"), (12, "6 to 12 months"), (24, "12 to 24 months"), (60, "2 to 5 years"))
LONGEST_TENURE = "over 5 years"
UNKNOWN_TENURE = "unknown"
SPEND_NAMES = ("low", "middle", "high")
CALIBRATION_DRAWS = 400
GAIN_POINTS = 100
Z_95 = 1.959963984540054


def deciles(churned: Labels, probability: Floats) -> list[dict[str, float | int]]:
    """Ten parts of equal size, the highest probabilities first; fewer where there are fewer users."""
    if churned.size == 0 or churned.sum() == 0:
        return []
    order = np.argsort(-probability, kind="stable")
    found = []
    caught = 0
    for number, part in enumerate(np.array_split(order, min(DECILES, churned.size)), start=1):
        caught += int(churned[part].sum())
        rate = float(churned[part].mean())
        found.append(
            {
                "decile": number,
                "n": int(part.size),
                "churners": int(churned[part].sum()),
                "churnRate": rate,
                "lift": rate / float(churned.mean()),
                "cumulativeRecall": caught / int(churned.sum()),
                "meanProbability": float(probability[part].mean()),
                "lowestProbability": float(probability[part].min()),
            }
        )
    return found


def gain_curve(churned: Labels, probability: Floats) -> list[float]:
    """Share of the churners among the first 0, 1, ... 100 % of the users."""
    if churned.sum() == 0:
        return []
    caught = np.r_[0, churned[np.argsort(-probability, kind="stable")].cumsum()] / churned.sum()
    at = np.linspace(0, churned.size, GAIN_POINTS + 1)
    return [round(float(value), 5) for value in np.interp(at, np.arange(churned.size + 1), caught)]


def calibration(churned: Labels, probability: Floats) -> dict[str, Any]:
    """Bins of equal size with their churn rate (95 % Wilson interval), and the ECE that chance alone would give."""
    if churned.size < ECE_BINS:
        return {"bins": [], "eceOfPerfectCalibration": None}
    bins = []
    for part in np.array_split(np.argsort(probability, kind="stable"), ECE_BINS):
        low, high = _wilson(int(churned[part].sum()), part.size)
        bins.append(
            {
                "n": int(part.size),
                "meanProbability": float(probability[part].mean()),
                "churnRate": float(churned[part].mean()),
                "interval": [low, high],
            }
        )
    return {"bins": bins, "eceOfPerfectCalibration": _ece_of_perfect_calibration(probability)}


def segments(customers: Customers, probability: Floats) -> dict[str, list[dict[str, Any]]]:
    """Figures of the last as-of by tenure, by spend and by presence in the source."""
    rows = customers.last
    bands = {
        "tenure": _tenure_bands(customers.data, rows),
        "monthlySpend": _spend_terciles(customers.raw_until(rows)) if rows.any() else [],
        "presence": [
            ("present in every month", customers.established[rows]),
            ("not present in every month", ~customers.established[rows]),
        ],
    }
    churned, score = customers.data.churned[rows], probability[rows]
    return {
        name: [
            {"segment": title, **measure(churned[part], score[part], resamples=RESAMPLES)}
            for title, part in parts
            if part.any()
        ]
        for name, parts in bands.items()
    }


def lead_time(customers: Customers, probability: Floats) -> list[dict[str, Any]]:
    """Figures at each as-of, with how many days it lies before the last one; the label is the same."""
    data = customers.data
    found = []
    for index, day in enumerate(data.days):
        rows = data.evaluated & (data.as_of == index)
        steady = rows & customers.established
        found.append(
            {
                "asOf": data.export["asOfs"][index],
                "daysEarlier": (data.days[-1] - day).days,
                "all": measure(data.churned[rows], probability[rows], resamples=RESAMPLES),
                "established": measure(data.churned[steady], probability[steady], resamples=RESAMPLES),
            }
        )
    return found


def _tenure_bands(data: VectorSet, rows: Rows) -> list[tuple[str, Rows]]:
    if "tenure_days" not in data.feature_names:
        return []
    months = data.vectors[rows, data.column("tenure_days")] / DAYS_OF_MONTH
    band = np.digitize(months, [limit for limit, _ in TENURE_BANDS])
    unknown = np.isnan(months)
    titles = [*(title for _, title in TENURE_BANDS), LONGEST_TENURE]
    known = [(title, (band == number) & ~unknown) for number, title in enumerate(titles)]
    return [*known, (UNKNOWN_TENURE, unknown)]


def _spend_terciles(raw: pd.DataFrame) -> list[tuple[str, Rows]]:
    """By the mean monthly spend over the months that the user is in the source; equal spends are never torn apart."""
    spend = raw[[f"user_spendings_{month}" for month in months_of(raw)]].mean(axis=1).fillna(0.0).to_numpy(np.float64)
    low, high = np.quantile(spend, [1 / 3, 2 / 3])
    band = np.where(spend <= low, 0, np.where(spend <= high, 1, 2))
    titles = (f"up to {low:.2f}", f"over {low:.2f} to {high:.2f}", f"over {high:.2f}")
    return [(f"{SPEND_NAMES[number]}: {title}", band == number) for number, title in enumerate(titles)]


def _ece_of_perfect_calibration(probability: Floats) -> float | None:
    """Mean ECE if every user left with exactly the probability told: less than this cannot be expected."""
    random = np.random.default_rng(BOOTSTRAP_SEED)
    found = []
    for _ in range(CALIBRATION_DRAWS):
        drawn = (random.uniform(size=probability.size) < probability).astype(np.int8)
        if FEWEST_OF_A_KIND <= drawn.sum() <= drawn.size - FEWEST_OF_A_KIND:
            found.append(measure(drawn, probability)["ece"])
    return float(np.mean(found)) if found else None


def _wilson(successes: int, trials: int) -> tuple[float, float]:
    rate, z2 = successes / trials, Z_95**2 / trials
    centre = (rate + z2 / 2) / (1 + z2)
    half = Z_95 / (1 + z2) * float(np.sqrt(rate * (1 - rate) / trials + z2 / (4 * trials)))
    # Never beyond the rate itself, which rounding could bring about where nobody left, or everybody.
    return max(0.0, min(centre - half, rate)), min(1.0, max(centre + half, rate))
