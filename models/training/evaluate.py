"""Measures the model on exported vectors, and prints the table.

Run by `npm run model:evaluate -- --data <folder>`, which sends the customers through the stream and exports them first.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cross_validation import fit
from dataset import DataError, load_vectors
from evaluation import Evaluation, evaluate_model
from replays import together
from report import write_report
from tables import as_text


def main() -> int:
    arguments = _arguments()
    try:
        data = together([load_vectors(file, arguments.users) for file in arguments.vectors])
        others = [load_vectors(file, arguments.users) for file in arguments.other_replay]
        evaluation = evaluate_model(data, arguments.data, bundle=arguments.bundle, others=others, progress=_progress)
    except (DataError, FileNotFoundError) as error:
        print(f"evaluate.py: {error}", file=sys.stderr)
        return 1
    print(as_text(evaluation.result))
    if arguments.json is not None:
        text = json.dumps(evaluation.result, indent=2, ensure_ascii=False, allow_nan=False)
        arguments.json.write_text(text + "\n", encoding="utf-8")
    if arguments.rows is not None:
        _rows(evaluation).to_csv(arguments.rows, index=False)
    if arguments.report is not None:
        _progress("writing the report")
        boosters = fit(data, data.churned, np.ones(data.churned.size, np.bool_))
        write_report(arguments.report, evaluation.result, boosters, data)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument(
        "--vectors",
        type=Path,
        required=True,
        action="append",
        help="exported training set; further ones are other replays of the same users, for training only",
    )
    parser.add_argument(
        "--other-replay",
        type=Path,
        action="append",
        default=[],
        help="another replay of the same users, evaluated by itself: shows what the reconstruction alone moves",
    )
    parser.add_argument("--users", type=Path, required=True, help="CSV: subscriber_id,user_account_id")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--rows", type=Path, help="write each row's cross-validated probability to this CSV")
    parser.add_argument("--report", type=Path, help="write REPORT.md and plots/ into this folder")
    parser.add_argument("--bundle", type=Path, help="measure this bundle too, models/<name>/<version>")
    return parser.parse_args()


def _rows(evaluation: Evaluation) -> pd.DataFrame:
    data = evaluation.customers.data
    rows = data.evaluated
    as_ofs: list[Any] = data.export["asOfs"]
    return pd.DataFrame(
        {
            "user_account_id": data.user_id[rows],
            "as_of": [as_ofs[index] for index in data.as_of[rows]],
            "label": data.churned[rows],
            "fold": evaluation.fold[rows],
            "probability": evaluation.probability[rows],
        }
    )


def _progress(what: str) -> None:
    print(f"evaluate.py: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
