"""Which thresholds for high and medium fit a desk, and what they mean in orders, precision and recall.

    npm run model:thresholds -- --rows FILE   --capacity 50 --base 200000
    npm run model:thresholds -- --bundle models/churn-prepaid/1.1.0 --min-precision 0.5

Counts the subscribers above a threshold at the end of a month, by cross-validated probability: each is one order in the
month that follows. Subscribers who stay above for months are contacted less often than that (an episode is one order,
and outcomes suppress the next); some who cross in between are not counted.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bands.choose_thresholds import Unreachable, choose_thresholds
from bands.sources import Unusable, from_bundle, from_rows

UNREACHABLE = 1
USAGE = 2


def main(argv: list[str] | None = None) -> int:
    """Exit code 1 where what was asked cannot be reached, 2 where it cannot be understood."""
    arguments = _arguments(argv)
    try:
        cells = from_rows(arguments.rows, arguments.as_of) if arguments.rows else from_bundle(arguments.bundle)
    except Unusable as error:
        print(f"model:thresholds: {error}", file=sys.stderr)
        return USAGE
    try:
        result = choose_thresholds(
            cells,
            capacity=arguments.capacity,
            base=arguments.base,
            days=arguments.days,
            min_precision=arguments.min_precision,
            medium_ratio=arguments.medium_ratio,
        )
    except Unreachable as error:
        if arguments.json:
            print(json.dumps({"reached": False, "reason": str(error)}, indent=2))
        print(f"model:thresholds: no thresholds: {error}", file=sys.stderr)
        return UNREACHABLE
    print(json.dumps(result, indent=2) if arguments.json else as_text(result))
    return 0


def as_text(result: dict[str, Any]) -> str:
    """The result as a table to read."""
    sample = result["sample"]
    lines = [
        f"By cross-validated probability of {sample['rows']} subscribers, {sample['churners']} of whom left:",
        "",
        "| band | threshold | share of the base | orders a month | orders a day | precision | recall | lift |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for key, title in (("high", "high"), ("mediumAndHigh", "medium and high")):
        band = result[key]
        spread = band["intervals"]
        month, day = "-", "-"
        if "orders" in band:
            low, high = band["orders"]["perDayInterval"]
            month = f"{band['orders']['perMonth']:,.0f}"
            day = f"{band['orders']['perDay']:,.1f} ({low:,.1f} to {high:,.1f})"
        cells = [
            title,
            f"{band['threshold']:g}",
            f"{band['share']:.2%}",
            month,
            day,
            *(f"{band[name]:.1%} ({spread[name][0]:.1%} to {spread[name][1]:.1%})" for name in ("precision", "recall")),
            f"{band['lift']:.2f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", "In parentheses: 95 % of a bootstrap over subscribers.", *result["notes"]])


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="model:thresholds",
        description="Chooses thresholds for high and medium risk by a desk's capacity or by precision.",
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--rows", type=Path, help="rows CSV of model:evaluate")
    source.add_argument("--bundle", type=Path, help="models/<name>/<version>: the users it was evaluated on")
    parser.add_argument("--as-of", help="of the rows CSV; the last one if not given")
    parser.add_argument("--capacity", type=_positive, help="orders that the desk works a day; needs --base")
    parser.add_argument("--base", type=_whole, help="subscribers of the operator")
    parser.add_argument("--days", type=_positive, default=30.0, help="days a month on which orders are worked (30)")
    parser.add_argument("--min-precision", type=_share, help="least share of churners among the orders")
    parser.add_argument(
        "--medium-ratio", type=_ratio, default=3.0, help="medium and high together, as a multiple of high (3)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args(argv)
    if arguments.capacity is None and arguments.min_precision is None:
        parser.error("give --capacity with --base, or --min-precision, or both")
    if arguments.capacity is not None and arguments.base is None:
        parser.error("--capacity needs --base, the number of subscribers")
    if arguments.as_of is not None and arguments.rows is None:
        parser.error("--as-of goes with --rows")
    return arguments


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("a number above 0 is needed")
    return value


def _whole(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("a whole number above 0 is needed")
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError("a share between 0 and 1 is needed")
    return value


def _ratio(text: str) -> float:
    value = float(text)
    if not 1 < value < float("inf"):
        raise argparse.ArgumentTypeError("a number above 1 is needed")
    return value


if __name__ == "__main__":
    sys.exit(main())
