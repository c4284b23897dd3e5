"""The thresholds that fit a desk: by how many orders it works, by how many of them must be right, or by both."""

from __future__ import annotations

from typing import Any

import numpy as np

from bands.operating_points import Cells, figures_at

FEWEST_ROWS = 30
"""Precision over fewer subscribers of the sample is chance."""

IDLE_SHARE = 0.1
"""Of a desk's capacity: less than this left over is no news."""

WIDE_SHARE = 0.5
"""Of the base: a band that takes in more tells nobody apart."""


class Unreachable(Exception):
    """The sample has no threshold that keeps what was asked; the message says what is best."""


def choose_thresholds(
    cells: Cells,
    *,
    capacity: float | None,
    base: int | None,
    days: float,
    min_precision: float | None,
    medium_ratio: float,
) -> dict[str, Any]:
    """Thresholds of both bands with their figures; orders where the size of the base is known.

    `capacity`: orders a day, on `days` days a month, over `base` subscribers. `min_precision`: least share of churners
    among those above the high threshold. With both, the higher threshold holds. Medium and high together are
    `medium_ratio` times high alone, or as few more as can be told apart. Raises Unreachable.
    """
    wanted: list[int] = []
    if min_precision is not None:
        wanted.append(cell_of_precision(cells, min_precision))
    if capacity is not None and base is not None:
        wanted.append(cell_of_share(cells, capacity * days / base))
    high = min(wanted)
    if high + 1 == cells.rows.size:
        raise Unreachable("the whole sample is above the high threshold: nobody is left for the medium band")
    medium = max(high + 1, _last_within(cells, int(cells.taken[high]) * medium_ratio))
    notes = []
    if cells.taken[high] < FEWEST_ROWS:
        notes.append(f"only {cells.taken[high]} of the sample are above the high threshold: precision is hardly known")
    if capacity is not None and base is not None and (step := _next_step(cells, high, base / days, capacity)):
        notes.append(step)
    if int(cells.taken[medium]) > WIDE_SHARE * cells.total:
        notes.append(
            f"medium and high take in {cells.taken[medium] / cells.total:.0%} of the base: "
            f"such a band says little; a smaller --medium-ratio narrows it"
        )

    def band(cell: int) -> dict[str, Any]:
        figures = figures_at(cells, cell)
        if base is None:
            return figures
        month = figures["share"] * base
        low, above = figures["intervals"]["share"]
        orders = {"perMonth": month, "perDay": month / days, "perDayInterval": [low * base / days, above * base / days]}
        return {**figures, "orders": orders}

    return {
        "reached": True,
        "sample": {"rows": cells.total, "churners": int(cells.caught[-1])},
        "asked": {"capacity": capacity, "base": base, "daysPerMonth": days, "minPrecision": min_precision},
        "high": band(high),
        "mediumAndHigh": band(medium),
        "notes": notes,
    }


def _next_step(cells: Cells, high: int, per_day: float, capacity: float) -> str | None:
    """Why capacity is left over, where it is: subscribers of one score are above a threshold together or not at all."""
    now, then = (int(cells.taken[cell]) / cells.total * per_day for cell in (high, high + 1))
    if now >= (1 - IDLE_SHARE) * capacity or then <= capacity:
        return None
    together = int(cells.taken[high + 1] - cells.taken[high])
    return (
        f"{capacity - now:,.1f} orders a day are left over: the next {together} of the sample have scores that "
        f"cannot be told apart; with them, at threshold {cells.threshold(high + 1):g}, it would be {then:,.1f} a day"
    )


def cell_of_share(cells: Cells, share: float) -> int:
    """The last cell with which no more than this share of the base is above."""
    if share >= 1:
        raise Unreachable(f"the desk could call the whole base {share:.1f} times a month: there is nothing to choose")
    cell = _last_within(cells, share * cells.total)
    if cell < 0:
        raise Unreachable(
            f"{share:.3%} of the base is less than the {int(cells.taken[0])} highest of the {cells.total} subscribers "
            f"of the sample: it cannot tell a threshold this high; give rows of more subscribers"
        )
    return cell


def cell_of_precision(cells: Cells, least: float) -> int:
    """The last cell with which the precision is at least this, over at least 30 subscribers."""
    enough = cells.taken >= min(FEWEST_ROWS, cells.total)
    fits = np.flatnonzero(enough & (cells.precision >= least))
    if fits.size == 0:
        precision = np.where(enough, cells.precision, -1.0)
        best = int(precision.argmax())
        raise Unreachable(
            f"the highest precision over at least {FEWEST_ROWS} subscribers is {precision[best]:.3f}, "
            f"at threshold {cells.threshold(best):g} with {int(cells.taken[best])} of {cells.total} above"
        )
    return int(fits[-1])


def _last_within(cells: Cells, rows: float) -> int:
    """The last cell with which no more than so many rows are above; -1 where the first holds more."""
    return int(np.searchsorted(cells.taken, rows + 1e-9, side="right")) - 1
