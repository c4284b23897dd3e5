from __future__ import annotations

import hashlib
import tempfile
import unittest
from pathlib import Path

import numpy as np

from bundle.write_bundle import BundleError, write_bundle
from data.data_error import DataError
from data.dataset import VectorSet
from data.replays import together


def plots(folder: Path) -> None:
    (folder / "plots").mkdir()
    (folder / "plots" / "lift.svg").write_text("<svg/>", encoding="utf-8")


def fail(folder: Path) -> None:
    raise RuntimeError("no ink")


class WriteBundle(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bundle = Path(folder.name) / "churn" / "1.0.0"

    def test_sums_cover_every_file_of_every_folder(self) -> None:
        write_bundle(self.bundle, {"b": b"2", "a": b"1"}, plots)
        lines = (self.bundle / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
        self.assertEqual([line.split("  ")[1] for line in lines], ["a", "b", "plots/lift.svg"])
        self.assertEqual(lines[0].split("  ")[0], hashlib.sha256(b"1").hexdigest())

    def test_a_bundle_is_replaced_as_a_whole(self) -> None:
        write_bundle(self.bundle, {"a": b"1", "old": b"1"}, lambda _: None)
        write_bundle(self.bundle, {"a": b"2"}, lambda _: None)
        self.assertEqual(sorted(path.name for path in self.bundle.iterdir()), ["SHA256SUMS", "a"])
        self.assertEqual([path.name for path in self.bundle.parent.iterdir()], ["1.0.0"])

    def test_what_fails_on_the_way_leaves_the_old_bundle(self) -> None:
        write_bundle(self.bundle, {"a": b"1"}, lambda _: None)
        with self.assertRaisesRegex(RuntimeError, "no ink"):
            write_bundle(self.bundle, {"a": b"2"}, fail)
        self.assertEqual((self.bundle / "a").read_bytes(), b"1")

    def test_a_folder_of_something_else_is_not_touched(self) -> None:
        self.bundle.mkdir(parents=True)
        (self.bundle / "thesis.txt").write_text("years", encoding="utf-8")
        with self.assertRaises(BundleError):
            write_bundle(self.bundle, {"a": b"1"}, lambda _: None)
        self.assertEqual([path.name for path in self.bundle.iterdir()], ["thesis.txt"])


def replay_of(users: list[int], sha256: str = "f00") -> VectorSet:
    count = len(users)
    return VectorSet(
        vectors=np.full((count, 2), users[0], np.float32),
        user_id=np.array(users, np.int64),
        churned=np.zeros(count, np.int8),
        as_of=np.zeros(count, np.int64),
        export={"featureSchemaSha256": sha256, "timeZone": "UTC", "asOfs": ["2020-01-31T00:00:00.000Z"], "label": 1},
    )


class Replays(unittest.TestCase):
    def test_the_first_is_evaluated_and_the_others_only_train(self) -> None:
        found = together([replay_of([1, 2, 3]), replay_of([2, 3])])
        self.assertEqual(found.user_id.tolist(), [1, 2, 3, 2, 3])
        self.assertEqual(found.evaluated.tolist(), [True, True, True, False, False])

    def test_replays_of_other_features_or_users_are_refused(self) -> None:
        with self.assertRaisesRegex(DataError, "featureSchemaSha256"):
            together([replay_of([1]), replay_of([1], "ba2")])
        with self.assertRaisesRegex(DataError, "users that the first has not"):
            together([replay_of([1]), replay_of([9])])


if __name__ == "__main__":
    unittest.main()
