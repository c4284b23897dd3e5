from __future__ import annotations

import contextlib
import hashlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import onnx
import onnxruntime

import train
from bundle.onnx_writer import INPUT_NAME
from tests.support.small_source import FEATURES, SmallSource

GIVEN = {
    "MLmodel",
    "MODEL_CARD.md",
    "REPORT.md",
    "SHA256SUMS",
    "calibration.json",
    "drift_baseline.json",
    "feature_schema.json",
    "golden.jsonl",
    "model.onnx",
    "thresholds.json",
    "training_summary.json",
}


def train_on(source: SmallSource, bundle: Path, *more: str) -> int:
    arguments = ["train.py", "--data", str(source.folder), "--vectors", str(source.vectors)]
    arguments += ["--users", str(source.users), "--bundle", str(bundle), "--git-commit", "abc", *more]
    with (
        patch.object(sys, "argv", arguments),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        return train.main()


class Training(unittest.TestCase):
    folder: Path
    source: SmallSource
    bundle: Path

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.source = SmallSource(cls.folder / "source")
        cls.bundle = cls.folder / "churn-small" / "1.0.0"
        assert train_on(cls.source, cls.bundle) == 0

    def read(self, name: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.bundle / name).read_text(encoding="utf-8"))
        return document

    def test_every_file_of_a_bundle_is_there_with_its_sum(self) -> None:
        self.assertLessEqual(GIVEN, {path.name for path in self.bundle.iterdir()})
        lines = (self.bundle / "SHA256SUMS").read_text().splitlines()
        listed = {name: sha256 for sha256, name in (line.split("  ") for line in lines)}
        found = {path.relative_to(self.bundle).as_posix() for path in self.bundle.rglob("*") if path.is_file()}
        self.assertEqual(set(listed), found - {"SHA256SUMS"})
        self.assertTrue(any(name.startswith("plots/") for name in found))
        for name, sha256 in listed.items():
            self.assertEqual(hashlib.sha256((self.bundle / name).read_bytes()).hexdigest(), sha256)

    def test_training_twice_gives_the_same_bytes(self) -> None:
        again = self.folder / "again" / "churn-small" / "1.0.0"
        self.assertEqual(train_on(self.source, again), 0)
        self.assertEqual((again / "SHA256SUMS").read_text(), (self.bundle / "SHA256SUMS").read_text())

    def test_calibration_and_thresholds_are_those_of_the_graph(self) -> None:
        model = onnx.load(self.bundle / "model.onnx")
        constants = {tensor.name: onnx.numpy_helper.to_array(tensor)[0] for tensor in model.graph.initializer}
        calibration = self.read("calibration.json")
        self.assertEqual(float(constants["scale"]), calibration["scale"])
        self.assertEqual(float(constants["offset"]), calibration["offset"])
        metadata = {entry.key: entry.value for entry in model.metadata_props}
        self.assertEqual(float(metadata["threshold_high"]), self.read("thresholds.json")["high"])
        self.assertEqual((metadata["model_name"], metadata["model_version"]), ("churn-small", "1.0.0"))
        summary = self.read("training_summary.json")
        self.assertEqual((summary["model"]["name"], summary["model"]["version"]), ("churn-small", "1.0.0"))
        self.assertEqual(set(summary["calibration"]["tried"]), {"identity", "platt", "isotonic"})

    def test_the_drift_baseline_speaks_of_the_features_that_the_trees_ask_about(self) -> None:
        model = onnx.load(self.bundle / "model.onnx")
        attributes = {attribute.name: attribute for attribute in model.graph.node[0].attribute}
        modes, columns = attributes["nodes_modes"].strings, attributes["nodes_featureids"].ints
        asked = {column for mode, column in zip(modes, columns, strict=True) if mode != b"LEAF"}
        baseline = self.read("drift_baseline.json")
        names = [feature["name"] for column, feature in enumerate(FEATURES) if column in asked]
        self.assertEqual([feature["name"] for feature in baseline["features"]], names)
        for feature in baseline["features"]:
            self.assertEqual(sum(feature["counts"]) + feature["missing"], baseline["rows"])
        self.assertEqual(sum(baseline["score"]["counts"]), baseline["rows"])

    def test_the_graph_answers_the_golden_cases(self) -> None:
        lines = (self.bundle / "golden.jsonl").read_text(encoding="utf-8").splitlines()
        cases = [json.loads(line) for line in lines]
        vectors = np.array([[np.nan if v is None else v for v in case["vector"]] for case in cases], np.float32)
        session = onnxruntime.InferenceSession(str(self.bundle / "model.onnx"), providers=["CPUExecutionProvider"])
        found = session.run(None, {INPUT_NAME: vectors})[0][:, 0]
        expected = np.array([case["probability"] for case in cases])
        self.assertLessEqual(float(np.abs(found - expected).max()), 1e-6)

    def test_rows_for_another_runtime_lie_beside_the_vectors(self) -> None:
        folder = self.source.vectors.parent
        document = json.loads((folder / "parity.json").read_text(encoding="utf-8"))
        vectors = np.fromfile(folder / "parity.f32", "<f4").reshape(document["rows"], document["features"])
        self.assertEqual((len(document["margins"]), document["features"]), (20_000, len(FEATURES)))
        self.assertAlmostEqual(float(np.isnan(vectors).mean()), 0.05, delta=0.005)

    def test_a_further_replay_trains_and_is_not_evaluated(self) -> None:
        bundle = self.folder / "twice" / "churn-small" / "1.0.0"
        self.assertEqual(train_on(self.source, bundle, "--vectors", str(self.source.vectors)), 0)
        twice = json.loads((bundle / "training_summary.json").read_text(encoding="utf-8"))
        self.assertEqual(twice["evaluation"]["all"]["n"], self.read("training_summary.json")["evaluation"]["all"]["n"])
        self.assertEqual(twice["evaluation"]["settings"]["replays"], 2)

    def test_thresholds_in_the_wrong_order_are_refused(self) -> None:
        with self.assertRaises(SystemExit):
            train_on(self.source, self.folder / "none", "--high", "0.2")


if __name__ == "__main__":
    unittest.main()
