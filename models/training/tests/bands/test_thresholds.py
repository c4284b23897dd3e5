from __future__ import annotations

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from bands.choose_thresholds import Unreachable, cell_of_precision, cell_of_share, choose_thresholds
from bands.operating_points import Cells, cells_of, figures_at, from_document, to_document
from thresholds import main

# 100 subscribers: 0.90 twice ... the highest 10 hold 8 churners, the next 30 hold 9, the last 60 hold 3.
PROBABILITY = np.repeat([0.9, 0.5, 0.1], [10, 30, 60])
CHURNED = np.repeat([1, 0, 1, 0, 1, 0], [8, 2, 9, 21, 3, 57]).astype(np.int8)


def cells() -> Cells:
    return cells_of(PROBABILITY, CHURNED)


def distinct() -> Cells:
    """1,000 subscribers with a probability each, who leave as often as it says."""
    probability = (np.arange(1000) + 0.5) / 1000
    churned = (np.random.default_rng(2).uniform(size=1000) < probability**3).astype(np.int8)
    return cells_of(probability, churned)


class Notes(unittest.TestCase):
    def test_a_desk_left_idle_by_equal_scores_is_told_the_next_step(self) -> None:
        # 10 of 100 are above 0.9: 100 orders a month of 1,000 subscribers; the next 30 share 0.5.
        result = choose_thresholds(cells(), capacity=8, base=1_000, days=30, min_precision=None, medium_ratio=1.1)
        self.assertEqual(result["high"]["threshold"], 0.9)
        (told,) = [note for note in result["notes"] if "left over" in note]
        self.assertIn("4.7 orders a day are left over: the next 30", told)
        self.assertIn("at threshold 0.5, it would be 13.3", told)

    def test_a_medium_band_of_most_of_the_base_is_told(self) -> None:
        result = choose_thresholds(distinct(), capacity=None, base=None, days=30, min_precision=0.5, medium_ratio=3)
        self.assertTrue(any("such a band says little" in note for note in result["notes"]))


class OperatingPoints(unittest.TestCase):
    def test_by_hand(self) -> None:
        figures = figures_at(cells(), 1)
        self.assertEqual(figures["threshold"], 0.5)
        self.assertEqual(figures["sampleRows"], 40)
        self.assertAlmostEqual(figures["share"], 0.40)
        self.assertAlmostEqual(figures["precision"], 17 / 40)
        self.assertAlmostEqual(figures["recall"], 17 / 20)
        self.assertAlmostEqual(figures["lift"], (17 / 40) / 0.2)
        for name in ("share", "precision", "recall"):
            low, high = figures["intervals"][name]
            self.assertLess(low, figures[name])
            self.assertGreater(high, figures[name])

    def test_a_threshold_takes_its_cell_and_no_later_one_in_few_digits(self) -> None:
        found = cells_of(np.array([0.7654321, 0.7612345, 0.76123, 0.2]), np.array([1, 0, 1, 0], np.int8))
        for cell, count in enumerate((1, 2, 3, 4)):
            threshold = found.threshold(cell)
            self.assertEqual(int((found.lowest >= threshold).sum()), count)
        self.assertEqual(found.threshold(0), 0.765)
        self.assertEqual(found.threshold(3), 0.2)

    def test_cells_of_a_bundle_keep_every_subscriber(self) -> None:
        coarse = from_document(json.loads(json.dumps(to_document(cells_of(PROBABILITY, CHURNED, most=2)))))
        self.assertEqual(int(coarse.taken[-1]), 100)
        self.assertEqual(int(coarse.caught[-1]), 20)
        fine, whole = cells_of((np.arange(1000) + 0.5) / 1000, np.ones(1000, np.int8), most=200), distinct()
        self.assertEqual(fine.rows.tolist(), [5] * 200)
        self.assertEqual(fine.total, whole.total)

    def test_a_document_that_holds_no_cells_is_refused(self) -> None:
        documents: list[dict[str, list[float]]] = [
            {"lowestProbability": [0.1, 0.2], "rows": [1, 1], "churners": [0, 0]},
            {"lowestProbability": [0.2], "rows": [1], "churners": [2]},
            {"lowestProbability": [], "rows": [], "churners": []},
        ]
        for document in documents:
            with self.subTest(document=document), self.assertRaises(ValueError):
                from_document(document)


class Choice(unittest.TestCase):
    def test_capacity_by_hand(self) -> None:
        # 50 a day on 30 days are 1,500 a month: 15 % of 10,000. Ties are taken whole: 10 of 100 fit, 40 do not.
        found = choose_thresholds(cells(), capacity=50, base=10_000, days=30, min_precision=None, medium_ratio=4)
        self.assertEqual(found["high"]["threshold"], 0.9)
        self.assertAlmostEqual(found["high"]["orders"]["perMonth"], 1_000)
        self.assertAlmostEqual(found["high"]["orders"]["perDay"], 1_000 / 30)
        self.assertAlmostEqual(found["high"]["precision"], 0.8)
        self.assertEqual(found["mediumAndHigh"]["threshold"], 0.5)
        self.assertAlmostEqual(found["mediumAndHigh"]["orders"]["perMonth"], 4_000)
        self.assertEqual(len(found["notes"]), 2)

    def test_precision_takes_as_many_as_keep_it(self) -> None:
        curve = distinct()
        cell = cell_of_precision(curve, 0.5)
        self.assertGreaterEqual(curve.precision[cell], 0.5)
        self.assertTrue((curve.precision[cell + 1 :] < 0.5).all())

    def test_with_both_the_higher_threshold_holds(self) -> None:
        curve = distinct()
        arguments = {"base": 10_000, "days": 30, "medium_ratio": 3}
        by_capacity = choose_thresholds(curve, capacity=10, min_precision=None, **arguments)
        by_precision = choose_thresholds(curve, capacity=None, min_precision=0.5, **arguments)
        both = choose_thresholds(curve, capacity=10, min_precision=0.5, **arguments)
        highest = max(by_capacity["high"]["threshold"], by_precision["high"]["threshold"])
        self.assertEqual(both["high"]["threshold"], highest)

    def test_what_cannot_be_reached_is_said_with_what_is_best(self) -> None:
        with self.assertRaisesRegex(Unreachable, r"highest precision .* is 0\.425, at threshold 0\.5 with 40 of 100"):
            cell_of_precision(cells(), 0.9)
        with self.assertRaisesRegex(Unreachable, "less than the 10 highest of the 100"):
            cell_of_share(cells(), 0.05)
        with self.assertRaisesRegex(Unreachable, "the whole base 2.0 times"):
            cell_of_share(cells(), 2)


class Command(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.rows = self.folder / "rows.csv"
        lines = ["user_account_id,as_of,label,fold,probability", "1,2020-01-31T00:00:00.000Z,0,0,0.99"]
        lines += [
            f"{number},2020-02-29T00:00:00.000Z,{label},0,{probability}"
            for number, (label, probability) in enumerate(zip(CHURNED, PROBABILITY, strict=True))
        ]
        self.rows.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def run_with(self, *arguments: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main(list(arguments))
            except SystemExit as stop:
                code = int(stop.code or 0)
        return code, out.getvalue(), err.getvalue()

    def test_rows_and_a_bundle_give_the_same_answer(self) -> None:
        wanted = ("--min-precision", "0.4", "--base", "1000", "--medium-ratio", "2", "--json")
        code, by_rows, _ = self.run_with("--rows", str(self.rows), *wanted)
        self.assertEqual(code, 0)
        summary = {"operatingPoints": to_document(cells())}
        (self.folder / "training_summary.json").write_text(json.dumps(summary), encoding="utf-8")
        _, by_bundle, _ = self.run_with("--bundle", str(self.folder), *wanted)
        self.assertEqual(json.loads(by_rows), json.loads(by_bundle))
        self.assertEqual(json.loads(by_rows)["high"]["sampleRows"], 40)

    def test_the_table_tells_orders_precision_and_recall(self) -> None:
        code, out, _ = self.run_with("--rows", str(self.rows), "--capacity", "50", "--base", "10000")
        self.assertEqual(code, 0)
        self.assertIn("| high | 0.9 | 10.00% | 1,000 | 33.3 (", out)
        self.assertIn("| 80.0% (", out)

    def test_what_cannot_be_reached_ends_with_1_and_says_so_in_json_too(self) -> None:
        code, out, err = self.run_with("--rows", str(self.rows), "--min-precision", "0.95", "--json")
        self.assertEqual(code, 1)
        self.assertFalse(json.loads(out)["reached"])
        self.assertIn("no thresholds: the highest precision", err)

    def test_what_cannot_be_understood_ends_with_2_and_names_it(self) -> None:
        for arguments, message in (
            (["--rows", str(self.rows)], "--capacity with --base, or --min-precision"),
            (["--rows", str(self.rows), "--capacity", "5"], "--capacity needs --base"),
            (["--rows", "nowhere.csv", "--min-precision", "0.5"], "nowhere.csv"),
            (["--rows", str(self.rows), "--as-of", "2021", "--min-precision", "0.5"], "no row as of 2021; there are"),
            (["--bundle", str(self.folder), "--min-precision", "0.5"], "training_summary.json"),
            (["--rows", str(self.rows), "--min-precision", "50"], "between 0 and 1"),
        ):
            with self.subTest(arguments=arguments):
                code, _, err = self.run_with(*arguments)
                self.assertEqual(code, 2)
                self.assertIn(message, err)

    def test_a_row_that_is_no_probability_is_named_by_its_line(self) -> None:
        self.rows.write_text("as_of,label,probability\n2020,1,0.5\n2020,0,high\n", encoding="utf-8")
        code, _, err = self.run_with("--rows", str(self.rows), "--min-precision", "0.5")
        self.assertEqual(code, 2)
        self.assertIn("line 3", err)


if __name__ == "__main__":
    unittest.main()
