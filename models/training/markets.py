"""The trainer and the measures on tables of other operators: does the method hold where the data is not ours to shape?

    npm run model:markets -- --data FOLDER [--json FILE] [--only NAME]

Feature tables as they are published, 5-fold, rows that are alike in one fold. Where churners were oversampled, the
figures stand twice: as sampled, and at the natural rate, with each stayer counted as often as there are such stayers
and the log-odds moved by the same factor.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd

from learning.cross_validation import FOLDS
from other_markets.evaluate_market import RESAMPLES, SETTINGS, evaluate_market
from other_markets.market_tables import MARKETS
from other_markets.markets_table import markets_table


def main() -> int:
    """Exit code 1 where none of the tables is there."""
    arguments = _arguments()
    results: dict[str, Any] = {}
    for market in MARKETS:
        path = arguments.data / market.file
        if arguments.only is not None and market.name != arguments.only:
            continue
        if not path.is_file():
            print(f"{market.name}: skipped, there is no {path}", file=sys.stderr)
            continue
        print(f"{market.name}: training on {path} …", file=sys.stderr, flush=True)
        results[market.name] = evaluate_market(market, market.load(pd.read_csv(path)))
    if not results:
        print(f"none of the tables is in {arguments.data}", file=sys.stderr)
        return 1
    print(markets_table(results))
    if arguments.json is not None:
        versions = {"lightgbm": lightgbm.__version__, "numpy": np.__version__, "pandas": pd.__version__}
        settings = {
            "parameters": dict(SETTINGS.parameters),
            "mostTrees": SETTINGS.trees,
            "patience": SETTINGS.patience,
            "innerFolds": SETTINGS.inner_folds,
            "bags": SETTINGS.bags,
            "folds": FOLDS,
            "resamples": RESAMPLES,
            "versions": versions,
        }
        document = {"markets": results, "settings": settings}
        arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Cross-validates the trainer on tables of other operators.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--only", choices=[market.name for market in MARKETS], help="one table alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
