"""What card and report say in the same words."""

from __future__ import annotations

from typing import Any

from evaluation.populations import TITLES
from report.tables import NOT_GIVEN

MEASURES = (
    "**AUC**: how often a user who left is ranked above one who stayed. **PR-AUC**: mean precision over all recalls. "
    "**Top-decile lift**: churn rate of the tenth with the highest probabilities over that of all. **Recall at 5 %**: "
    "share of those who left that is among the 5 % highest. **Brier**: mean squared error of the probability. **ECE**: "
    "mean gap between probability and churn rate over ten bins of equal size. *As of one month earlier* is the same "
    "label, scored by what was known a month before."
)


def about_indicator_rules(result: dict[str, Any]) -> str:
    """Why rules can rank worse than chance; empty where they do not."""
    auc, none_raised = result["baselines"]["indicators"]["all"]["auc"], result["indicators"]["noneRaised"]
    if auc is None or auc >= 0.5:
        return ""
    return (
        f"The indicator rules rank worse than chance here (AUC {auc:.3f}): most of them ask for a fall in use, and who "
        "left mostly had no use left that could fall, or values that are unknown, which raise nothing. No rule is "
        f"raised for {percent(none_raised['left'])} of those who left, and none for "
        f"{percent(none_raised['stayed'])} of those who stayed."
    )


def about_fold_draws(result: dict[str, Any]) -> str:
    """How far AUC moves by chance of the folds alone; the model of the side questions, in each draw."""
    found = {title: fold_draw_range(result, key) for key, title in TITLES.items()}
    ranges = [f"{between} ({title})" for title, between in found.items() if between != NOT_GIVEN]
    trees = result["settings"]["modelOfSideQuestions"]["trees"]
    return (
        f"Which users share a fold moves figures too: {len(result['foldDraws'])} other draws of the folds, with "
        f"{trees} trees throughout, give AUC {', '.join(ranges)}. Smaller differences say nothing."
    )


def fold_draw_range(result: dict[str, Any], population: str) -> str:
    found = [draw[population]["auc"] for draw in result["foldDraws"] if draw[population]["auc"] is not None]
    return f"{min(found):.4f} to {max(found):.4f}" if found else NOT_GIVEN


def percent(share: float | None) -> str:
    return NOT_GIVEN if share is None else f"{100 * share:.0f} %"
