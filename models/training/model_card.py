"""The card: what the model is, what it was measured to do, and what it must not be used for."""

from __future__ import annotations

from typing import Any

ROWS = {
    "all": "all users",
    "established": "users present in all three months",
    "oneMonthEarlier": "as of one month earlier",
    "twoMonthsEarlier": "as of two months earlier",
    "rawTable": "LightGBM on the raw monthly table, all users",
    "lowSpend": "low spend alone, all users",
}


def _row(title: str, figures: dict[str, Any]) -> str:
    def cell(key: str, digits: int) -> str:
        return f"{figures[key]:.{digits}f}" if key in figures else "–"

    cells = [cell("auc", 4), cell("prAuc", 3), cell("topDecileLift", 2), cell("brier", 4), cell("ece", 3)]
    return f"| {title} | {' | '.join(cells)} | {figures['n']} | {figures['churners']} |"


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


def model_card(name: str, version: str, summary: dict[str, Any]) -> str:
    metrics, export, model = summary["metrics"], summary["export"], summary["model"]
    table = "\n".join(_row(title, metrics[key]) for key, title in ROWS.items())
    calibration, shuffled = model["calibration"], metrics["shuffledLabels"]["auc"]
    return f"""{_front_matter(name, version, metrics["all"])}
# {name} {version}

Probability that a prepaid subscriber is gone next month, from what the stream knows of the last 90 days.
{model["trees"]} trees of at most {model["leaves"]} leaves over {model["features"]} features
({model["usedFeatures"]} of them used); probability and reasons come from the same trees.

## Data

- **Source**: sample of prepaid customers of a mobile operator published by Exacaster (Lithuania; the full set is OpenML
  44231): {export["users"]} users, June to August 2013, {export["churners"]} of them gone in September 2013. The source
  states no licence: for research and evaluation, not for redistribution. No row of it is in this bundle; golden cases are
  drawn feature by feature and belong to nobody.
- **What is real**: who was there in which month, all monthly totals, the last day of each kind of activity, balances,
  activation dates, and the label. **What is reconstructed**: the single events between those totals. When within a month
  something happened is drawn, apart from the last day: features of half months, active days and gaps carry that noise. Days
  since the last incoming message would be drawn altogether and are kept from the model.
- **Vectors** come from the code that serves, folded event by event, as of the 15th and the last day of each month. The last
  month end weighs 1, earlier month ends {model["weights"]["monthEnd"]}, mid-months {model["weights"]["midMonth"]}; all carry
  the September label, so for earlier ones it lies further ahead.

## Figures

Grouped 5-fold, each user scored by a model that never saw that user; probabilities calibrated by the other folds.

| what | AUC | PR-AUC | lift of the top tenth | Brier | ECE | users | churners |
|---|---|---|---|---|---|---|---|
{table}

"Low spend alone" orders by the last month's spend. With shuffled labels the same procedure gives AUC {shuffled:.3f}.
Calibration in the graph: log-odds × {calibration["scale"]:.4f} + ({calibration["offset"]:.4f}).
LightGBM and ONNX Runtime differ by {summary["parity"]["maxDifference"]:.1e} at most on {summary["parity"]["rows"]} rows with
5 % missing. Reproduce with `npm run model:train -- --data <folder>`.

## Use

- For ranking prepaid subscribers for retention contact, with a person deciding. High from {summary["thresholds"]["high"]:.2f}, medium
  from {summary["thresholds"]["medium"]:.2f}: policy, not tuned on this data.
- **Not for** postpaid or enterprise customers (none in the data), nor as a finished model for another operator: retrain on
  its own history first. **Not for** refusing service, credit decisions, pricing by person, or judging employees.
- Incoming calls, contacts, complaints, agent contacts, faults, bills, contracts and rival signals do not occur in the data: the
  model gives them no weight, whatever they say. Policy rules and triggers must cover them.
- Users not seen in June or July leave far more often here ({summary["newcomers"]["churnRate"]:.0%} against
  {summary["newcomers"]["othersChurnRate"]:.0%}): the model holds a short history against a subscriber. On a stream that has
  just begun everybody's history is short; scores of the first 30 days are too high (mean
  {summary["coldStart"]["meanProbability"]:.3f} after 15 days against a rate of {summary["coldStart"]["churnRate"]:.3f}).
- All users of the source were active in their last 30 days: the model has not seen long silence that ends well.
- One country, one operator, one September: no seasonality was learned.
"""
