from __future__ import annotations

import json
import math
import unittest

import numpy as np

from bundle.golden import golden_lines, golden_vectors
from learning.calibration import Affine, in_float32
from tests.support.small_rows import small_boosters, small_rows

PLATT = in_float32(Affine(0.9, 0.1))


class GoldenCases(unittest.TestCase):
    def setUp(self) -> None:
        self.boosters = small_boosters(bags=2)
        dumps = [booster.dump_model() for booster in self.boosters]
        self.vectors = golden_vectors(small_rows().vectors, dumps, 4)
        self.lines = golden_lines(self.vectors, self.boosters, PLATT).splitlines()
        self.cases = [json.loads(line) for line in self.lines]

    def test_there_are_a_thousand_and_each_feature_is_known_in_some_and_missing_in_others(self) -> None:
        self.assertGreaterEqual(len(self.cases), 1000)
        for column in range(self.vectors.shape[1]):
            missing = [case["vector"][column] is None for case in self.cases]
            self.assertIn(True, missing)
            self.assertIn(False, missing)

    def test_vectors_are_read_back_as_the_same_float32(self) -> None:
        read = np.array([[np.nan if v is None else v for v in case["vector"]] for case in self.cases], np.float32)
        np.testing.assert_array_equal(read, self.vectors)

    def test_the_first_200_carry_contributions_that_add_up_to_the_calibrated_log_odds(self) -> None:
        self.assertEqual([("contributions" in case) for case in self.cases], [n < 200 for n in range(len(self.cases))])
        for case in self.cases[:200]:
            self.assertEqual(len(case["contributions"]), self.vectors.shape[1] + 1)
            self.assertAlmostEqual(sum(case["contributions"]), case["rawMargin"], places=6)

    def test_probability_is_the_sigmoid_of_the_margin(self) -> None:
        for case in self.cases:
            self.assertAlmostEqual(case["probability"], 1 / (1 + math.exp(-case["rawMargin"])), places=12)

    def test_the_same_model_gives_the_same_bytes(self) -> None:
        self.assertEqual(golden_lines(self.vectors, self.boosters, PLATT).splitlines(), self.lines)


if __name__ == "__main__":
    unittest.main()
