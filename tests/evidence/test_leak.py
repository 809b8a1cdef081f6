"""The leak test: a future value is planted by retrieval, publication, lag and period, and each time it is found.

It is planted in every table that a panel is made of. When a period ended, and how long its lag is, is written out here
(``CASES``, ``ended_on``): neither the tables nor the guard over them is asked.
"""

from __future__ import annotations

import tempfile
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.settings import Settings
from tocsin.evidence.indicators.schema import table
from tocsin.evidence.indicators.seen import of_place
from tocsin.evidence.store import lags, snapshot
from tocsin.evidence.store.files import keep_table, write_json
from tocsin.evidence.store.known import of
from tocsin.evidence.store.leak import Leak, leaks
from tocsin.evidence.store.merge import KEYS, over
from tocsin.evidence.store.vintages import BUNDLED, Vintage

TODAY = date(2028, 1, 1)
FIRST = date(2020, 1, 1)
Row = dict[str, Any]


class Made(Vintage):
    """A vintage whose tables are in hand."""

    def table(self, name: str) -> pl.DataFrame:
        return self.record["tables"][name]

    def own(self, name: str) -> pl.DataFrame | None:
        return self.record["own"].get(name)


def ended_on(period: object) -> date:
    """The last day of a year or a month, written out."""
    text = str(period)
    if len(text) == 4:
        return date(int(text), 12, 31)
    year, month = int(text[:4]), int(text[5:])
    return date(year, month, monthrange(year, month)[1])


@dataclass(frozen=True)
class Case:
    """One table: of which source, with which lag, and how a row says a place, a period and a number."""

    source: str
    table: str
    lag: int
    period: str
    row: Callable[[str, int, int], Row]

    def frame(self, rows: list[Row]) -> pl.DataFrame:
        """The rows in the columns of the bundled table."""
        columns = snapshot.table(self.source, self.table)
        made = pl.DataFrame(rows, schema={c: columns.schema[c] for c in rows[0]} if rows else columns.schema)
        absent = [pl.lit(None, dtype=t).alias(c) for c, t in columns.schema.items() if c not in made.columns]
        return made.with_columns(absent).select(columns.columns)


def killing(place: str, year: int, number: int) -> Row:
    """A killing that began in a year; every third goes on, the others end up to three years later."""
    end = None if number % 3 == 0 else year + number % 4
    return {"place_id": place, "start_year": year, "end_year": end, "led_by": "state" if number % 2 else "other",
            "in_window": True}  # fmt: skip


def month(place: str, year: int, number: int) -> Row:
    counts = {"state_based_deaths": number + 1, "non_state_deaths": 0, "one_sided_deaths": 0, "events": 1}
    return {"place_id": place, "month": f"{year}-{number % 12 + 1:02d}", **counts, "release": "r", "provisional": True}


CASES = [
    Case("ucdp_prio", "country_year", 181, "year",
         lambda p, y, n: {"place_id": p, "year": y, "indicator": "conflict_intensity", "value": float(n)}),
    Case("worldbank", "country_year", 547, "year",
         lambda p, y, n: {"place_id": p, "year": y, "indicator": "SP.DYN.IMRT.IN", "value": float(n)}),
    Case("ucdp_ged", "country_month", 31, "month", month),
    Case("facts_coups", "coups", 31, "year", lambda p, y, n: {"place_id": p, "year": y}),
    Case("facts_mass_killing", "mass_killings", 243, "start_year", killing),
]  # fmt: skip
EVERY = pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.source}-{c.table}")


def made(case: Case, number: int, got: date, published: date | None, own: pl.DataFrame, before: pl.DataFrame) -> Made:
    name = case.table
    if number == 0:
        return Made(case.source, BUNDLED, "r0", got, None, own.height, "0", {"tables": {name: own}, "own": {}})
    record = {"own": {name: own}, "tables": {name: over(before, own, name)}}
    return Made(case.source, f"{number:03d}", f"r{number}", got, published, own.height, str(number), record)


@st.composite
def histories(draw: st.DrawFn, case: Case) -> list[Made]:
    """A bundled vintage and up to five loads: each of its own values, some with a publisher's date before they came."""
    found: list[Made] = []
    got = FIRST
    for number in range(draw(st.integers(1, 5)) + 1):
        got += timedelta(days=draw(st.integers(1, 500)))
        keys = draw(st.sets(st.tuples(st.sampled_from(["SDN", "MMR", "ETH"]), st.integers(2017, 2027)), min_size=1))
        # Where a row holds a number no two vintages say the same: a figure names where it is from.
        own = case.frame([case.row(p, y, 1000 * number + i) for i, (p, y) in enumerate(sorted(keys))])
        back = draw(st.none() | st.integers(1, 900)) if number else None
        before = found[-1].table(case.table) if found else own.clear()
        found.append(made(case, number, got, got - timedelta(days=back) if back else None, own, before))
    return found


DAYS = st.dates(date(2018, 1, 1), TODAY)


def own_of(vintage: Made, case: Case) -> pl.DataFrame:
    """What a vintage itself says."""
    own = vintage.table(case.table) if vintage.name == BUNDLED else vintage.own(case.table)
    assert own is not None
    return own


def says(vintage: Made, case: Case, row: Row) -> bool:
    """Whether a vintage says a row; a killing whose end is left open is said by whatever names it."""
    asked = {c: v for c, v in row.items() if c not in ("cite", "release", "provisional")}
    if asked.get("end_year", 0) is None:
        del asked["end_year"]
    rows = own_of(vintage, case).iter_rows(named=True)
    return any(all(r[c] == v for c, v in asked.items()) for r in rows)


def expected(every: list[Made], case: Case, row: Row, day: date) -> str | None:
    """The rule that a row breaks on a day; None where it was known. From the dates alone."""
    ends = [ended_on(row[case.period]), *([ended_on(row["end_year"])] if row.get("end_year") else [])]
    if any(end >= day for end in ends):
        return "period"
    holders = [v for v in every if says(v, case, row)]
    if any(v.retrieved_on <= day or (v.name == BUNDLED and day >= TODAY) for v in holders):
        return None
    if any(v.published and v.published <= day for v in holders):
        return "lag" if any((day - end).days < case.lag for end in ends) else None
    first = min(holders, key=lambda v: min(v.retrieved_on, v.published or v.retrieved_on))
    return "publication" if first.published else "retrieval"


@EVERY
@given(data=st.data(), day=DAYS, hindsight=st.booleans())
@settings(max_examples=25)
def test_what_is_built_as_known_then_holds_nothing_that_was_not(
    case: Case, data: st.DataObject, day: date, hindsight: bool
) -> None:
    every = data.draw(histories(case))
    tables = of(every, case.source, day, today=TODAY, hindsight=hindsight).tables
    assert leaks(tables, every, case.source, day, today=TODAY, hindsight=hindsight) == []
    if not hindsight:
        rows = tables[case.table].iter_rows(named=True)
        assert [r for r in rows if expected(every, case, r, day)] == [], "by the dates alone"


@EVERY
@given(data=st.data(), day=DAYS)
@settings(max_examples=15)
def test_all_that_was_proven_is_there_and_the_newest_stands(case: Case, data: st.DataObject, day: date) -> None:
    every = data.draw(histories(case))
    found = of(every, case.source, day, today=TODAY).tables[case.table]
    held = [v for v in every if v.retrieved_on <= day or (v.name == BUNDLED and day >= TODAY)]
    if not held or any(v.published and v not in held and v.published <= day for v in every):
        return  # a newer file that its date lets count may replace a list, or a month, whole
    keys = set(found.select(KEYS[case.table]).rows())
    for row in held[-1].table(case.table).iter_rows(named=True):
        if ended_on(row[case.period]) < day:
            assert tuple(row[k] for k in KEYS[case.table]) in keys
    if "value" in found.columns:
        last = {(r["place_id"], r["year"]): r["value"] for r in held[-1].table(case.table).iter_rows(named=True)}
        assert all(r["value"] == last[r["place_id"], r["year"]] for r in found.iter_rows(named=True))


def planted(tables: dict[str, pl.DataFrame], row: pl.DataFrame, name: str) -> dict[str, pl.DataFrame]:
    return {name: pl.concat([tables[name].join(row, on=KEYS[name], how="anti"), row])}


@EVERY
@given(data=st.data(), day=DAYS)
@settings(max_examples=40)
def test_a_planted_future_value_is_found_and_its_rule_named(case: Case, data: st.DataObject, day: date) -> None:
    """Whatever figure is taken from whatever vintage: it is found unless it was known, by the rule it breaks."""
    every = data.draw(histories(case))
    tables = of(every, case.source, day, today=TODAY).tables
    own = own_of(data.draw(st.sampled_from(every)), case)
    at = data.draw(st.integers(0, own.height - 1))
    row = own.row(at, named=True)
    found = leaks(planted(tables, own.slice(at, 1), case.table), every, case.source, day, today=TODAY)
    rule = expected(every, case, row, day)
    assert [(f.by, f.key) for f in found] == ([(rule, tuple(row[k] for k in KEYS[case.table]))] if rule else [])


@EVERY
@pytest.mark.parametrize("rule", ["period", "lag"])
def test_a_builder_that_takes_every_period_for_known_is_caught(case: Case, rule: str) -> None:
    """The guard does not ask the code it guards: with that broken, what it lets through is found."""
    future = TODAY.year + 3 if rule == "period" else TODAY.year - 2
    day = date(TODAY.year + 1, 1, 1) if rule == "period" else date(TODAY.year - 1, 1, 15)
    before = case.frame([case.row("SDN", 2017, 12)])
    own = case.frame([case.row("MMR", future, 24 if case.table == "mass_killings" else 23)])  # under way; in December
    got = FIRST if rule == "period" else TODAY
    every = [
        made(case, 0, FIRST, None, before, before.clear()),
        made(case, 1, got, date(TODAY.year - 1, 1, 2) if rule == "lag" else None, own, before),
    ]

    def found() -> list[Leak]:
        tables = of(every, case.source, day, today=date(2040, 1, 1)).tables
        return leaks(tables, every, case.source, day, today=date(2040, 1, 1))

    assert found() == []
    with patch.object(lags, "_known", lambda *_: True):
        assert [f.by for f in found()] == [rule]


@EVERY
def test_on_its_last_day_a_period_is_not_over_and_on_the_next_it_is(case: Case) -> None:
    own = case.frame([case.row("SDN", 2024, 12)])
    every = [made(case, 0, FIRST, None, own, own.clear())]
    last = ended_on(own[case.period][0])
    known = {n: of(every, case.source, last + timedelta(days=n), today=TODAY).tables[case.table] for n in (0, 1)}
    assert [t.height for t in known.values()] == [0, 1]
    for n, rule in ((0, ["period"]), (1, [])):
        day = last + timedelta(days=n)
        assert [f.by for f in leaks({case.table: own}, every, case.source, day, today=TODAY)] == rule


@EVERY
def test_the_lags_written_out_here_are_those_declared(case: Case) -> None:
    assert lags.days(case.source, "SP.DYN.IMRT.IN" if case.source == "worldbank" else "") == case.lag


@given(came=st.lists(st.integers(0, 60), min_size=1, max_size=4, unique=True), day=st.integers(-5, 70), data=st.data())
@settings(max_examples=12)
def test_a_figure_beside_the_panel_is_known_from_the_day_it_came_and_was_published(
    came: list[int], day: int, data: st.DataObject
) -> None:
    """Indicators are in no panel, and a period ahead of its day is a projection: the day it came is what counts."""
    begun = datetime(2026, 3, 1, 12, tzinfo=UTC)
    clock = FixedClock(begun)
    with tempfile.TemporaryDirectory() as folder:
        ctx = Context(settings=Settings(home=Path(folder)), clock=clock)
        stated = {n: data.draw(st.none() | st.integers(-10, 80)) for n in sorted(came)}
        for number, n in enumerate(sorted(came)):
            clock.at = begun + timedelta(days=n)
            out = None if stated[n] is None else (begun + timedelta(days=stated[n])).date()  # type: ignore[arg-type]
            _lay(ctx, number + 1.0, out)
        clock.at = begun + timedelta(days=100)
        asked = (begun + timedelta(days=day)).date()
        here = [n for n in sorted(came) if n <= day]
        newest = here[-1] if here else None
        out_by = newest is not None and (stated[newest] is None or stated[newest] <= day)  # type: ignore[operator]
        expected_ = [float(sorted(came).index(newest) + 1)] if newest is not None and out_by else []
        assert [f.value for f in of_place(ctx, "SDN", asked).figures] == expected_


def _lay(ctx: Context, value: float, out: date | None) -> None:
    """Lay one figure in the store as a load of a source of indicators."""
    row = {"place_id": "SDN", "period": "2025", "indicator": "INN", "value": value, "published": out}
    frame = pl.DataFrame([row], schema_overrides={"published": pl.Date})
    at = f"{ctx.now():%Y-%m-%dT%H:%M:%SZ}"
    folder = ctx.settings.store / "hdx_hapi" / "loads" / at.replace(":", "")
    entry = keep_table(folder, "indicators", table(frame))
    record = {"source": "hdx_hapi", "release": "r", "retrieved_at": at, "sha256": str(value)}
    write_json(folder / "load.json", {**record, "tables": {"indicators": entry}})


def test_a_value_of_no_vintage_is_found() -> None:
    case = CASES[0]
    true, false = (case.frame([case.row("SDN", 2018, n)]) for n in (2, 1))
    every = [made(case, 0, FIRST, None, true, true.clear())]
    found = leaks({case.table: false}, every, case.source, TODAY, today=TODAY)
    assert [f.by for f in found] == ["no vintage"]
    assert "stands in no vintage" in found[0].sentence


@pytest.mark.parametrize(("counts", "by"), [((0, 0, 0, 0), []), ((1, 0, 0, 1), ["no vintage"])])
def test_a_place_not_named_in_a_counted_month_may_be_zero_and_nothing_else(
    counts: tuple[int, ...], by: list[str]
) -> None:
    table = snapshot.table("ucdp_ged", "country_month").clear()
    names = ["place_id", "month", "state_based_deaths", "non_state_deaths", "one_sided_deaths", "events"]
    schema = {c: table.schema[c] for c in names}

    def counted(place: str, *n: int) -> pl.DataFrame:
        row = pl.DataFrame([(place, "2025-03", *n)], schema=schema, orient="row")
        return row.with_columns(release=pl.lit("r"), provisional=pl.lit(True)).select(table.columns)

    said = counted("SDN", 5, 0, 0, 1)
    record = {"tables": {"country_month": said}, "own": {}}
    every = [Made("ucdp_ged", BUNDLED, "r", FIRST, None, 1, "0", record)]
    shown = {"country_month": pl.concat([said, counted("TGO", *counts)])}
    assert [f.by for f in leaks(shown, every, "ucdp_ged", TODAY, today=TODAY)] == by
