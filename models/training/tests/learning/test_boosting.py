from __future__ import annotations

import unittest
from dataclasses import replace

import numpy as np

from learning.boosting import fit, gain_shares, raw_contributions, raw_margin, tree_count
from tests.support.small_rows import SMALL, small_boosters, small_rows


class Boosting(unittest.TestCase):
    def test_the_same_rows_give_the_same_trees(self) -> None:
        settings = replace(SMALL, bags=2, patience=5, trees=60)
        once, again = (fit(settings, small_rows()) for _ in range(2))
        self.assertEqual([b.model_to_string() for b in once], [b.model_to_string() for b in again])

    def test_early_stopping_takes_fewer_trees_than_allowed_and_at_least_one(self) -> None:
        rows = small_rows()
        self.assertEqual(tree_count(SMALL, rows), SMALL.trees)
        found = tree_count(replace(SMALL, trees=300, patience=10), rows)
        self.assertTrue(1 <= found < 300, found)
        random_labels = replace(rows, labels=np.random.default_rng(9).integers(2, size=400).astype(np.int8))
        self.assertLess(tree_count(replace(SMALL, trees=300, patience=10), random_labels), found)

    def test_rows_of_a_group_are_never_on_both_sides_of_an_inner_split(self) -> None:
        # Every row ten times: with the copies apart, more trees would always look better.
        rows = small_rows(60)
        copies = replace(
            rows.only(np.repeat(np.arange(60), 10)),
            labels=np.repeat(np.random.default_rng(5).integers(2, size=60), 10).astype(np.int8),
        )
        settings = replace(SMALL, trees=200, patience=10)
        together = tree_count(settings, copies)
        apart = tree_count(settings, replace(copies, groups=np.arange(600)))
        self.assertLess(together, apart)

    def test_contributions_add_up_to_the_margin_of_all_bags(self) -> None:
        boosters = small_boosters(bags=3)
        vectors = small_rows(50, 8).vectors
        np.testing.assert_allclose(
            raw_contributions(boosters, vectors).sum(axis=1), raw_margin(boosters, vectors), atol=1e-9
        )

    def test_gain_is_shared_among_the_features(self) -> None:
        shares = gain_shares(small_boosters(bags=2))
        self.assertAlmostEqual(float(shares.sum()), 1)
        self.assertGreater(shares[0], shares[4])


if __name__ == "__main__":
    unittest.main()
