from __future__ import annotations

import unittest

import numpy as np

from evaluation.calibration_methods import methods_tried
from learning.calibration import IDENTITY, choose, fit_platt, sigmoid


class Calibration(unittest.TestCase):
    def setUp(self) -> None:
        random = np.random.default_rng(3)
        self.log_odds = random.normal(-1, 1.5, size=6000)
        self.churned = (random.uniform(size=6000) < sigmoid(self.log_odds)).astype(np.int8)
        self.fold = random.integers(5, size=6000)

    def test_margins_that_are_log_odds_stay_as_they_are_or_almost(self) -> None:
        calibration, margin = choose(self.log_odds, self.churned, self.fold)
        self.assertAlmostEqual(calibration.scale, 1, delta=0.1)
        self.assertAlmostEqual(calibration.offset, 0, delta=0.1)
        self.assertEqual(margin.size, 6000)

    def test_margins_twice_too_sure_are_brought_back(self) -> None:
        calibration, margin = choose(self.log_odds * 2 + 1, self.churned, self.fold)
        self.assertAlmostEqual(calibration.scale, 0.5, delta=0.05)
        self.assertAlmostEqual(calibration.offset, -0.5, delta=0.1)
        self.assertLess(float(np.abs(margin - self.log_odds).mean()), 0.15)

    def test_constants_are_those_that_a_float32_graph_holds(self) -> None:
        calibration = fit_platt(self.log_odds, self.churned)
        for constant in (calibration.scale, calibration.offset):
            self.assertEqual(float(np.float32(constant)), constant)

    def test_a_fold_has_no_part_in_its_own_calibration(self) -> None:
        other_labels = np.where(self.fold == 2, 1 - self.churned, self.churned).astype(np.int8)
        _, before = choose(self.log_odds * 2, self.churned, self.fold)
        _, after = choose(self.log_odds * 2, other_labels, self.fold)
        np.testing.assert_array_equal(before[self.fold == 2], after[self.fold == 2])
        self.assertFalse(np.array_equal(before[self.fold != 2], after[self.fold != 2]))

    def test_identity_where_platt_does_not_lower_the_log_loss(self) -> None:
        # Labels that say nothing beyond the margin's own odds, exactly: each margin with its share of churners.
        margin = np.repeat(np.log([1 / 9, 1 / 4, 1, 4]), 200)
        churned = np.concatenate([np.repeat([1, 0], [n, 200 - n]) for n in (20, 40, 100, 160)]).astype(np.int8)
        fold = np.tile(np.arange(5), 160)
        calibration, kept = choose(margin, churned, fold)
        self.assertEqual(calibration, IDENTITY)
        np.testing.assert_array_equal(kept, margin)

    def test_every_method_is_measured_on_the_same_rows(self) -> None:
        tried = methods_tried(self.log_odds * 2, self.churned, self.fold)
        self.assertEqual(set(tried), {"identity", "platt", "isotonic"})
        self.assertLess(tried["platt"]["logLoss"], tried["identity"]["logLoss"])
        self.assertLess(tried["isotonic"]["ece"], tried["identity"]["ece"])


if __name__ == "__main__":
    unittest.main()
