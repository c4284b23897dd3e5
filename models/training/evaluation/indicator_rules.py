"""The warning indicators that operators list by hand, as flags: what a desk without a model would go by.

A rule whose value is unknown raises nothing. Rules of feeds that the data does not have stay silent and are named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.dataset import VectorSet
from data.monthly_table import months_of

Flags = NDArray[np.bool_]
ValueOf = Callable[[str], NDArray[np.float32]]

MEGABYTE = 1e6


@dataclass(frozen=True)
class Indicator:
    name: str
    needs: tuple[str, ...]
    """Features that it reads."""
    raised: Callable[[ValueOf], Flags]


INDICATORS = (
    Indicator("bill fell two months running", ("bill_falling_2m",), lambda of: of("bill_falling_2m") == 1),
    Indicator(
        "data use down by more than 30 %, from 100 MB a month or more",
        ("data_bytes_change_30d", "data_bytes_per_day_90d"),
        lambda of: (of("data_bytes_change_30d") < 0.7) & (of("data_bytes_per_day_90d") * 30 >= 100 * MEGABYTE),
    ),
    Indicator(
        "out-of-bundle share of the bill up by 5 points",
        ("bill_out_of_bundle_share_change_1m",),
        lambda of: of("bill_out_of_bundle_share_change_1m") >= 0.05,
    ),
    Indicator("two complaints in 90 days", ("complaints_90d",), lambda of: of("complaints_90d") >= 2),
    Indicator("7 of 10 or less after a fault", ("fault_survey_score",), lambda of: of("fault_survey_score") <= 7),
    Indicator(
        "waited for an agent for more than 3 minutes",
        ("agent_wait_seconds_mean_90d",),
        lambda of: of("agent_wait_seconds_mean_90d") > 180,
    ),
    Indicator("a fault open for more than 24 hours", ("open_fault_hours",), lambda of: of("open_fault_hours") > 24),
    Indicator("two contacts with rivals in 30 days", ("rival_contacts_30d",), lambda of: of("rival_contacts_30d") >= 2),
    Indicator("asked how to port out", ("port_out_enquiries_90d",), lambda of: of("port_out_enquiries_90d") >= 1),
    Indicator("calls forwarded to a rival", ("rival_forwards_60d",), lambda of: of("rival_forwards_60d") >= 1),
    Indicator("app use halved", ("app_activities_change_30d",), lambda of: of("app_activities_change_30d") < 0.5),
    Indicator("contract ends within 30 days", ("contract_days_left",), lambda of: of("contract_days_left") <= 30),
    Indicator(
        "outgoing calls of 14 days down by more than half, from 20 or more",
        ("mo_calls_pace_14v56d", "mo_calls_per_day_90d"),
        lambda of: (of("mo_calls_pace_14v56d") < 0.5) & (of("mo_calls_per_day_90d") * 14 >= 20),
    ),
    Indicator(
        "rival share of outgoing calls up by 20 points",
        ("off_net_call_share_change_14v56d",),
        lambda of: of("off_net_call_share_change_14v56d") >= 0.2,
    ),
    Indicator(
        "second phone: outgoing calls halved, incoming not",
        ("mo_calls_pace_28v56d", "mt_calls_pace_28v56d"),
        lambda of: (of("mo_calls_pace_28v56d") < 0.5) & (of("mt_calls_pace_28v56d") > 0.8),
    ),
    Indicator(
        "balance for less than half a month",
        ("revenue_reserve_months",),
        lambda of: of("revenue_reserve_months") < 0.5,
    ),
    Indicator(
        "top-up overdue by twice the usual distance",
        ("top_up_overdue_90d",),
        lambda of: of("top_up_overdue_90d") > 2,
    ),
)

CHARGES_FELL = "charges fell two months running"
"""Stands in for the bill where there is none."""


@dataclass(frozen=True)
class IndicatorFlags:
    raised: dict[str, Flags]
    """Indicators that are raised for someone, by name."""
    silent: list[str]
    """Those that are raised for nobody: mostly because the data lacks their feed."""

    def count(self, users: int) -> NDArray[np.float64]:
        return np.asarray(np.sum([np.zeros(users), *self.raised.values()], axis=0), np.float64)


def indicator_flags(data: VectorSet, rows: Flags, raw: pd.DataFrame) -> IndicatorFlags:
    """Flags of these rows; `raw` has one row for each, with the months up to their as-of."""
    names = set(data.feature_names)

    def value_of(name: str) -> NDArray[np.float32]:
        return np.asarray(data.vectors[rows, data.column(name)], np.float32)

    with np.errstate(invalid="ignore"):
        flags = {
            indicator.name: indicator.raised(value_of) for indicator in INDICATORS if names.issuperset(indicator.needs)
        }
    flags[CHARGES_FELL] = _charges_fell(raw)
    absent = [indicator.name for indicator in INDICATORS if indicator.name not in flags]
    raised = {name: flag for name, flag in flags.items() if flag.any()}
    return IndicatorFlags(raised, [*absent, *(name for name in flags if name not in raised)])


def _charges_fell(raw: pd.DataFrame) -> Flags:
    months = months_of(raw)[-3:]
    if len(months) < 3:
        return np.zeros(len(raw), np.bool_)
    before, previous, last = (raw[f"user_spendings_{month}"].to_numpy(np.float64) for month in months)
    return np.asarray((last < previous) & (previous < before), np.bool_)
