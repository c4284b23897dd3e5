from __future__ import annotations

import unittest
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto

from bundle.golden import golden_vectors
from bundle.onnx_writer import round_down, to_onnx
from bundle.parity import ParityError, check_parity, probabilities
from learning.boosting import raw_margin
from learning.calibration import IDENTITY, Affine, in_float32, sigmoid
from tests.support.small_rows import SMALL, small_boosters, small_rows, with_missing

PLATT = in_float32(Affine(1.3, -0.2))


def graph_of(boosters: list[lgb.Booster], calibration: Affine) -> ModelProto:
    return to_onnx([booster.dump_model() for booster in boosters], calibration, {"model_name": "small"})


def attributes_of(model: ModelProto) -> dict[str, Any]:
    node = model.graph.node[0]
    return {attribute.name: list(attribute.ints or attribute.floats) for attribute in node.attribute}


class OnnxWriter(unittest.TestCase):
    def assert_equal_probabilities(
        self, boosters: list[lgb.Booster], calibration: Affine, vectors: NDArray[np.float32]
    ) -> None:
        expected = sigmoid(calibration.apply(raw_margin(boosters, vectors)))
        found = probabilities(graph_of(boosters, calibration), vectors)
        self.assertLessEqual(float(np.abs(found - expected).max()), 1e-6)

    def test_graph_and_library_agree_with_any_share_of_values_missing(self) -> None:
        boosters = small_boosters()
        for share in (0.0, 0.05, 0.5, 1.0):
            with self.subTest(share=share):
                self.assert_equal_probabilities(boosters, PLATT, with_missing(small_rows(2000, 5).vectors, share))

    def test_missing_values_go_both_ways_and_where_training_never_missed_one(self) -> None:
        boosters = small_boosters()
        tracks = attributes_of(graph_of(boosters, IDENTITY))["nodes_missing_value_tracks_true"]
        self.assertEqual(set(tracks), {0, 1})
        kinds = {node["missing_type"] for node in branches_of(boosters)}
        self.assertEqual(kinds, {"NaN", "None"})
        # Below zero: the library reads a value it never missed as 0, which is above such a threshold.
        self.assertTrue(any(n["missing_type"] == "None" and n["threshold"] < 0 for n in branches_of(boosters)))

    def test_graph_and_library_agree_on_the_very_edges_of_splits(self) -> None:
        boosters = small_boosters()
        dumps = [booster.dump_model() for booster in boosters]
        self.assert_equal_probabilities(boosters, PLATT, golden_vectors(small_rows().vectors, dumps, 1))

    def test_what_the_library_reads_as_zero_is_zero_in_the_graph(self) -> None:
        rows = small_rows()
        vectors = np.where(rows.vectors[:, :2] > 2, 0, rows.vectors[:, :2]).astype(np.float32)
        signs = lgb.train(
            {"objective": "binary", "verbosity": -1, "min_data_in_leaf": 5},
            lgb.Dataset(np.sign(vectors), rows.labels),
            num_boost_round=10,
        )
        edges = {node["threshold"] for node in branches_of([signs])}
        self.assertTrue(any(0 < abs(edge) < 1e-30 for edge in edges), edges)
        near = np.array([0, -0.0, 1e-35, -1e-35, 1.1e-35, -1.1e-35, 1e-40, -1e-40, 1, -1, np.nan], np.float32)
        self.assert_equal_probabilities([signs], PLATT, np.array([[x, y] for x in near for y in near], np.float32))

    def test_several_boosters_become_their_average(self) -> None:
        boosters = small_boosters(bags=3)
        vectors = with_missing(small_rows(500, 6).vectors, 0.05)
        self.assert_equal_probabilities(boosters, PLATT, vectors)
        each = [np.asarray(booster.predict(vectors, raw_score=True)) for booster in boosters]
        self.assertGreater(float(np.abs(each[0] - each[1]).max()), 0.01)
        np.testing.assert_allclose(raw_margin(boosters, vectors), np.mean(each, axis=0))

    def test_calibration_is_inside_the_graph(self) -> None:
        boosters = small_boosters()
        vectors = small_rows().vectors
        plain = probabilities(graph_of(boosters, IDENTITY), vectors).astype(np.float64)
        calibrated = probabilities(graph_of(boosters, PLATT), vectors)
        log_odds = np.log(plain / (1 - plain))
        np.testing.assert_allclose(calibrated, sigmoid(PLATT.apply(log_odds)), atol=1e-5)

    def test_every_node_carries_the_training_rows_that_passed_it(self) -> None:
        model = graph_of(small_boosters(), IDENTITY)
        attributes = attributes_of(model)
        rows, true_side, false_side = (
            attributes[key] for key in ("nodes_hitrates", "nodes_truenodeids", "nodes_falsenodeids")
        )
        roots = [at for at, node in enumerate(attributes["nodes_nodeids"]) if node == 0]
        for root in roots:
            children = rows[root + true_side[root]] + rows[root + false_side[root]]
            self.assertEqual(rows[root], children)
            self.assertEqual(rows[root], 400)

    def test_a_booster_that_found_nothing_to_split_is_its_constant(self) -> None:
        rows = small_rows(60)
        stump = lgb.train(
            {"objective": "binary", "min_data_in_leaf": 50, "verbosity": -1}, rows.dataset(), num_boost_round=3
        )
        self.assert_equal_probabilities([stump], PLATT, rows.vectors)

    def test_categories_are_refused(self) -> None:
        codes = np.tile(np.arange(4), 50).reshape(-1, 1).astype(np.float32)
        data = lgb.Dataset(codes, (codes[:, 0] % 2), categorical_feature=[0])
        booster = lgb.train({"objective": "binary", "verbosity": -1, "min_data_per_group": 1}, data, 2)
        with self.assertRaisesRegex(ValueError, "numeric splits"):
            graph_of([booster], IDENTITY)

    def test_boosters_over_vectors_of_other_lengths_are_refused(self) -> None:
        rows = small_rows()
        narrow = lgb.train({**SMALL.parameters, "verbosity": -1}, lgb.Dataset(rows.vectors[:, :2], rows.labels), 2)
        with self.assertRaisesRegex(ValueError, "widths"):
            graph_of([*small_boosters(), narrow], IDENTITY)

    def test_thresholds_keep_every_float32_on_its_side(self) -> None:
        for threshold in (0.1, -0.1, 1e-40, 16777217.0, 1.7976931348623157e308):
            rounded = round_down(threshold)
            self.assertLessEqual(rounded, threshold)
            self.assertEqual(np.float32(rounded), rounded)
            if threshold < 1e38:
                self.assertGreater(float(np.nextafter(np.float32(rounded), np.float32(np.inf))), threshold)

    def test_a_graph_of_another_model_is_told_apart(self) -> None:
        boosters = small_boosters()
        model = graph_of(boosters, IDENTITY)
        vectors = small_rows().vectors
        difference, margins = check_parity(model, boosters, IDENTITY, vectors)
        self.assertLessEqual(difference, 1e-6)
        np.testing.assert_allclose(margins, raw_margin(boosters, vectors))
        with self.assertRaises(ParityError):
            check_parity(model, boosters, PLATT, vectors)


def branches_of(boosters: list[lgb.Booster]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    left = [tree["tree_structure"] for booster in boosters for tree in booster.dump_model()["tree_info"]]
    while left:
        node = left.pop()
        if "split_feature" in node:
            found.append(node)
            left += [node["left_child"], node["right_child"]]
    return found


if __name__ == "__main__":
    unittest.main()
