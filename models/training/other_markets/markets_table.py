"""The figures of all tables as one."""

from __future__ import annotations

from typing import Any


def markets_table(results: dict[str, Any]) -> str:
    """One Markdown table; intervals are 95 %."""
    lines = [
        "| market | who ranks | AUC | reference | PR-AUC | lift of the top tenth | Brier | ECE | rows | churn rate |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, result in results.items():
        for key, where in (("asSampled", ""), ("naturalRate", ", natural rate")):
            if key not in result:
                continue
            part = result[key]
            rate = part.get("churnRate", result["churnRate"])
            for score, title in (
                ("model", "model"),
                ("logistic", "logistic regression"),
                ("simple", f"{result['simpleBaseline']} alone"),
            ):
                reference = f"{result['referenceAuc']:.3f}" if score == "model" and key == "asSampled" else "-"
                measured = part[score]
                cells = [
                    f"{name}{where}",
                    title,
                    _with_interval(measured, "auc", 4),
                    reference,
                    _with_interval(measured, "prAuc", 3),
                    _with_interval(measured, "topDecileLift", 2),
                    _with_interval(measured, "brier", 4),
                    _with_interval(measured, "ece", 4),
                    f"{result['n']}",
                    f"{rate:.1%}",
                ]
                lines.append(f"| {' | '.join(cells)} |")
    notes = [f"{name}: {'; '.join(result['notes'])}." for name, result in results.items() if result["notes"]]
    return "\n".join([*lines, "", *notes])


def _with_interval(figures: dict[str, Any], key: str, digits: int) -> str:
    if figures.get(key) is None:
        return "-"
    low, high = figures["intervals"][key]
    return f"{figures[key]:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
