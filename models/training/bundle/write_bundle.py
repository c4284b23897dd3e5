"""Puts a bundle folder in place: all of it or, if anything fails on the way, none of it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

SUMS = "SHA256SUMS"


class BundleError(Exception):
    """The folder cannot be written; the message says why."""


def write_bundle(folder: Path, files: Mapping[str, bytes], write_more: Callable[[Path], None]) -> None:
    """Writes `files`, then what `write_more` adds, then the sums of everything, and only then takes the folder's place.

    Raises BundleError where something else than a bundle stands there.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / SUMS).is_file():
        raise BundleError(f"{folder} is not empty and no bundle: it stays as it is")
    staging = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    for name, content in files.items():
        (staging / name).write_bytes(content)
    write_more(staging)
    (staging / SUMS).write_text(sums_of(staging), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    staging.rename(folder)


def sums_of(folder: Path) -> str:
    """One line per file in the folder and below, by path, as sha256sum writes them."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}" for name in files if name != SUMS]
    return "\n".join(lines) + "\n"


def as_json(value: object) -> bytes:
    """Readable JSON; NaN is a mistake."""
    return (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
