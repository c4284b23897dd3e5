"""The evaluation as a page to read, with pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np

from data.dataset import VectorSet
from evaluation.populations import TITLES
from learning.boosting import raw_contributions
from report import plots
from report.sentences import MEASURES, about_fold_draws, about_indicator_rules
from report.tables import (
    baseline_table,
    decile_table,
    lead_time_table,
    model_table,
    number,
    segment_table,
    sensitivity_table,
    shipped_table,
    table,
)

SEGMENT_TITLES = {
    "tenure": "By tenure",
    "monthlySpend": "By monthly spend (in units of the source)",
    "presence": "By presence in the source",
}
MOST_UNKNOWN_FEATURES = 10

LOOKS_AT = """\
## What the model looks at

Contributions of the final model to the log-odds, before calibration, over the population of the last as-of.

![mean size of contributions](plots/shap-importance.svg)

![direction of contributions](plots/shap-directions.svg)"""

POPULATION = """\
## The population

What later drift is measured against; the exact histograms are in `drift_baseline.json` of a bundle.

![population](plots/population.svg)"""

UNKNOWN_VALUES = """\
Values that are unknown for some users only, those that tell most first. Apart from tenure they are unknown because
there was nothing to count in the window, which is behaviour; an unknown tenure is a property of the source."""


def write_report(folder: Path, evaluation: dict[str, Any], boosters: Sequence[lgb.Booster], data: VectorSet) -> None:
    """Writes REPORT.md and plots/*.svg into the folder.

    `evaluation` is the result of `evaluate_model`; `boosters` are the final model, whose contributions are pictured
    over the population of the last as-of. The same input gives the same bytes.
    """
    last = data.evaluated & (data.as_of == data.last_as_of)
    vectors = data.vectors[last]
    contributions = np.asarray(raw_contributions(boosters, vectors), np.float64)[:, :-1]
    names = data.feature_names
    pictures = {
        "calibration": plots.calibration(evaluation),
        "gain": plots.gain(evaluation),
        "lift": plots.lift(evaluation),
        "lead-time": plots.lead_time(evaluation),
        "shap-importance": plots.shap_importance(names, contributions),
        "shap-directions": plots.shap_directions(names, contributions, vectors),
        "population": plots.histograms(names, contributions, vectors),
    }
    (folder / "plots").mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        (folder / "plots" / f"{name}.svg").write_bytes(picture)
    (folder / "REPORT.md").write_text(report(evaluation), encoding="utf-8")


def report(result: dict[str, Any]) -> str:
    """The page, in Markdown."""
    sections = [
        _opening(result),
        f"## Figures\n\n{model_table(result)}\n\n{MEASURES}\n\n{about_fold_draws(result)}",
        *(
            f"## Compared with simpler ways: {title}\n\n{baseline_table(result, population)}"
            for population, title in TITLES.items()
            if result[population].get("note") is None
        ),
        _indicators(result),
        _calibration(result),
        "## Deciles\n\n" + decile_table(result) + "\n\n![gain](plots/gain.svg) ![lift](plots/lift.svg)",
        _lead_time(result),
        *(
            f"## {title}\n\n{segment_table(result, name)}"
            for name, title in SEGMENT_TITLES.items()
            if result["segments"].get(name)
        ),
        _leakage(result),
        *_shipped(result),
        LOOKS_AT,
        POPULATION,
    ]
    return "\n\n".join(sections) + "\n"


def _opening(result: dict[str, Any]) -> str:
    users, settings = result["users"], result["settings"]
    left_out = ""
    if users["withoutVector"] > 0:
        left_out = (
            f" {users['withoutVector']} of them had no vector at the last as-of and are in no figure; "
            f"{users['churnersWithoutVector']} of these left."
        )
    return f"""# Evaluation

{users["labelled"]:,} labelled users, {users["churners"]:,} of whom left.{left_out}

Grouped {settings["folds"]}-fold cross-validation: each user is scored by a model that never saw that user. The number
of trees is found inside the training users; a calibration, where one is applied, is fitted on the other folds.
In brackets: 95 % of {settings["bootstrap"]["resamples"]} bootstrap resamples of the users (for ECE, which
noise can only raise, the lower end is mirrored)."""


def _indicators(result: dict[str, Any]) -> str:
    indicators = result["indicators"]
    rows = [[name, str(row["users"]), f"{row['churnRate']:.3f}"] for name, row in indicators["raised"].items()]
    base = result["all"]["churners"] / result["all"]["n"]
    parts = [
        "## Indicator rules",
        f"Users for whom a rule is raised at the last as-of, and how many of them left (of all users: {base:.3f}).",
        about_indicator_rules(result),
        table(["rule", "users", "churn rate"], rows) if rows else "",
        f"Raised for nobody here, mostly for want of the feed: {'; '.join(indicators['silent'])}.",
    ]
    return "\n\n".join(part for part in parts if part)


def _calibration(result: dict[str, Any]) -> str:
    return (
        f"## Calibration\n\nECE of all users {number(result['all']['ece'], 3)}; perfect probabilities would show "
        f"{number(result['calibration']['eceOfPerfectCalibration'], 3)} on so many users by chance alone.\n\n"
        "![calibration](plots/calibration.svg)"
    )


def _lead_time(result: dict[str, Any]) -> str:
    return (
        "## Lead time\n\nThe label is the same for all; the earlier the score, the further off it lies.\n\n"
        f"{lead_time_table(result)}\n\n![lead time](plots/lead-time.svg)"
    )


def _leakage(result: dict[str, Any]) -> str:
    found = result["leakage"]
    shuffled = ", ".join(number(auc, 3) for auc in found["shuffledLabels"]["each"])
    rows = [
        [row["feature"], *(f"{row[key]:.3f}" for key in ("unknownShare", "churnRateIfUnknown", "churnRateIfKnown"))]
        for row in found["unknownValues"]["features"][:MOST_UNKNOWN_FEATURES]
    ]
    head = ["feature", "unknown for", "churn rate if unknown", "if known"]
    return (
        f"## What the figures rest on\n\nWith shuffled labels the same procedure gives AUC "
        f"{number(found['shuffledLabels']['auc'], 3)} ({shuffled}); 0.5 is chance.\n\n"
        f"The same procedure without some columns, with {result['settings']['modelOfSideQuestions']['trees']} trees "
        f"throughout:\n\n{sensitivity_table(result)}\n\n"
        f"{UNKNOWN_VALUES}\n\n{table(head, rows)}"
    )


def _shipped(result: dict[str, Any]) -> list[str]:
    if "shipped" not in result:
        return []
    found = result["shipped"]
    return [f"## Bundle {found['bundle']}\n\n{found['note']}\n\n{shipped_table(result)}".rstrip()]
