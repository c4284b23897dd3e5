from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
import unittest
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

import evaluate
from data.dataset import VectorSet, load_vectors
from data.monthly_table import USAGE_FILE
from data.replays import together
from evaluation.breakdowns import calibration, deciles, gain_curve
from evaluation.evaluate_model import count_users
from evaluation.indicator_rules import CHARGES_FELL, indicator_flags
from evaluation.metrics import NOT_ENOUGH
from evaluation.populations import TITLES, customers_of
from evaluation.shipped_bundle import MADE_FOR_OTHERS
from learning.cross_validation import (
    LAST_WEIGHT,
    MID_MONTH_WEIGHT,
    MONTH_END_WEIGHT,
    folds_of,
    out_of_fold_margins,
    unusable_columns,
    weights_of,
)
from tests.support.small_source import SmallSource

ASKED = ("auc", "prAuc", "topDecileLift", "recallAt5", "recallAt10", "recallAt20", "brier", "ece", "n", "churners")


class Folder(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def source(
        self, users: int = 160, months: Sequence[int] = (6, 7, 8), churners: int | None = None, key: str = "t1"
    ) -> SmallSource:
        return SmallSource(self.folder / key, users, months, churners, key)

    def load(self, source: SmallSource) -> VectorSet:
        return load_vectors(source.vectors, source.users)


class CrossValidation(Folder):
    def test_a_user_is_in_one_fold_and_further_replays_move_nobody(self) -> None:
        data = self.load(self.source())
        fold = folds_of(data)
        for user in np.unique(data.user_id):
            self.assertEqual(np.unique(fold[data.user_id == user]).size, 1)
        self.assertEqual(set(fold.tolist()), {0, 1, 2, 3, 4})
        twice = together([data, data])
        np.testing.assert_array_equal(folds_of(twice)[: fold.size], fold)
        np.testing.assert_array_equal(folds_of(twice)[fold.size :], fold)

    def test_the_key_of_the_pseudonyms_moves_no_fold_and_no_margin(self) -> None:
        one, other = self.load(self.source(key="t1")), self.load(self.source(key="another"))
        np.testing.assert_array_equal(folds_of(one), folds_of(other))
        np.testing.assert_array_equal(
            out_of_fold_margins(one, one.churned, folds_of(one)),
            out_of_fold_margins(other, other.churned, folds_of(other)),
        )

    def test_folds_depend_on_users_and_labels_alone_and_hold_equal_shares_of_those_who_left(self) -> None:
        data = self.load(self.source())
        fold = dict(zip(data.user_id.tolist(), folds_of(data).tolist(), strict=True))
        last = data.as_of == data.last_as_of
        fewer = replace(data, vectors=data.vectors[last], user_id=data.user_id[last], churned=data.churned[last])
        self.assertEqual(dict(zip(fewer.user_id.tolist(), folds_of(fewer).tolist(), strict=True)), fold)
        left = [fold[user] for user in data.user_id[last & (data.churned == 1)].tolist()]
        self.assertLessEqual(max(map(left.count, range(5))) - min(map(left.count, range(5))), 1)

    def test_a_row_weighs_by_its_as_of_however_often_it_is_replayed(self) -> None:
        data = self.load(self.source())
        once, twice = weights_of(data), weights_of(together([data, data]))
        found = [float(once[data.as_of == index][0]) for index in range(6)]
        middle, end = MID_MONTH_WEIGHT, MONTH_END_WEIGHT
        self.assertEqual(found, [middle, end, middle, end, middle, LAST_WEIGHT])
        self.assertAlmostEqual(float(once.sum()), float(twice.sum()))

    def test_what_a_user_did_never_moves_the_model_that_scores_that_user(self) -> None:
        data = self.load(self.source())
        fold = folds_of(data)
        before = out_of_fold_margins(data, data.churned, fold)
        flipped = data.churned.copy()
        flipped[fold == 2] = 1 - flipped[fold == 2]
        after = out_of_fold_margins(data, flipped, fold)
        np.testing.assert_array_equal(before[fold == 2], after[fold == 2])
        self.assertTrue((before[fold != 2] != after[fold != 2]).any())

    def test_columns_of_absent_feeds_and_invented_ones_are_kept_from_the_model(self) -> None:
        data = self.load(self.source())
        unusable = np.flatnonzero(unusable_columns(data.feature_names, data.vectors))
        names = {data.feature_names[column] for column in unusable}
        self.assertEqual(names, {"complaints_90d", "days_since_mt_message"})


class Breakdowns(Folder):
    def test_deciles_add_up_to_everybody(self) -> None:
        random = np.random.default_rng(1)
        churned = (random.uniform(size=403) < 0.3).astype(np.int8)
        rows = deciles(churned, random.uniform(size=403))
        self.assertEqual(sum(row["n"] for row in rows), 403)
        self.assertEqual(sum(row["churners"] for row in rows), churned.sum())
        self.assertEqual(rows[-1]["cumulativeRecall"], 1.0)

    def test_an_interval_holds_the_rate_of_a_bin_where_nobody_left_or_everybody(self) -> None:
        for size in range(100, 130):
            churned = np.arange(size) >= size // 2
            for row in calibration(churned.astype(np.int8), np.linspace(0, 1, size))["bins"]:
                low, high = row["interval"]
                self.assertLessEqual(low, row["churnRate"])
                self.assertLessEqual(row["churnRate"], high)

    def test_the_gain_of_a_perfect_order_reaches_all_churners_first(self) -> None:
        churned = np.array([1] * 20 + [0] * 80, np.int8)
        curve = gain_curve(churned, np.linspace(1, 0, 100))
        self.assertEqual((curve[0], curve[10], curve[20], curve[100]), (0.0, 0.5, 1.0, 1.0))

    def test_an_unknown_value_raises_no_indicator_and_silent_ones_are_named(self) -> None:
        source = self.source()
        data = self.load(source)
        customers = customers_of(data, source.folder)
        flags = indicator_flags(data, customers.last, customers.raw_until(customers.last))
        reserve = data.vectors[customers.last, data.column("revenue_reserve_months")]
        raised = flags.raised["balance for less than half a month"]
        np.testing.assert_array_equal(raised, np.nan_to_num(reserve, nan=9) < 0.5)
        self.assertIn("two complaints in 90 days", flags.silent)
        self.assertIn("asked how to port out", flags.silent)
        self.assertFalse(flags.raised[CHARGES_FELL][~customers.established[customers.last]].any())

    def test_baselines_of_an_earlier_month_know_nothing_of_later_ones(self) -> None:
        source = self.source()
        customers = customers_of(self.load(source), source.folder)
        raw = customers.raw_until(customers.populations["oneMonthEarlier"])
        self.assertFalse([name for name in raw if str(name).endswith("201308")])
        self.assertTrue([name for name in raw if str(name).endswith("201307")])


class WholeEvaluation(Folder):
    def run_main(self, source: SmallSource, *more: str) -> tuple[int, str]:
        command = ["evaluate.py", "--data", source.folder, "--vectors", source.vectors, "--users", source.users, *more]
        out = io.StringIO()
        silent, errors = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(out)
        with patch.object(sys, "argv", [str(word) for word in command]), silent, errors:
            return evaluate.main(), out.getvalue()

    def test_it_writes_figures_rows_and_report_for_a_source_of_its_layout(self) -> None:
        source, out = self.source(), self.folder
        code, _ = self.run_main(
            source, "--json", str(out / "all.json"), "--rows", str(out / "rows.csv"), "--report", str(out / "report")
        )
        self.assertEqual(code, 0)
        result = json.loads((out / "all.json").read_text())
        for population in TITLES:
            self.assertTrue(set(ASKED) <= set(result[population]), population)
            for baseline in result["baselines"].values():
                self.assertEqual(baseline[population]["n"], result[population]["n"])
        self.assertEqual(result["all"]["n"], 160)
        self.assertEqual(result["established"]["n"], 120)
        self.assertGreater(result["all"]["auc"], 0.8)
        self.assertLess(abs(result["leakage"]["shuffledLabels"]["auc"] - 0.5), 0.2)
        rows = pd.read_csv(out / "rows.csv")
        self.assertEqual(list(rows), ["user_account_id", "as_of", "label", "fold", "probability"])
        self.assertEqual(len(rows), self.load(source).churned.size)
        page = (out / "report" / "REPORT.md").read_text()
        for picture in (out / "report" / "plots").iterdir():
            self.assertIn(f"plots/{picture.name}", page)
            self.assertLess(picture.stat().st_size, 60_000)
            self.assertNotIn("<dc:date>", picture.read_text())

    def test_months_that_the_source_lacks_are_said_to_be_not_enough(self) -> None:
        source, out = self.source(users=100, months=[8]), self.folder
        self.assertEqual(self.run_main(source, "--json", str(out / "all.json"), "--report", str(out / "report"))[0], 0)
        result = json.loads((out / "all.json").read_text())
        self.assertIsNotNone(result["all"]["auc"])
        self.assertEqual(result["oneMonthEarlier"]["note"], NOT_ENOUGH)
        self.assertEqual(result["baselines"]["rawTable"]["twoMonthsEarlier"]["n"], 0)

    def test_too_few_who_left_are_told_in_one_line(self) -> None:
        code, errors = self.run_main(self.source(users=60, churners=3))
        self.assertEqual(code, 1)
        self.assertIn("not enough users: 3 who left and 57 who stayed", errors)

    def test_what_cannot_be_read_is_told_in_one_line(self) -> None:
        source = self.source()
        usage = source.folder / USAGE_FILE
        whole = usage.read_bytes()

        def without_month() -> None:
            pd.read_csv(usage).drop(columns=["month"]).to_csv(usage, index=False)

        def cut_off() -> None:
            usage.write_bytes(whole[: len(whole) // 2])

        def with_names() -> None:
            table = pd.read_csv(source.users)
            table.assign(user_account_id=[f"U{user}" for user in table["user_account_id"]]).to_csv(
                source.users, index=False
            )

        for spoil, message in (
            (without_month, "customer_usage.csv.gz: no column month"),
            (cut_off, "customer_usage.csv.gz: cannot be read as a table"),
            (usage.unlink, "customer_usage.csv.gz: there is no such file"),
            (with_names, "users.csv: user_account_id must be whole numbers"),
        ):
            with self.subTest(message):
                spoil()
                code, errors = self.run_main(source)
                self.assertEqual(code, 1)
                self.assertIn(message, errors)
                self.assertNotIn("Traceback", errors)
                usage.write_bytes(whole)

    def test_a_bundle_made_for_other_features_is_said_not_to_be_measured(self) -> None:
        source, bundle = self.source(users=100), self.folder / "churn" / "0.9.0"
        bundle.mkdir(parents=True)
        (bundle / "feature_schema.json").write_text(json.dumps({"schemaSha256": "f" * 64}))
        out = self.folder / "all.json"
        self.assertEqual(self.run_main(source, "--bundle", str(bundle), "--json", str(out))[0], 0)
        shipped = json.loads(out.read_text())["shipped"]
        self.assertEqual(shipped, {"bundle": "churn/0.9.0", "note": MADE_FOR_OTHERS})

    def test_users_without_a_vector_are_counted_apart(self) -> None:
        source = self.source()
        data = self.load(source)
        newest = (data.as_of == data.last_as_of) & (data.user_id < 1010)
        fewer = replace(
            data,
            vectors=data.vectors[~newest],
            user_id=data.user_id[~newest],
            churned=data.churned[~newest],
            as_of=data.as_of[~newest],
        )
        users = count_users(customers_of(fewer, source.folder), source.folder)
        self.assertEqual(users["withoutVector"], 10)
        self.assertEqual(users["churnersWithoutVector"], int(source.churned[:10].sum()))
