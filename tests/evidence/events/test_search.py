"""Search by words: what it finds is what a look at every line finds, page by page, now and as known then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.evidence.events.told import row, took, worlds

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.settings import Settings
from tocsin.evidence.events import codes, lookup
from tocsin.evidence.events.fuse import Judgement
from tocsin.evidence.events.judged import hand_over
from tocsin.evidence.events.listing import Asked, Event, page
from tocsin.evidence.events.one import event
from tocsin.evidence.events.report import ref_of

START = datetime(2024, 6, 1, 12, tzinfo=UTC)


def every(ctx: Context, asked: Asked) -> list[Event]:
    """Return all pages, one after the other."""
    found, before = [], ""
    while True:
        shown = page(ctx, replace(asked, before=before))
        found += shown.events
        before = shown.next
        if not before:
            return found


def has(ctx: Context, one: Event, words: str, as_of: date | None) -> bool:
    """Tell whether a report of an event has every word."""
    shown = event(ctx, one.ref, as_of=as_of)
    assert shown is not None
    said = ("title", "where_text", "admin1", "actor_a", "actor_b", "event_id")
    each = [set(codes.words(" ".join(r[c] for c in said if r[c]))) for r in shown.rows]
    return any(set(codes.words(words)) <= there for there in each)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.data())
def test_search_finds_what_a_look_at_every_line_finds(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], data: Any
) -> None:
    clock = FixedClock(START)
    ctx = Context(settings=Settings(home=tmp_path_factory.mktemp("home")), clock=clock)
    patch = pytest.MonkeyPatch()
    for name, few in (("LOOKED", 3), ("FOUND", 2), ("STEP", 2), ("OFTEN", 2)):
        patch.setattr(lookup, name, few)
    refs = [ref_of(r["source_id"], None, r["event_id"]) for r in rows]
    then: list[tuple[list[Event], list[Event]]] = []
    asked = Asked(
        "SDN", words=data.draw(st.sampled_from(["shelling", "el fasher", "kutum market", "rsf", "3"])), size=2
    )
    try:
        for n, one in enumerate(rows):
            took(ctx, one)
            if n % 3 == 2:  # told otherwise later, and judged: events move from day to day
                took(ctx, {**rows[n - 1], "date_start": date(2024, 5, 2), "where_text": "Kutum"})
                hand_over(ctx, lambda: [Judgement(1, "same", refs[0], refs[1])])
            then.append((every(ctx, Asked("SDN", size=5)), every(ctx, asked)))
            clock.move(days=1)
        for n, (lines, found) in enumerate(then):
            day = (START + timedelta(days=n)).date()
            assert every(ctx, Asked("SDN", size=5, as_of=day)) == lines, "as known then is what was shown then"
            assert every(ctx, replace(asked, as_of=day)) == found
            assert found == [e for e in lines if has(ctx, e, asked.words, day)]
    finally:
        patch.undo()


def test_a_day_full_of_one_word_is_gone_through_page_by_page(ctx: Context) -> None:
    took(ctx, *(row("a", str(n)) for n in range(130)))
    found = every(ctx, Asked("SDN", words="shelling", size=20))
    assert len({e.ref for e in found}) == len(found) == 130


def test_as_known_before_anything_came_there_is_nothing(ctx: Context) -> None:
    took(ctx, row("a"))
    before = ctx.now().date() - timedelta(days=1)
    assert page(ctx, Asked("SDN", as_of=before)).events == []
    assert page(ctx, Asked("SDN", words="shelling", as_of=before)).events == []
    ref = page(ctx, Asked("SDN")).events[0].ref
    assert event(ctx, ref, as_of=before) is None


def test_between_where_a_walk_ends_and_where_the_words_were_read_to_nothing_is_left_out(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, few in (("LOOKED", 3), ("FOUND", 2), ("STEP", 2), ("OFTEN", 2)):
        monkeypatch.setattr(lookup, name, few)
    took(ctx, *(row("a", f"{n:02d}", deaths_best=50 if n in (1, 8) else 1) for n in range(1, 13)))
    found = every(ctx, Asked("SDN", words="shelling market", deaths=40, size=2))
    assert {e.ref for e in found} == {ref_of("a", None, "01"), ref_of("a", None, "08")}
