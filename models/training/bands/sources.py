"""Where cross-validated probabilities are read from: the rows of an evaluation, or the summary of a bundle."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

from bands.operating_points import Cells, cells_of, from_document


class Unusable(Exception):
    """The input cannot be read; the message says where."""


def from_rows(path: Path, as_of: str | None) -> Cells:
    """Rows of the evaluation (label, probability, as_of); without an as-of the last one is taken."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path}: {error}") from error
    absent = [name for name in ("as_of", "label", "probability") if not rows or name not in rows[0]]
    if absent:
        raise Unusable(f"{path}: no column {', '.join(absent)}" if rows else f"{path}: no row")
    taken = as_of or max(row["as_of"] for row in rows)
    labels: list[int] = []
    probabilities: list[float] = []
    for number, row in enumerate(rows, start=2):
        if row["as_of"] != taken:
            continue
        try:
            probability, label = float(row["probability"]), int(float(row["label"]))
        except (TypeError, ValueError):
            probability, label = -1.0, -1
        if not 0 <= probability <= 1 or label not in (0, 1):
            raise Unusable(f"{path} line {number}: label 0 or 1 and probability from 0 to 1 are needed")
        labels.append(label)
        probabilities.append(probability)
    if not labels:
        known = ", ".join(sorted({row["as_of"] for row in rows}))
        raise Unusable(f"{path}: no row as of {taken}; there are {known}")
    return _with_churners(cells_of(np.asarray(probabilities), np.asarray(labels, np.int8)), path)


def from_bundle(folder: Path) -> Cells:
    path = folder / "training_summary.json"
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unusable(f"{path}: {error}") from error
    if "operatingPoints" not in summary:
        raise Unusable(f"{path}: no operatingPoints; a bundle of this trainer has them")
    try:
        cells = from_document(summary["operatingPoints"])
    except (KeyError, TypeError, ValueError) as error:
        raise Unusable(f"{path}: operatingPoints: {error}") from error
    return _with_churners(cells, path)


def _with_churners(cells: Cells, path: Path) -> Cells:
    if cells.caught[-1] == 0:
        raise Unusable(f"{path}: nobody left: neither precision nor recall can be told")
    return cells
