"""As known then: what a file brings counts from the day it was known here, or from its publisher's stated day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.evidence.sources import source_ids, spec
from tocsin.evidence.store import lags, load, load_tables
from tocsin.evidence.store.known import known
from tocsin.evidence.store.vintages import find, vintages

SOURCE = "facts_coups"


def coups(path: Path, *years: int) -> Path:
    """Write a list of coups in Sudan that has the bundled ones of everybody else."""
    from tests.evidence.publisher import publisher_file

    file = publisher_file(SOURCE)
    rows = [r for r in file.rows if r["ccode"] != "625"]
    rows += [{"ccode": "625", "country": "x", "year": y, "cou.any": 1} for y in years]
    path.write_bytes(file.with_rows(lambda _: rows).data())
    return path


def sudan(ctx: Context, day: date) -> list[int]:
    """Return the years of coups in Sudan, as known on a day, of the years that matter here."""
    found = known(ctx.settings.store, SOURCE, day, today=ctx.now().date()).tables["coups"]
    return sorted(found.filter(pl.col("place_id") == "SDN", pl.col("year") >= 2019)["year"])


SUDAN = (1958, 1969, 1971, 1976, 1983, 1985, 1989)
"""Enough of the past that the file is not thinner than what is in force."""


@pytest.fixture
def before(ctx: Context) -> Context:
    """A context whose clock stands two years after the bundled figures."""
    clock = ctx.clock
    assert isinstance(clock, FixedClock)
    clock.at = datetime(2028, 11, 23, 12, tzinfo=UTC)
    return ctx


def test_every_source_of_figures_has_a_lag_and_a_day_of_its_bundle() -> None:
    for source_id in source_ids():
        assert lags.days(source_id) >= 0
        assert spec(source_id).bundled_on == date(2026, 11, 23)


def test_a_file_counts_from_the_day_it_came(before: Context, tmp_path: Path) -> None:
    load(
        before,
        SOURCE,
        coups(tmp_path / "c.csv", *SUDAN, 2019, 2021, 2023, 2026, 2027),
        "analyst",
        replacing="a test says so",
    )
    assert sudan(before, date(2028, 11, 22)) == [2019, 2021, 2023]
    assert sudan(before, date(2028, 11, 23)) == [2019, 2021, 2023, 2026, 2027]


def test_a_publishers_date_lets_a_late_file_count_earlier_with_its_lag(before: Context, tmp_path: Path) -> None:
    path = coups(tmp_path / "c.csv", *SUDAN, 2019, 2021, 2023, 2026)
    load(before, SOURCE, path, "analyst", replacing="a test says so", published=date(2027, 1, 15))
    assert sudan(before, date(2027, 1, 14)) == [2019, 2021, 2023]
    assert sudan(before, date(2027, 1, 15)) == [2019, 2021, 2023], "2026 is over, but 31 days have not passed"
    assert sudan(before, date(2027, 1, 31)) == [2019, 2021, 2023, 2026]
    state = load_tables(before, date(2027, 1, 31)).source(SOURCE)
    assert (state.grounds, state.known_on, state.published) == ("published", "2027-01-15", "2027-01-15")


def test_a_late_file_brings_nothing_of_the_files_it_was_laid_over(before: Context, tmp_path: Path) -> None:
    """The table in force after it holds what came before it; on its publisher's day that was not known."""
    first = coups(tmp_path / "a.csv", *SUDAN, 2019, 2021, 2023, 2026, 2027)
    load(before, SOURCE, first, "analyst", replacing="a test says so")
    second = coups(tmp_path / "b.csv", *SUDAN, 2019, 2021, 2023, 2026)
    load(before, SOURCE, second, "analyst", replacing="an older file", published=date(2027, 1, 15))
    assert sudan(before, date(2028, 6, 1)) == [2019, 2021, 2023, 2026]


def test_a_period_that_was_not_over_never_counts(before: Context, tmp_path: Path) -> None:
    load(before, SOURCE, coups(tmp_path / "c.csv", *SUDAN, 2019, 2028), "analyst", replacing="a test says so")
    assert sudan(before, before.now().date()) == [2019]


def test_a_date_that_has_not_come_is_refused(before: Context, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="has not come"):
        load(before, SOURCE, coups(tmp_path / "c.csv", *SUDAN), "analyst", published=date(2030, 1, 1))
    assert [v.name for v in vintages(before.settings.store, SOURCE)] == ["bundled"]


def test_a_vintage_is_found_by_number_or_by_the_head_of_its_name(before: Context, tmp_path: Path) -> None:
    load(before, SOURCE, coups(tmp_path / "c.csv", *SUDAN, 2019), "analyst", replacing="a test says so")
    store = before.settings.store
    assert find(store, SOURCE, "1").name == "bundled"
    assert find(store, SOURCE, "2028-11") == find(store, SOURCE, "2")
    for wrong in ("9", "", "2031", "nothing"):
        with pytest.raises(Misuse, match="vintage of facts_coups"):
            find(store, SOURCE, wrong)
