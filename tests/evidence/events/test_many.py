"""Thousands of much the same: a load that does not hang, an event of many reports, and a queue that can be answered."""

from __future__ import annotations

from typing import Any

import pytest
from tests.evidence.events.told import row, table, took

from tocsin.core.context import Context
from tocsin.evidence.events import compare, crowd, keep, one
from tocsin.evidence.events.listing import Asked, page
from tocsin.evidence.events.said import found
from tocsin.evidence.events.take import take


def test_beyond_a_number_reports_of_one_source_are_listed_and_not_compared(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "MOST_SAID", 10)
    asked = 0
    bar = compare.bar

    def counted(*given: Any) -> str:
        nonlocal asked
        asked += 1
        return bar(*given)

    monkeypatch.setattr("tocsin.evidence.events.fuse.bar", counted)
    told = table(*(row("event_list", str(n), said_by=f"voice {n}") for n in range(40)))
    done = take(ctx, told, source_id="event_list", release="r", sha256="0" * 64)
    assert (done.new, done.crowded) == (40, 30)
    assert asked == 10 * 9 // 2, "the others are compared with none"
    (issue,) = found(done, "r")
    assert "30 reports are listed and not compared" in issue.message
    assert len(page(ctx, Asked("SDN")).events) == 31
    alone = [one.event(ctx, e.ref) for e in page(ctx, Asked("SDN")).events]
    assert sum("too many reports" in s.rows[0]["alone"] for s in alone if s) == 30
    took(ctx, row("b"))
    assert max(len(e.said) for e in page(ctx, Asked("SDN")).events) == 11, "another source is compared as ever"


def test_an_event_of_many_reports_is_shown_page_by_page(ctx: Context) -> None:
    told = table(*(row("event_list", str(n), said_by=f"voice {n:02d}", deaths_best=10 + n) for n in range(45)))
    take(ctx, told, source_id="event_list", release="r", sha256="0" * 64)
    (event,) = page(ctx, Asked("SDN")).events
    assert len(event.said) == 45
    shown = one.event(ctx, event.ref)
    assert shown is not None
    assert (shown.reports, len(shown.rows), shown.pairs) == (45, 20, 45 * 44 // 2)
    assert len(shown.why) <= 20
    assert len(next(d for d in shown.differences if d.what == "dead").said) == 45, "differences are of all"
    rest = one.event(ctx, event.ref, start=40)
    assert rest is not None
    assert [r["voice"] for r in rest.rows] == [f"event_list/voice {n}" for n in range(40, 45)]
    refs, beside = one.others(ctx, shown.rows[0]["ref"])
    assert len(refs) == len(beside) == 44


def test_of_many_that_are_near_a_person_is_asked_about_the_best(ctx: Context) -> None:
    took(ctx, row("a"))
    took(ctx, *(row("b", str(n)) for n in range(30)))
    found, _, many = one.queue(ctx)
    assert many == 2
    from tocsin.evidence.events.fuse import Judgement
    from tocsin.evidence.events.judged import hand_over

    first = found[0].beside
    hand_over(ctx, lambda: [Judgement(1, "apart", first.one, first.other)])
    again, _, many = one.queue(ctx)
    assert many == 2, "the next comes up"
    assert (first.one, first.other) not in {(w.beside.one, w.beside.other) for w in again}
    with keep.reading(ctx) as db:
        assert db is not None
        assert db.execute("SELECT count(*) FROM pair").fetchone() == (60,)
