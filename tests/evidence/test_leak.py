"""The leak test: a future value is planted by retrieval, publication, lag and period, and each time it is found."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.evidence.store import snapshot
from tocsin.evidence.store.known import of
from tocsin.evidence.store.lags import days, ends
from tocsin.evidence.store.leak import leaks
from tocsin.evidence.store.merge import over
from tocsin.evidence.store.vintages import BUNDLED, Vintage

SOURCE, TABLE = "ucdp_prio", "country_year"
TODAY = date(2028, 1, 1)
FIRST = date(2020, 1, 1)


class Made(Vintage):
    """A vintage whose tables are in hand."""

    def table(self, name: str) -> pl.DataFrame:
        return self.record["tables"][name]

    def own(self, name: str) -> pl.DataFrame | None:
        return self.record["own"].get(name)


def frame(rows: dict[tuple[str, int], float]) -> pl.DataFrame:
    """Figures of one indicator, in the columns of the bundled table."""
    columns = snapshot.table(SOURCE, TABLE)
    made = pl.DataFrame(
        [(p, y, "conflict_intensity", v) for (p, y), v in rows.items()],
        schema={c: columns.schema[c] for c in ("place_id", "year", "indicator", "value")},
        orient="row",
    )
    return made.select(columns.columns)


def made(number: int, got: date, published: date | None, own: pl.DataFrame, before: pl.DataFrame) -> Made:
    record: dict[str, Any] = {"own": {TABLE: own}, "tables": {TABLE: over(before, own, TABLE)}}
    if number == 0:
        return Made(SOURCE, BUNDLED, "r0", got, None, own.height, "0", {"tables": {TABLE: own}, "own": {}})
    return Made(SOURCE, f"{number:03d}", f"r{number}", got, published, own.height, str(number), record)


@st.composite
def histories(draw: st.DrawFn) -> list[Made]:
    """A bundled vintage and up to five loads: each of its own values, some with a publisher's date before they came."""
    found: list[Made] = []
    got = FIRST
    for number in range(draw(st.integers(1, 5)) + 1):
        got += timedelta(days=draw(st.integers(1, 500)))
        keys = draw(st.sets(st.tuples(st.sampled_from(["SDN", "MMR", "ETH"]), st.integers(2017, 2027)), min_size=1))
        # No two vintages say the same: a figure names where it is from.
        own = frame({key: 1000.0 * number + i for i, key in enumerate(sorted(keys))})
        back = draw(st.none() | st.integers(1, 900)) if number else None
        before = found[-1].table(TABLE) if found else own.clear()
        found.append(made(number, got, got - timedelta(days=back) if back else None, own, before))
    return found


DAYS = st.dates(date(2018, 1, 1), TODAY)


@given(every=histories(), day=DAYS, hindsight=st.booleans())
@settings(max_examples=40)
def test_what_is_built_as_known_then_holds_nothing_that_was_not(every: list[Made], day: date, hindsight: bool) -> None:
    tables = of(every, SOURCE, day, today=TODAY, hindsight=hindsight).tables
    assert leaks(tables, every, SOURCE, day, today=TODAY, hindsight=hindsight) == []


@given(every=histories(), day=DAYS)
@settings(max_examples=40)
def test_all_that_was_proven_is_there_and_the_newest_stands(every: list[Made], day: date) -> None:
    found = of(every, SOURCE, day, today=TODAY).tables[TABLE]
    held = [v for v in every if v.retrieved_on <= day or (v.name == BUNDLED and day >= TODAY)]
    for row in held[-1].table(TABLE).iter_rows(named=True) if held else []:
        if ends(str(row["year"])) < day:
            value = found.filter(place_id=row["place_id"], year=row["year"])["value"].item()
            assert value >= row["value"], "an older vintage never lies over a newer one"


def _plant(tables: dict[str, pl.DataFrame], row: pl.DataFrame) -> dict[str, pl.DataFrame]:
    whole = tables[TABLE]
    return {TABLE: pl.concat([whole.join(row, on=["place_id", "year", "indicator"], how="anti"), row])}


@given(every=histories(), day=DAYS, data=st.data())
@settings(max_examples=80)
def test_a_planted_future_value_is_found_and_its_rule_named(every: list[Made], day: date, data: st.DataObject) -> None:
    """Whatever figure is taken from whatever vintage: it is found unless it was known, by the rule it breaks."""
    tables = of(every, SOURCE, day, today=TODAY).tables
    vintage = data.draw(st.sampled_from(every))
    own = vintage.table(TABLE) if vintage.name == BUNDLED else vintage.own(TABLE)
    assert own is not None
    row = own.row(data.draw(st.integers(0, own.height - 1)), named=True)
    planted = own.filter(place_id=row["place_id"], year=row["year"])
    end = ends(str(row["year"]))
    found = leaks(_plant(tables, planted), every, SOURCE, day, today=TODAY)
    if end >= day:
        expected = "period"
    elif vintage.retrieved_on <= day or (vintage.name == BUNDLED and day >= TODAY):
        expected = None
    elif vintage.known_on <= day:
        expected = "lag" if end + timedelta(days=days(SOURCE)) > day else None
    else:
        expected = "publication" if vintage.published else "retrieval"
    assert [(f.by, f.key) for f in found] == (
        [(expected, ("conflict_intensity", row["place_id"], row["year"]))] if expected else []
    )


def test_a_value_of_no_vintage_is_found() -> None:
    every = [made(0, FIRST, None, frame({("SDN", 2018): 2.0}), frame({}))]
    found = leaks({TABLE: frame({("SDN", 2018): 1.0})}, every, SOURCE, TODAY, today=TODAY)
    assert [f.by for f in found] == ["no vintage"]
    assert "stands in no vintage" in found[0].sentence


@pytest.mark.parametrize(("counts", "by"), [((0, 0, 0, 0), []), ((1, 0, 0, 1), ["no vintage"])])
def test_a_place_not_named_in_a_counted_month_may_be_zero_and_nothing_else(
    counts: tuple[int, ...], by: list[str]
) -> None:
    table = snapshot.table("ucdp_ged", "country_month").clear()
    names = ["place_id", "month", "state_based_deaths", "non_state_deaths", "one_sided_deaths", "events"]
    schema = {c: table.schema[c] for c in names}

    def month(place: str, *n: int) -> pl.DataFrame:
        row = pl.DataFrame([(place, "2025-03", *n)], schema=schema, orient="row")
        return row.with_columns(release=pl.lit("r"), provisional=pl.lit(True)).select(table.columns)

    said = month("SDN", 5, 0, 0, 1)
    record = {"tables": {"country_month": said}, "own": {}}
    every = [Made("ucdp_ged", BUNDLED, "r", FIRST, None, 1, "0", record)]
    shown = {"country_month": pl.concat([said, month("TGO", *counts)])}
    assert [f.by for f in leaks(shown, every, "ucdp_ged", TODAY, today=TODAY)] == by
