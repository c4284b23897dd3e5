"""What the population looked like when the model was made: one histogram per feature that the model uses.

Bins are cut where values repeat least: about equal counts, never more than ten. A serving instance counts into the same
bins, and histograms with the same edges merge by adding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_BINS = 10

Values = NDArray[np.float32]


def drift_baseline(
    schema_sha256: str,
    names: Sequence[str],
    used: NDArray[np.bool_],
    population: Values,
    probability: Values,
) -> dict[str, Any]:
    """The document `drift_baseline.json`, of vectors [rows, features] and their scores (0-1)."""
    return {
        "schemaSha256": schema_sha256,
        "rows": len(population),
        "features": [
            {"name": names[column], **histogram(population[:, column])} for column in np.flatnonzero(used).tolist()
        ],
        "score": {key: value for key, value in histogram(probability).items() if key != "missing"},
    }


def histogram(values: Values) -> dict[str, Any]:
    """Bin i holds values <= edges[i] and above the edge before; the last bin the rest; NaN is missing."""
    known = values[~np.isnan(values)]
    edges = inner_edges(known)
    return {
        "edges": [float(edge) for edge in edges],
        "counts": np.bincount(np.searchsorted(edges, known, side="left"), minlength=edges.size + 1).tolist(),
        "missing": int(values.size - known.size),
    }


def inner_edges(known: Values) -> Values:
    """Ascending, distinct values of the population that cut it into at most ten bins of about equal counts.

    An edge is a value that occurs, so that no rounding can move a value across it. The largest value is none: the bin
    behind it would be empty here, and the first newcomer in it would look like a flood.
    """
    if known.size == 0:
        return np.empty(0, np.float32)
    shares = np.arange(1, MOST_BINS) / MOST_BINS
    edges = np.unique(np.quantile(known, shares, method="inverted_cdf").astype(np.float32))
    return np.asarray(edges[edges < known.max()], np.float32)
