"""The scorecard: an overseer sees how quickly, how often not, and whether for all alike, and no figure flatters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from response.docket.desk import by, in_days, weighed
from response.oversight.lived import SECRET, live
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.response.docket import acts
from tocsin.response.oversight import entries, escalation
from tocsin.response.oversight.latency import spread
from tocsin.response.oversight.repeats import repeats
from tocsin.response.oversight.scorecard import scorecard
from tocsin.response.oversight.story import Act, Story, stories
from tocsin.response.oversight.summary import summary
from tocsin.tripwires.intervals import median_ranks

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_an_overseer_sees_the_steps_the_lapses_and_who_was_silent(ctx: Context, clock: FixedClock) -> None:
    live(ctx, clock)
    card = scorecard(entries.from_register(), ctx.now())
    steps = {(r["level"], r["step"]): r for r in card["latency"]}
    acknowledged = steps["alert", "opened to acknowledged"]
    assert (acknowledged["n"], acknowledged["done"], acknowledged["running"]) == (3, 2, 1)
    assert acknowledged["values_hours"] == [10.0, 20.0]
    assert acknowledged["median_hours"] is None, "three cases make no median"
    assert "too few" in acknowledged["said"]
    kept = steps["alert", "opened to first commitment kept"]
    assert (kept["n"], kept["done"]) == (2, 1), "where nothing was promised there is nothing to keep"
    posts = {r["post"]: r for r in card["posts"]}
    assert posts["principal"]["lapses_total"] == 2
    assert posts["principal"]["acknowledged"]["n"] == 0, "a post that never answers is on the card"
    assert card["outcomes"]["not_recorded"] == card["items"] == 3


@pytest.mark.django_db
def test_the_open_card_has_rows_for_closed_questions_alone_and_no_reasons(ctx: Context, clock: FixedClock) -> None:
    live(ctx, clock)
    card = scorecard(entries.from_register(), ctx.now(), open_to_all=True)
    assert [r["place_id"] for r in card["escalation"]["places"]] == ["SDN"]
    assert SECRET not in str(card)
    assert "TUR" not in str(card)
    assert card["repeats"] == []
    assert card["repeats_not_shown"] == 1


@pytest.mark.django_db
def test_the_same_reasons_again_are_listed_with_every_entry(ctx: Context, clock: FixedClock) -> None:
    of = live(ctx, clock)
    acts.decide(
        ctx,
        of["TUR"],
        by("principal"),
        kind="decline",
        reasons="Nothing new can be seen from here in W1 at all",
        review_on=in_days(ctx, 30),
        **weighed(of["TUR"], decline=True),
    )
    groups = scorecard(entries.from_register(), ctx.now())["repeats"]
    assert [g["items"] for g in groups] == [[of["SDN"], of["MMR"]]]
    assert len({e["ledger_seq"] for e in groups[0]["entries"]}) == 2


@pytest.mark.django_db
def test_outcomes_dissent_and_reopening_are_read_as_the_docket_writes_them(ctx: Context, clock: FixedClock) -> None:
    of = live(ctx, clock)
    told = "The road was open again and nobody was harmed"
    acts.outcome(ctx, of["SDN"], by("desk_officer"), came="no_onset", evidence=told)
    words = {"claimed_cause": "The envoy may have stopped it", "confidence": "low"}
    acts.outcome(ctx, of["SDN"], by("desk_officer"), came="no_onset_acted", evidence=told, **words)
    said = {"kind": "decline", "reasons": "Nothing new in W1 since then", "review_on": in_days(ctx, 30)}
    acts.decide(ctx, of["TUR"], by("principal"), **said, **weighed(of["TUR"], decline=True))
    acts.dissent(ctx, of["TUR"], by("desk_officer"), reasons="The mission was not asked before this")
    again = acts.reopen(ctx, of["SDN"], by("desk_officer"), reasons="A convoy was seen again on Monday")
    record = entries.from_register()
    rows = {r["decision"]: r for r in scorecard(record, ctx.now())["outcomes"]["rows"]}
    assert (rows["act"]["no_onset_acted"], rows["act"]["no_onset"]) == (1, 0), "the last record of an outcome counts"
    folded = stories(record.entries)
    assert (folded[again.pk].place_id, folded[again.pk].level, folded[again.pk].tier) == ("SDN", "alert", again.tier)
    assert folded[of["SDN"]].closed is not None
    dissent = summary(record, "TUR", ctx)["dissent"]
    assert [d["said"] for d in dissent] == ["The mission was not asked before this"]


def story(number: int, place: str = "SDN", tier: int = 3, reasons: str = "") -> Story:
    opened = Act(number, NOON, "", {})
    told = Story(number, opened, level="alert", place_id=place, tier=tier)
    told.warnings = [opened]
    if reasons:
        told.decided = [Act(100 + number, NOON, "deputies", {"kind": "decline", "reasons": reasons})]
    return told


def test_words_decide_what_repeats_and_numbers_do_not() -> None:
    said = "We have no means on the ground and wait for the mission of item 4 to report"
    told = [story(1, reasons=said), story(2, reasons=said.replace("4", "19").upper()), story(3, reasons="Wait")]
    told += [
        story(4, reasons="The mission reported that the villages are empty and the road is cut"),
        story(5, reasons="wait"),
    ]
    assert [sorted(g.items) for g in repeats(told)] == [[1, 2], [3, 5]]


def test_allies_and_rivals_are_counted_by_the_same_rule() -> None:
    told = [story(1, "FRA", 5), story(2, "TUR", 3), story(3, "RUS", 4), story(4, "SDN", 5), story(5, "CHE", 2)]
    rows = {r["id"]: r for r in escalation.by_alignment(told, host="CHE")}
    assert (rows["nato"]["items"], rows["nato"]["far"]) == (2, 1)
    assert (rows["csto"]["items"], rows["csto"]["far"]) == (1, 1)
    assert (rows["host"]["items"], rows["none"]["items"]) == (1, 1)
    low, high = rows["nato"]["share_interval"]
    assert low < 0.02 and high > 0.98, "two cases say next to nothing, and look it"
    assert escalation.by_alignment([])[0]["share_interval"] is None


@given(st.integers(0, 60))
def test_the_interval_of_a_median_covers_at_least_what_it_says(n: int) -> None:
    ranks = median_ranks(n)
    outside = 2 * sum(comb(n, k) for k in range(ranks[0])) / 2**n if ranks else None
    assert (ranks is None) == (n < 6)
    if outside is not None:
        assert outside <= 0.05
        assert 2 * sum(comb(n, k) for k in range(ranks[0] + 1)) / 2**n > 0.05, "and no wider than it must be"


hours = st.floats(0, 1000)


@given(st.lists(hours, max_size=20), st.lists(hours, max_size=20), st.integers(0, 5))
def test_what_is_not_done_never_makes_it_look_quicker(done: list[float], running: list[float], never: int) -> None:
    alone, all_told = spread(done), spread(done, running, never)
    assert all_told["n"] == len(done) + len(running) + never
    if all_told["median_hours"] is not None and alone["median_hours"] is not None:
        assert all_told["median_hours"] >= alone["median_hours"]
    if len(running) + never > len(done):
        assert all_told["median_hours"] is None


def test_time_on_a_tier_counts_from_when_the_question_came_there() -> None:
    told = story(1)
    told.rungs = [(NOON, 3), (NOON + timedelta(hours=72), 4)]
    assert told.since(NOON + timedelta(hours=80)) == NOON + timedelta(hours=72)
    assert told.since(NOON + timedelta(hours=10)) == NOON
