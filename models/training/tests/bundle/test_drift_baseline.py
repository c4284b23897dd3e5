from __future__ import annotations

import unittest

import numpy as np

from bundle.drift_baseline import drift_baseline, histogram


def floats(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


class DriftBaseline(unittest.TestCase):
    def test_ten_bins_of_equal_counts_where_values_differ(self) -> None:
        found = histogram(np.arange(1, 101, dtype=np.float32))
        self.assertEqual(found, {"edges": [10, 20, 30, 40, 50, 60, 70, 80, 90], "counts": [10] * 10, "missing": 0})

    def test_a_value_on_an_edge_lies_below_it(self) -> None:
        found = histogram(floats(1, 2, 2, 3))
        self.assertEqual(found["edges"], [1, 2])
        self.assertEqual(found["counts"], [1, 2, 1])

    def test_repeated_values_make_fewer_bins(self) -> None:
        found = histogram(np.concatenate([np.zeros(950), np.full(50, 7)]).astype(np.float32))
        self.assertEqual(found, {"edges": [0], "counts": [950, 50], "missing": 0})

    def test_one_value_is_one_bin_and_none_is_empty(self) -> None:
        self.assertEqual(histogram(floats(3, 3)), {"edges": [], "counts": [2], "missing": 0})
        self.assertEqual(histogram(floats(np.nan)), {"edges": [], "counts": [0], "missing": 1})

    def test_edges_are_float32_and_every_row_is_counted_once(self) -> None:
        random = np.random.default_rng(1)
        values = random.lognormal(size=997).astype(np.float32)
        values[random.uniform(size=997) < 0.1] = np.nan
        found = histogram(values)
        self.assertTrue(all(float(np.float32(edge)) == edge for edge in found["edges"]))
        self.assertEqual(sorted(set(found["edges"])), found["edges"])
        self.assertEqual(sum(found["counts"]) + found["missing"], 997)
        known = values[~np.isnan(values)]
        self.assertEqual(found["counts"][0], int((known <= found["edges"][0]).sum()))
        self.assertEqual(found["counts"][-1], int((known > found["edges"][-1]).sum()))

    def test_only_features_that_the_model_uses_in_vector_order(self) -> None:
        population = np.arange(12, dtype=np.float32).reshape(4, 3)
        used = np.array([True, False, True])
        found = drift_baseline("abc", ["a", "b", "c"], used, population, floats(0.1, 0.2, 0.3, 0.4))
        self.assertEqual(found["schemaSha256"], "abc")
        self.assertEqual(found["rows"], 4)
        self.assertEqual([feature["name"] for feature in found["features"]], ["a", "c"])
        self.assertEqual(set(found["score"]), {"edges", "counts"})
        self.assertEqual(sum(found["score"]["counts"]), 4)


if __name__ == "__main__":
    unittest.main()
