from __future__ import annotations

import contextlib
import io
import sys
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

import markets
from other_markets.evaluate_market import evaluate_market
from other_markets.market_tables import MARKETS, Market, Table, cell2cell, expresso, iranian_uci
from other_markets.markets_table import markets_table
from tests.support.small_rows import SMALL, small_rows


def iranian_rows() -> pd.DataFrame:
    names = ["Call  Failure", "Seconds of Use", "Churn"]
    return pd.DataFrame([[1, 10, 0], [1, 10, 0], [1, 10, 1], [2, 20, 1], [3, 30, 0]], columns=names)


class Loaders(unittest.TestCase):
    def test_duplicates_go_before_anything_is_split(self) -> None:
        table = iranian_uci(iranian_rows())
        self.assertEqual(table.churned.tolist(), [0, 1, 1, 0])
        self.assertIn("1 duplicate rows dropped", table.notes)

    def test_rows_alike_but_for_the_label_are_one_group(self) -> None:
        groups = iranian_uci(iranian_rows()).groups
        self.assertEqual(groups[0], groups[1])
        self.assertEqual(len(set(groups.tolist())), 3)

    def test_unknown_values_of_a_group_are_alike(self) -> None:
        table = iranian_uci(iranian_rows().assign(**{"Seconds of Use": [np.nan, np.nan, np.nan, 1, 2]}))
        self.assertEqual(table.groups[0], table.groups[1])

    def test_expresso_tenure_is_in_the_order_of_its_length(self) -> None:
        rows = pd.DataFrame(
            {
                "TENURE": ["K > 24 month", "D 3-6 month", "I 18-21 month"],
                "MRG": "NO",
                "REGULARITY": [1, 2, 3],
                "CHURN": [1, 0, 0],
            }
        )
        table = expresso(rows)
        self.assertEqual(np.argsort(table.features["TENURE"]).tolist(), [1, 2, 0])
        self.assertEqual(table.stayer_weight, 8.7)
        self.assertEqual(table.baseline.tolist(), [-1, -2, -3])

    def test_cell2cell_is_numbers_with_unknown_as_missing(self) -> None:
        row = {
            "CustomerID": 1,
            "Churn": "Yes",
            "MonthlyMinutes": np.nan,
            "CurrentEquipmentDays": 300.0,
            "AgeHH1": 0,
            "AgeHH2": 40,
            "IncomeGroup": 0,
            "HandsetPrice": "Unknown",
            "CreditRating": "5-Low",
            "Homeownership": "Unknown",
            "TruckOwner": "Yes",
            "ServiceArea": "NYC",
            "PrizmCode": "Town",
            "Occupation": "Other",
            "MaritalStatus": "No",
        }
        other = {**row, "CustomerID": 2, "Churn": "No", "HandsetPrice": "30", "AgeHH1": 30, "PrizmCode": "Rural"}
        table = cell2cell(pd.DataFrame([row, other, other]))
        self.assertEqual(table.churned.tolist(), [1, 0])
        first = table.features.iloc[0]
        for name in ("AgeHH1", "IncomeGroup", "HandsetPrice", "Homeownership", "MonthlyMinutes"):
            self.assertTrue(np.isnan(first[name]), name)
        self.assertEqual((first["CreditRating"], first["TruckOwner"], first["PrizmCode_Town"]), (5, 1, 1))
        self.assertEqual(table.features["ServiceAreaRows"].tolist(), [2, 2])
        # Half of the rows churn; at 2 % there are 49 stayers for each.
        self.assertAlmostEqual(table.stayer_weight or 0, 49)


class Evaluation(unittest.TestCase):
    def test_a_rebalanced_table_is_measured_twice_and_only_the_order_stays(self) -> None:
        rows = small_rows(600)
        features = pd.DataFrame(rows.vectors, columns=list(rows.feature_names))
        table = Table(
            features, rows.labels, -np.nan_to_num(rows.vectors[:, 1]).astype(np.float64), "fewest top-ups", 10.0, ()
        )
        market = Market("small", Path("small.csv"), lambda _: table, 0.9)
        found = evaluate_market(market, table, replace(SMALL, patience=5, trees=50), resamples=50)
        sampled, natural = found["asSampled"]["model"], found["naturalRate"]["model"]
        self.assertGreater(sampled["auc"], 0.8)
        self.assertGreater(sampled["auc"], found["asSampled"]["simple"]["auc"])
        self.assertAlmostEqual(sampled["auc"], natural["auc"], places=9)
        self.assertLess(found["naturalRate"]["churnRate"], found["churnRate"])
        self.assertLess(natural["ece"], 0.05)
        self.assertEqual(len(found["trees"]), 5)
        text = markets_table({"small": found})
        self.assertIn("| small, natural rate | model |", text)
        self.assertIn("| small | fewest top-ups alone |", text)

    def test_missing_tables_are_said_and_only_none_at_all_is_a_failure(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            err = io.StringIO()
            with patch.object(sys, "argv", ["markets.py", "--data", folder]), contextlib.redirect_stderr(err):
                code = markets.main()
        self.assertEqual(code, 1)
        for market in MARKETS:
            self.assertIn(f"{market.name}: skipped", err.getvalue())


if __name__ == "__main__":
    unittest.main()
