"""The card: what the model is, what it was measured to do, and what it must not be used for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evaluation.populations import TITLES
from report.aims import aims_table
from report.sentences import MEASURES, about_fold_draws, about_indicator_rules, percent
from report.tables import baseline_table, model_table, number, sensitivity_table, table

EXPERIMENTS = Path(__file__).parent.parent / "experiments.json"
"""What was tried: [{"what", "all", "established", "oneMonthEarlier", "twoMonthsEarlier"}], figures are AUC."""


CALIBRATIONS = {"identity": "none", "platt": "Platt scaling", "isotonic": "isotonic regression"}


def model_card(name: str, version: str, summary: dict[str, Any], experiments: Path = EXPERIMENTS) -> str:
    """The card as Markdown, from the summary of the training (`training_summary.json`)."""
    result, model, parity = summary["evaluation"], summary["model"], summary["parity"]
    calibration, thresholds = summary["calibration"], summary["thresholds"]
    users, weights = result["users"], result["settings"]["weights"]
    return f"""{_front_matter(name, version, result["all"])}
# {name} {version}

Probability that a prepaid subscriber is gone next month, from what the stream knows of the last 90 days.
{_trees(model)} over {model["features"]} features ({model["usedFeatures"]} of them used); probability and reasons come
from the same trees.

## Data

- **Source**: sample of prepaid customers of a mobile operator published by Exacaster (Lithuania; the full set is OpenML 44231): {users["labelled"]:,} users, June to August 2013, {users["churners"]:,} of them gone in September 2013. The source states no licence: for research and evaluation, not for redistribution. No row of it is in this bundle; golden cases are drawn feature by feature and belong to nobody.
- **What is real**: who was there in which month, all monthly totals, the last day of each kind of activity, balances, activation dates, and the label. **What is reconstructed**: the single events between those totals. When within a month something happened is drawn, apart from the last day: features of half months, active days and gaps carry that noise. Days since the last incoming message would be drawn altogether and are kept from the model.
- **Vectors** come from the code that serves, folded event by event through the stream, as of the 15th and the last day of each month. The last as-of weighs {weights["last"]}, earlier month ends {weights["monthEnd"]}, mid-months {weights["midMonth"]}; all carry the September label, so for earlier ones it lies further ahead.{_left_out(users)}

## Figures

Grouped {result["settings"]["folds"]}-fold cross-validation, each user scored by a model that never saw that user; the number of trees is found inside the training users; a calibration, where one is applied, is fitted on the other folds. In brackets: 95 % of a bootstrap over users. Deciles, segments and pictures: [REPORT.md](REPORT.md).

{model_table(result)}

{MEASURES}

{about_fold_draws(result)}

Against simpler ways, all users:

{baseline_table(result, "all")}

{_paragraph(about_indicator_rules(result))}LightGBM and ONNX Runtime differ by {parity["maxDifference"]:.1e} at most on {parity["rows"]:,} rows with {percent(parity["missingShare"])} missing. Reproduce with `npm run model:evaluate -- --data <folder>`: the same users give the same folds.

### Calibration

{_calibration_used(calibration)} Perfect probabilities would show an ECE of {number(result["calibration"]["eceOfPerfectCalibration"], 3)} on so many users by chance alone. The methods tried, each fold calibrated by the others:

{_calibrations_table(calibration)}

Isotonic regression was measured only: its steps give many subscribers one probability, and reasons would no longer add up to the score.

### Aims

{aims_table(result)}

Reference: a tuned LightGBM on the raw monthly table, the same users in other folds.

{_tried(experiments)}### What the figures rest on

With shuffled labels the same procedure gives AUC {number(result["leakage"]["shuffledLabels"]["auc"], 3)}; 0.5 is chance. Two properties of the source weigh much and are not behaviour: tenure is unknown for some, and some users are not there in every month ({percent(users["churnRateNotInEveryMonth"])} of these left, against {percent(users["churnRateInEveryMonth"])} of the others). Without columns that tell of them:

{sensitivity_table(result)}

{_unknown_tenure(result)}Users present in every month are free of the second property. Where most subscribers have been there for three months or longer, their figures are the ones to compare with, not those of all users. Another operator should expect none of them before a training on its own history.

## Use

- For ranking prepaid subscribers for retention contact, with a person deciding. High from {thresholds["high"]:.2f}, medium from {thresholds["medium"]:.2f}: policy, not tuned on this data.
- **Not for** postpaid or enterprise customers (none in the data), nor as a finished model for another operator: retrain on its own history first. **Not for** refusing service, credit decisions, pricing by person, or judging employees.
- Incoming calls, contacts, complaints, agent contacts, faults, bills, contracts and rival signals do not occur in the data: the model gives them no weight, whatever they say. Policy rules and triggers must cover them.
- Users who were not there in every month left far more often here. On a stream that has just begun everybody looks like a newcomer: no score is given before the warm-up of the policy is over.
- Everybody in the source was active in some way in the 30 days before the last as-of: the model has not seen long silence that ends well.
- One country, one operator, one September: no seasonality was learned.
"""


def _front_matter(name: str, version: str, figures: dict[str, Any]) -> str:
    return f"""\
---
license: other
library_name: lightgbm
tags: [churn, telecom, tabular-classification, onnx]
model-index:
- name: {name}/{version}
  results:
  - task: {{type: tabular-classification}}
    dataset: {{name: Exacaster mobile operator prepaid sample, type: exacaster_mobile_churn}}
    metrics:
    - {{type: roc_auc, value: {figures["auc"]:.4f}}}
    - {{type: brier, value: {figures["brier"]:.4f}}}
---
"""


def _trees(model: dict[str, Any]) -> str:
    boosters = model.get("boosters", 1)
    return f"{model['trees']} trees" + ("" if boosters == 1 else f", {boosters} ensembles averaged,")


def _left_out(users: dict[str, Any]) -> str:
    if users["withoutVector"] == 0:
        return ""
    return (
        f"\n- **Left out**: {users['withoutVector']} users had no vector at the last as-of, being too new to be scored, and "
        f"are in no figure; {users['churnersWithoutVector']} of them left."
    )


def _unknown_tenure(result: dict[str, Any]) -> str:
    found = [row for row in result["leakage"]["unknownValues"]["features"] if row["feature"] == "tenure_days"]
    if not found:
        return ""
    row = found[0]
    return (
        f"Tenure is unknown for {percent(row['unknownShare'])} of the users, {percent(row['churnRateIfUnknown'])} of whom "
        f"left, against {percent(row['churnRateIfKnown'])} of the others. The source has it so; the replay adds nothing. "
    )


def _tried(experiments: Path) -> str:
    if not experiments.exists():
        return ""
    rows = [
        [row["what"], *(number(row.get(key), 4) for key in TITLES)]
        for row in json.loads(experiments.read_text(encoding="utf-8"))
    ]
    head = ["tried", *(f"AUC, {title}" for title in TITLES.values())]
    return f"### What was tried\n\n{table(head, rows)}\n\nDifferences that the draw of the folds makes too say nothing.\n\n"


def _calibration_used(calibration: dict[str, Any]) -> str:
    if (calibration["scale"], calibration["offset"]) == (1.0, 0.0):
        return (
            "None is applied: the log-odds of the trees are taken as they are, for Platt scaling did not lower the log loss "
            "of users that it was not fitted on. The graph carries scale 1 and offset 0."
        )
    return f"Platt scaling, in the graph: log-odds × {calibration['scale']:.4f} {calibration['offset']:+.4f}."


def _calibrations_table(calibration: dict[str, Any]) -> str:
    rows = [
        [CALIBRATIONS[method], *(number(figures[key], 4) for key in ("logLoss", "brier", "ece"))]
        for method, figures in calibration["tried"].items()
    ]
    return table(["method", "log loss", "Brier", "ECE"], rows)


def _paragraph(text: str) -> str:
    return f"{text}\n\n" if text else ""
