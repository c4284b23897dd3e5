from __future__ import annotations

import unittest

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from evaluation.metrics import NOT_ENOUGH, measure, rank_only


def drawn(users: int, seed: int = 1) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    random = np.random.default_rng(seed)
    probability = random.beta(0.5, 2, size=users)
    return (random.uniform(size=users) < probability).astype(np.int8), probability


class Measures(unittest.TestCase):
    def test_order_and_error_are_those_of_scikit_learn_with_ties_too(self) -> None:
        for digits in (12, 1):
            churned, probability = drawn(500)
            score = probability.round(digits)
            found = measure(churned, score)
            self.assertAlmostEqual(found["auc"], roc_auc_score(churned, score), places=12)
            self.assertAlmostEqual(found["prAuc"], average_precision_score(churned, score), places=12)
            self.assertAlmostEqual(found["brier"], brier_score_loss(churned, score), places=12)

    def test_weights_count_a_row_as_often_as_they_say(self) -> None:
        churned, probability = drawn(300)
        weight = np.random.default_rng(2).integers(1, 4, size=300)
        repeated = measure(np.repeat(churned, weight), np.repeat(probability, weight))
        weighted = measure(churned, probability, weight=weight.astype(float))
        for key in ("auc", "prAuc", "brier"):
            self.assertAlmostEqual(weighted[key], repeated[key], places=12)

    def test_the_top_tenth_of_a_hand_counted_list_holds_what_it_holds(self) -> None:
        churned = np.array([1, 1, 0, 0, 1, 0, 0, 0, 0, 0] * 2, np.int8)
        score = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0] * 2)
        found = rank_only(churned, score)
        self.assertEqual(found["recallAt5"], 1 / 6)
        self.assertEqual(found["recallAt10"], 2 / 6)
        self.assertEqual(found["recallAt20"], 4 / 6)
        self.assertAlmostEqual(found["topDecileLift"], 1 / 0.3)
        self.assertNotIn("brier", found)

    def test_equal_scores_share_their_places_whatever_the_order_of_rows(self) -> None:
        churned, probability = drawn(400)
        score = probability.round(1)
        mixed = np.random.default_rng(3).permutation(400)
        one, other = measure(churned, score), measure(churned[mixed], score[mixed])
        for key in ("auc", "prAuc", "topDecileLift", "recallAt5", "ece"):
            self.assertAlmostEqual(one[key], other[key], places=9)

    def test_calibration_error_is_the_gap_of_equal_bins(self) -> None:
        churned = np.tile(np.array([0, 1, 0, 0], np.int8), 50)
        self.assertAlmostEqual(measure(churned, np.full(200, 0.25))["ece"], 0.0)
        self.assertAlmostEqual(measure(churned, np.full(200, 0.4))["ece"], 0.15)

    def test_intervals_hold_the_figure_repeat_and_narrow_with_more_users(self) -> None:
        widths = []
        for users in (200, 3200):
            churned, probability = drawn(users)
            found = measure(churned, probability, resamples=200)
            self.assertEqual(found, measure(churned, probability, resamples=200))
            for key, (low, high) in found["intervals"].items():
                self.assertLessEqual(low, found[key], key)
                self.assertLessEqual(found[key], high, key)
            widths.append(found["intervals"]["auc"][1] - found["intervals"]["auc"][0])
        self.assertLess(widths[1], widths[0] / 2)

    def test_too_few_of_a_kind_are_said_rather_than_measured(self) -> None:
        for churned in (np.zeros(50, np.int8), np.ones(50, np.int8), np.empty(0, np.int8)):
            found = measure(churned, np.zeros(churned.size), resamples=10)
            self.assertEqual(found["note"], NOT_ENOUGH)
            self.assertIsNone(found["auc"])
            self.assertEqual(found["n"], churned.size)
