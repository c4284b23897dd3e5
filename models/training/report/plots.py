"""The pictures of the report. The same figures give the same bytes, and no picture shows a single user."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from evaluation.populations import TITLES

STYLE: dict[Any, Any] = {
    "svg.hashsalt": "churn-warning",
    # Text stays text: small files that can be searched.
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "axes.axisbelow": True,
}
BLUE, ORANGE, GREY, PALE = "#1f5fa8", "#d1701c", "#8a8a8a", "#cfcfcf"

SHAP_FEATURES = 20
HISTOGRAM_FEATURES = 9
HISTOGRAM_BINS = 20
FIFTH = 0.2

Matrix = NDArray[np.float32]
Contributions = NDArray[np.float64]


def calibration(result: dict[str, Any]) -> bytes:
    """Churn rate against probability, in ten bins of equal size."""
    bins = result["calibration"]["bins"]
    told = [row["meanProbability"] for row in bins]
    rate = np.array([row["churnRate"] for row in bins])
    low, high = np.array([row["interval"] for row in bins]).reshape(-1, 2).T

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--")
        axes.errorbar(told, rate, yerr=[rate - low, high - rate], fmt="o", color=BLUE, markersize=4, linewidth=1)
        axes.set(xlabel="mean probability told", ylabel="share that left (95 %)", xlim=(0, 1), ylim=(0, 1))

    return _svg(draw, (4.6, 4.2))


def gain(result: dict[str, Any]) -> bytes:
    """Share of the churners reached against share of the users contacted."""
    percent = np.arange(len(result["gain"]))
    rate = result["all"]["churners"] / result["all"]["n"]

    def draw(axes: Axes) -> None:
        axes.plot([0, 100 * rate, 100], [0, 100, 100], color=GREY, linewidth=1, linestyle=":", label="perfect")
        axes.plot(percent, 100 * np.array(result["gain"]), color=BLUE, label="the model")
        axes.plot([0, 100], [0, 100], color=GREY, linewidth=1, linestyle="--", label="by chance")
        axes.set(xlabel="users contacted, %", ylabel="churners reached, %", xlim=(0, 100), ylim=(0, 101))
        axes.legend(frameon=False, loc="lower right")

    return _svg(draw, (4.6, 4.2))


def lift(result: dict[str, Any]) -> bytes:
    """Churn rate of each tenth over that of all."""
    rows = result["deciles"]

    def draw(axes: Axes) -> None:
        axes.bar([row["decile"] for row in rows], [row["lift"] for row in rows], color=BLUE, width=0.7)
        axes.axhline(1, color=GREY, linewidth=1, linestyle="--")
        axes.set(xlabel="tenth of the users, highest probability first", ylabel="lift", xticks=range(1, 11))
        axes.grid(visible=False, axis="x")

    return _svg(draw, (5.2, 3.2))


def lead_time(result: dict[str, Any]) -> bytes:
    """AUC against how many days before the last as-of the score is taken."""

    def draw(axes: Axes) -> None:
        curves = (("all", ORANGE, "all users of that day"), ("established", BLUE, TITLES["established"]))
        for key, color, title in curves:
            rows = [row for row in result["leadTime"] if row[key].get("auc") is not None]
            days = [-row["daysEarlier"] for row in rows]
            auc = np.array([row[key]["auc"] for row in rows])
            low, high = np.array([row[key]["intervals"]["auc"] for row in rows]).reshape(-1, 2).T
            axes.fill_between(days, low, high, color=color, alpha=0.15, linewidth=0)
            axes.plot(days, auc, "o-", color=color, markersize=3, linewidth=1.2, label=title)
        axes.set(xlabel="day of the score, before the last as-of", ylabel="AUC (95 %)")
        axes.legend(frameon=False, loc="upper left")

    return _svg(draw, (5.6, 3.4))


def shap_importance(names: list[str], contributions: Contributions) -> bytes:
    """Mean size of the contribution to the log-odds, the largest first; without the base."""
    size = np.abs(contributions).mean(axis=0)
    top = np.argsort(-size, kind="stable")[:SHAP_FEATURES][::-1]

    def draw(axes: Axes) -> None:
        axes.barh([names[column] for column in top], size[top], color=BLUE, height=0.7)
        axes.set(xlabel="mean |contribution| to the log-odds")
        axes.grid(visible=False, axis="y")

    return _svg(draw, (6.2, 4.8))


def shap_directions(names: list[str], contributions: Contributions, vectors: Matrix) -> bytes:
    """Which way a feature pulls: mean contribution of its lowest and highest fifth, and where it is unknown."""
    top = np.argsort(-np.abs(contributions).mean(axis=0), kind="stable")[:SHAP_FEATURES][::-1]

    def draw(axes: Axes) -> None:
        for place, column in enumerate(top):
            pull, value = contributions[:, column], vectors[:, column]
            axes.plot(np.quantile(pull, [0.05, 0.95]), [place, place], color=PALE, linewidth=5, solid_capstyle="butt")
            known = ~np.isnan(value)
            if known.any():
                low, high = np.quantile(value[known], [FIFTH, 1 - FIFTH])
                axes.plot(pull[known & (value <= low)].mean(), place, "o", color=BLUE, markersize=4)
                axes.plot(pull[known & (value >= high)].mean(), place, "o", color=ORANGE, markersize=4)
            if (~known).any():
                axes.plot(pull[~known].mean(), place, "x", color="black", markersize=4)
        axes.axvline(0, color=GREY, linewidth=1)
        key = "bar: 90 % of users; blue: lowest fifth of values, orange: highest; ×: unknown"
        axes.set(xlabel=f"contribution to the log-odds\n{key}")
        axes.set_yticks(range(len(top)), [names[column] for column in top])
        axes.grid(visible=False, axis="y")

    return _svg(draw, (7.4, 4.8))


def histograms(names: list[str], contributions: Contributions, vectors: Matrix) -> bytes:
    """What the population looks like, by the features that matter most, from the 1st to the 99th percentile."""
    top = np.argsort(-np.abs(contributions).mean(axis=0), kind="stable")[:HISTOGRAM_FEATURES]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8.2, 5.2), layout="constrained")
        for place, column in enumerate(top):
            axes = figure.add_subplot(3, 3, place + 1)
            value = vectors[:, column]
            known = value[~np.isnan(value)]
            if known.size > 0:
                low, high = np.quantile(known, [0.01, 0.99])
                counts, edges = np.histogram(np.clip(known, low, high), bins=HISTOGRAM_BINS)
                axes.stairs(100 * counts / value.size, edges, fill=True, color=BLUE)
            axes.set_title(f"{names[column]}, {100 - 100 * known.size / value.size:.0f} % unknown", fontsize=8)
            axes.tick_params(labelsize=7)
            # Ticks and grid lines are most of such a file.
            axes.locator_params(nbins=3)
            axes.grid(visible=False)
        figure.supylabel("% of users", fontsize=8)
        return _bytes(figure)


def _svg(draw: Callable[[Axes], None], size: tuple[float, float]) -> bytes:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure.add_subplot())
        return _bytes(figure)


def _bytes(figure: Figure) -> bytes:
    out = BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()
