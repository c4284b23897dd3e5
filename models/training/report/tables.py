"""Tables of the evaluation, as Markdown: for the terminal, the report and the card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evaluation.metrics import NOT_ENOUGH
from evaluation.populations import TITLES

COLUMNS = {
    "auc": ("AUC", 3),
    "prAuc": ("PR-AUC", 3),
    "topDecileLift": ("top-decile lift", 2),
    "recallAt5": ("recall at 5 %", 3),
    "recallAt10": ("at 10 %", 3),
    "recallAt20": ("at 20 %", 3),
    "brier": ("Brier", 4),
    "ece": ("ECE", 3),
}
NOT_GIVEN = "–"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with cells padded to the same width."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    return "\n".join([line(head), line(["-" * width for width in widths]), *(line(row) for row in rows)])


def figures_table(rows: Sequence[tuple[str, dict[str, Any]]], *, first: str = "", intervals: bool = True) -> str:
    """One line per population or score, with 95 % intervals where there are some."""
    head = [first, *(title for title, _ in COLUMNS.values()), "users", "churners"]
    return table(head, [[title, *_cells(figures, intervals), *_counts(figures)] for title, figures in rows])


def model_table(result: dict[str, Any]) -> str:
    return figures_table([(title, result[key]) for key, title in TITLES.items()])


def baseline_table(result: dict[str, Any], population: str) -> str:
    rows = [("the model", result[population])]
    rows += [(baseline["title"], baseline[population]) for baseline in result["baselines"].values()]
    return figures_table(rows)


def decile_table(result: dict[str, Any]) -> str:
    head = ["decile", "users", "churners", "churn rate", "lift", "churners so far", "mean probability", "from"]
    rows = [
        [
            str(row["decile"]),
            str(row["n"]),
            str(row["churners"]),
            f"{row['churnRate']:.3f}",
            f"{row['lift']:.2f}",
            f"{row['cumulativeRecall']:.3f}",
            f"{row['meanProbability']:.3f}",
            f"{row['lowestProbability']:.3f}",
        ]
        for row in result["deciles"]
    ]
    return table(head, rows)


def segment_table(result: dict[str, Any], name: str) -> str:
    return figures_table([(row["segment"], row) for row in result["segments"][name]])


def lead_time_table(result: dict[str, Any]) -> str:
    rows = []
    for row in reversed(result["leadTime"]):
        title = f"{row['daysEarlier']} days earlier" if row["daysEarlier"] > 0 else "last as-of"
        rows += [(f"{title}, all", row["all"]), (f"{title}, present in every month", row["established"])]
    return figures_table(rows)


def sensitivity_table(result: dict[str, Any]) -> str:
    """AUC alone: what is asked is how much rests on some columns."""
    head = ["without", "features dropped", *(f"AUC, {title}" for title in TITLES.values())]
    rows = [
        [row["without"], str(row["dropped"]), *(number(row[key].get("auc"), 3) for key in TITLES)]
        for row in result["sensitivity"]
    ]
    unknowns = result["leakage"]["unknownValues"]
    mask = ["every value, but not whether it is known", NOT_GIVEN]
    return table(head, [*rows, [*mask, *(number(unknowns[key].get("auc"), 3) for key in TITLES)]])


def shipped_table(result: dict[str, Any]) -> str:
    """Figures of a bundle as it is; empty where it could not be measured, which its note says."""
    found = result["shipped"]
    return figures_table([(title, found[key]) for key, title in TITLES.items()]) if "all" in found else ""


def number(value: float | None, digits: int) -> str:
    return NOT_GIVEN if value is None else f"{value:.{digits}f}"


def as_text(result: dict[str, Any]) -> str:
    """What the command prints."""
    parts = [model_table(result), "Compared with, all users:", baseline_table(result, "all")]
    if "shipped" in result:
        parts += [f"Bundle {result['shipped']['bundle']} as it is. {result['shipped']['note']}", shipped_table(result)]
    left_out = result["users"]["withoutVector"]
    if left_out > 0:
        parts.append(
            f"Without a vector at the last as-of, and in no figure: {left_out} labelled users, "
            f"{result['users']['churnersWithoutVector']} of whom left."
        )
    parts.append(f"With shuffled labels: AUC {result['leakage']['shuffledLabels']['auc']:.3f}.")
    return "\n\n".join(part for part in parts if part)


def _cells(figures: dict[str, Any], intervals: bool) -> list[str]:
    if "note" in figures:
        return [NOT_ENOUGH, *([NOT_GIVEN] * (len(COLUMNS) - 1))]
    return [_cell(figures, key, digits, intervals) for key, (_, digits) in COLUMNS.items()]


def _cell(figures: dict[str, Any], key: str, digits: int, intervals: bool) -> str:
    if figures.get(key) is None:
        return NOT_GIVEN
    value = number(figures[key], digits)
    if not intervals or "intervals" not in figures:
        return value
    low, high = figures["intervals"][key]
    return f"{value} ({low:.{digits}f}–{high:.{digits}f})"


def _counts(figures: dict[str, Any]) -> list[str]:
    return [str(figures["n"]), str(figures["churners"])]
