from __future__ import annotations

import tempfile
import unittest
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.data_error import DataError
from data.dataset import load_vectors
from data.monthly_table import load_raw_months, months_of, present
from tests.support.small_source import FEATURES, SmallSource


class ExportedTrainingSet(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.source = SmallSource(Path(folder.name) / "data", users=40)

    def load(self, table: pa.Table) -> None:
        pq.write_table(table, self.source.vectors)
        load_vectors(self.source.vectors, self.source.users)

    def test_rows_keep_their_float32_values_and_unknown_ones(self) -> None:
        data = load_vectors(self.source.vectors, self.source.users)
        table = self.source.table()
        user_of = dict(zip(self.source.pseudonyms(), self.source.user_id.tolist(), strict=True))
        users = [user_of[pseudonym] for pseudonym in table.column("subscriber_id").to_pylist()]
        table = table.append_column("user", pa.array(users)).sort_by([("as_of_ms", "ascending"), ("user", "ascending")])
        self.assertEqual(data.vectors.dtype, np.float32)
        for column, feature in enumerate(FEATURES):
            expected = table.column(feature["name"]).to_numpy()
            np.testing.assert_array_equal(data.vectors[:, column], expected)
        self.assertTrue(np.isnan(data.vectors[:, data.column("tenure_days")]).any())
        np.testing.assert_array_equal(np.unique(data.user_id), self.source.user_id)

    def test_as_ofs_are_civil_days_of_the_operator_and_months_are_counted_back_by_calendar(self) -> None:
        data = load_vectors(self.source.vectors, self.source.users)
        self.assertEqual(data.days[-1], date(2013, 8, 31))
        self.assertEqual([data.month_end(earlier) for earlier in range(4)], [5, 3, 1, None])

    def test_an_as_of_without_rows_is_not_counted(self) -> None:
        table = self.source.table()
        first = min(table.column("as_of_ms").to_pylist())
        self.load(table.filter(pa.compute.not_equal(table.column("as_of_ms"), first)))
        data = load_vectors(self.source.vectors, self.source.users)
        self.assertEqual(len(data.export["asOfs"]), 5)
        self.assertEqual(len(data.export["requestedAsOfs"]), 6)
        self.assertEqual(data.last_as_of, data.as_of.max())

    def test_a_file_that_is_no_such_export_is_refused_with_what_it_lacks(self) -> None:
        table = self.source.table()
        refused = {
            "time_zone": table.replace_schema_metadata({}),
            "no column tenure_days": table.drop(["tenure_days"]),
            "no row": table.slice(0, 0),
            "two rows of one user and as-of": pa.concat_tables([table, table]),
            "without nulls is needed": table.set_column(3, "label", pa.array([None] * table.num_rows, pa.int8())),
        }
        for message, bad in refused.items():
            with self.subTest(message), self.assertRaisesRegex(DataError, message):
                self.load(bad)

    def test_subscribers_that_nobody_listed_are_refused(self) -> None:
        pd.read_csv(self.source.users).head(10).to_csv(self.source.users, index=False)
        with self.assertRaisesRegex(DataError, "does not list"):
            load_vectors(self.source.vectors, self.source.users)

    def test_the_monthly_table_is_as_wide_as_its_months_and_says_who_was_absent(self) -> None:
        raw = load_raw_months(self.source.folder, self.source.user_id)
        self.assertEqual(months_of(raw), [201306, 201307, 201308])
        joined_late = self.source.first_month == 8
        np.testing.assert_array_equal(present(raw)[:, 0], ~joined_late)
        self.assertTrue(present(raw)[:, 2].all())
