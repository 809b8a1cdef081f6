"""Reporting that collapses: what fires, what one cause makes one of, and that a gap is judged by nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.tripwires import get, shipped_backtest
from tocsin.core.months import month_index, month_text
from tocsin.tripwires import Months, Unable, collapse, evaluate
from tocsin.tripwires.facts import Facts
from tocsin.tripwires.lulls import Lulls

RULE = get("silence_place")
PARAMS = collapse.params_of(RULE)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIRST = month_index("2024-01")
MARK = 6.0
STEADY = [10] * 12


def world(**places: list[int | None]) -> Months:
    """Events by month from 2024-01; None: the place has no figure in a month that was counted."""
    length = max(map(len, places.values()))
    deaths = {p: {FIRST + i: n for i, n in enumerate(row) if n is not None} for p, row in places.items()}
    return Months(deaths=deaths, known=frozenset(range(FIRST, FIRST + length)))


def fired(series: Months, facts: Facts | None = None) -> list[tuple[str | None, str]]:
    return [(f.place_id or f.source_id, f.period) for f in evaluate(RULE, series, NOW, threshold=MARK, facts=facts)]


def test_two_months_at_a_fraction_of_the_middle_month_fire_once_and_as_long_as_they_last() -> None:
    assert fired(world(SDN=[*STEADY, 10, 1])) == []
    assert fired(world(SDN=[*STEADY, 1, 1])) == [("SDN", "2025-02")]
    assert fired(world(SDN=[*STEADY, 1, 1, 0, 2])) == [("SDN", "2025-02")], "the same lull is the same warning"
    assert fired(world(SDN=[*STEADY, 1, 1, 9, 9])) == [], "what came back is no silence"
    [firing] = evaluate(RULE, world(SDN=[*STEADY, 1, 2]), NOW, threshold=MARK)
    assert firing.kind == "silence"
    assert "1.5 events a month from 2025-01 to 2025-02, against 10" in firing.summary
    assert "no calm" in firing.summary


def test_a_place_without_a_figure_in_a_counted_month_is_a_place_without_a_report() -> None:
    series = world(SDN=[*STEADY, None, None], TCD=[*STEADY, 9, 9])
    assert fired(series) == [("SDN", "2025-02")]
    [firing] = evaluate(RULE, series, NOW, threshold=MARK)
    assert "(2 months without a figure)" in firing.summary


def test_a_month_that_nobody_counted_is_judged_by_nobody() -> None:
    whole = world(SDN=[*STEADY, 1, 1, 1, 1])
    dark = whole.known - {FIRST + 14}
    holed = Months({p: {m: n for m, n in d.items() if m in dark} for p, d in whole.deaths.items()}, dark)
    assert fired(holed) == [("SDN", "2025-02")], "the newest two months in a row are judged"
    gone = whole.known - {FIRST + 14, FIRST + 12}
    with pytest.raises(Unable, match="in a row were counted"):
        fired(Months({"SDN": dict.fromkeys(gone, 1)}, gone))
    with pytest.raises(Unable, match="is known"):
        fired(Months({}, frozenset()))


def test_a_state_that_was_dissolved_has_not_gone_dark() -> None:
    start = month_index("1991-12")
    deaths = {"CSK": {start + i: 10 for i in range(13)}, "TCD": {start + i: 10 for i in range(15)}}
    series = Months(deaths, frozenset(range(start, start + 15)))
    assert fired(series) == []


def test_many_places_at_once_are_one_cause() -> None:
    quiet = {p: [*STEADY, 0, 0] for p in ("SDN", "TCD", "MMR", "NGA", "COD", "ETH")}
    [firing] = evaluate(RULE, world(**quiet), NOW, threshold=MARK)
    assert (firing.place_id, firing.source_id, firing.period) == (None, "ucdp_ged", "2025-02")
    assert "6 places" in firing.summary
    assert {b.row.split()[1] for b in firing.because} == set(quiet)
    few = dict(list(quiet.items())[: PARAMS.most_at_once])
    assert len(fired(world(**few))) == PARAMS.most_at_once


def test_the_end_of_a_killing_on_record_is_said_and_silences_nothing() -> None:
    series = world(SDN=[*STEADY, 1, 1])
    over = Facts(onsets={}, spells={"SDN": ((2003, 2024),)}, last_year=2025, release="2025")
    [firing] = evaluate(RULE, series, NOW, threshold=MARK, facts=over)
    assert "By the record a mass killing there ended in 2024" in firing.summary
    [said] = [b for b in firing.because if b.source_id == "facts_mass_killing"]
    assert (said.row, said.vintage) == ("mass_killings: SDN", "2025"), "it opens into the list it is from"
    running = Facts(onsets={}, spells={"SDN": ((2003, 2024), (2023, None))}, last_year=2025)
    [firing] = evaluate(RULE, series, NOW, threshold=MARK, facts=running)
    assert "No end of a killing there is on record" in firing.summary


rows = st.lists(st.integers(0, 60), min_size=14, max_size=30)


@given(rows, st.integers(0, 60), st.floats(2, 40))
def test_fewer_reports_now_never_make_it_quieter(past: list[int], cut: int, mark: float) -> None:
    """No data never lowers an alarm: what is reported less, or not at all, fires if more did."""
    newest = len(past) - 1
    series = world(SDN=list(past))
    thinner = world(SDN=[*past[:-1], min(past[-1], cut)], TCD=[1] * len(past))
    without = world(SDN=[*past[:-1], None], TCD=[1] * len(past))
    before = collapse.judge(PARAMS, series, "SDN", FIRST + newest)
    for after in (thinner, without):
        now = collapse.judge(PARAMS, after, "SDN", FIRST + newest)
        assert (before is None) == (now is None)
        if before is not None and now is not None:
            assert now.fall >= before.fall
            assert not before.fall >= mark or now.fall >= mark


counted = st.lists(st.one_of(st.none(), st.integers(0, 12)), min_size=40, max_size=60)


@given(counted, counted)
def test_what_is_left_out_of_the_look_never_had_anything_to_fall_from(
    one: list[int | None], two: list[int | None]
) -> None:
    """Months passed over unseen are months that would have been judged to be no fall."""
    series = world(SDN=one, TCD=[*two, *[1] * (len(one) - len(two))])
    last = FIRST + max(len(one), len(two)) - 1
    every = [(p, m) for p in ("SDN", "TCD") for m in range(FIRST, last + 1)]
    judged = [collapse.judge(PARAMS, series, p, m) for p, m in every]
    reached = [fall for fall in judged if fall is not None and fall.fall >= PARAMS.grid.first]
    assert collapse.falls(PARAMS, series, first=FIRST, last=last) == reached


def test_the_back_test_counts_what_came_back() -> None:
    """A lull that ended, one that lasted, one that is not over: hit, false alarm, undecided."""
    back, gone = [*STEADY, 0, 0, *[10] * 16], [*STEADY, 0, 0, *[0] * 16]
    late = [*[10] * 26, *[0] * 4]
    series = world(SDN=back, LKA=gone, MMR=late)
    whole = Lulls(RULE, series, Facts({}, {}, 2025), max(series.known))
    told = {x.first.place_id: whole.outcome(x) for x in whole.fired(MARK)[0]}
    assert {p: t["outcome"] for p, t in told.items()} == {"SDN": "hit", "LKA": "false alarm", "MMR": "undecided"}
    assert told["SDN"]["onset"] == "2025-04"
    assert told["SDN"]["lead_days"] == 61
    assert told["SDN"]["after"] == "violence was back"
    # A mark that no fall reaches misses the one that came back.
    assert whole.errors(MARK) == (1, 0)
    assert whole.errors(1000.0) == (0, 1)
    assert whole.of("SDN", month_index("2025-02"))["outcome"] == "hit"
    assert whole.of("SDN", month_index("2024-06"))["outcome"] == "undecided", "months no longer show it"


def test_the_shipped_figures_say_how_often_the_quiet_lasted() -> None:
    """On the bundled months; the whole of it is computed anew with the other back-tests."""
    figures = shipped_backtest(RULE)
    assert figures is not None
    assert figures["threshold"] == 6.5
    judged = figures["hits"] + figures["false_alarms"]
    assert figures["share_that_came_true"] == round(figures["hits"] / judged, 3)
    assert figures["firings_per_year"] <= PARAMS.most_per_year
    assert [o["month"] for o in figures["of_the_source"]] == ["2020-02"]
    assert month_text(month_index(PARAMS.choose_last) + 1) == figures["scored_on"]["first"]
