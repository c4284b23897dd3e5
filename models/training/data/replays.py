"""Several replays of the same users as one training set: the first is evaluated, the others are for training only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from data.data_error import DataError
from data.dataset import VectorSet

MUST_AGREE = ("featureSchemaSha256", "timeZone", "asOfs", "label")


def together(replays: Sequence[VectorSet]) -> VectorSet:
    """Raises DataError where the replays are not of the same features, as-ofs and label."""
    first, *others = replays
    if not others:
        return first
    for number, other in enumerate(others, start=2):
        differing = [key for key in MUST_AGREE if other.export.get(key) != first.export.get(key)]
        if differing:
            raise DataError(f"replay {number} differs from the first in {', '.join(differing)}")
        if set(other.user_id.tolist()) - set(first.user_id.tolist()):
            raise DataError(f"replay {number} has users that the first has not")
    sizes = [replay.churned.size for replay in replays]
    return replace(
        first,
        vectors=np.concatenate([replay.vectors for replay in replays]),
        user_id=np.concatenate([replay.user_id for replay in replays]),
        churned=np.concatenate([replay.churned for replay in replays]),
        as_of=np.concatenate([replay.as_of for replay in replays]),
        replica=np.repeat(np.arange(len(replays), dtype=np.int8), sizes),
    )
