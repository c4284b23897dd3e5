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

from data.arguments import add_training_set
from data.data_error import DataError
from data.dataset import load_vectors
from data.replays import together
from evaluation.evaluate_model import Evaluation, evaluate_model
from learning.cross_validation import fit
from report.tables import as_text
from report.write_report import write_report


def main() -> int:
    arguments = _arguments()
    try:
        data = together([load_vectors(file, arguments.users) for file in arguments.vectors])
        evaluation = evaluate_model(data, arguments.data, bundle=arguments.bundle, progress=_progress)
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
    add_training_set(parser)
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--rows", type=Path, help="write each row's cross-validated probability to this CSV")
    parser.add_argument("--report", type=Path, help="write REPORT.md and plots/ into this folder")
    parser.add_argument("--bundle", type=Path, help="measure this bundle too, models/<name>/<version>")
    arguments = parser.parse_args()
    for file in (arguments.json, arguments.rows):
        # Told before the work, not after it.
        if file is not None and not file.parent.is_dir():
            parser.error(f"{file}: there is no folder {file.parent}")
    return arguments


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
