"""What the commands that learn from an exported training set are given."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_training_set(parser: argparse.ArgumentParser) -> None:
    """Adds `--data`, `--vectors` (repeatable) and `--users`."""
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument(
        "--vectors",
        type=Path,
        required=True,
        action="append",
        help="exported training set; further ones are other replays of the same users, for training only",
    )
    parser.add_argument("--users", type=Path, required=True, help="CSV: subscriber_id,user_account_id")
