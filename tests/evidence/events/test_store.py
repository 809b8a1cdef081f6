"""The event store: exactly once, one form in force, the same events as from all reports at once, pages by key."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.evidence.events.told import row, took, worlds

from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Misuse
from tocsin.core.settings import Settings
from tocsin.evidence.events import keep
from tocsin.evidence.events.fuse import Judgement, fuse
from tocsin.evidence.events.judged import hand_over
from tocsin.evidence.events.listing import Asked, page
from tocsin.evidence.events.report import ref_of, report


def in_store(ctx: Context) -> tuple[list[tuple[str, ...]], list[tuple[str, str]]]:
    """Return the store's events and the pairs it asks about, as ``fuse`` gives them."""
    with keep.reading(ctx) as db:
        assert db is not None
        events: dict[int, list[str]] = {}
        for ref, event in db.execute("SELECT ref, event FROM report WHERE replaced_by IS NULL"):
            events.setdefault(event, []).append(ref.hex())
        ref_of_id = {i: ref.hex() for i, ref in db.execute("SELECT id, ref FROM report")}
        asks = [tuple(sorted((ref_of_id[a], ref_of_id[b]))) for a, b in db.execute("SELECT a, b FROM ask")]
    return sorted(tuple(sorted(e)) for e in events.values()), sorted(asks)  # type: ignore[return-value]


def test_a_report_told_again_to_the_letter_is_there_once(ctx: Context) -> None:
    assert took(ctx, row("a"), row("a", "2")).new == 2
    again = took(ctx, row("a", release="r2"), row("a", "2"), row("a", "3"), release="r2")
    assert (again.new, again.same, again.revised) == (1, 2, 0)


def test_of_two_forms_the_one_taken_last_is_in_force_and_both_stay(ctx: Context) -> None:
    took(ctx, row("a", deaths_best=12))
    took(ctx, row("b", deaths_best=12))
    assert took(ctx, row("a", deaths_best=40)).revised == 1
    (event,) = page(ctx, Asked("SDN")).events
    assert (event.said, event.dead) == ([("a", 40), ("b", 12)], (12, 40))
    assert took(ctx, row("a", deaths_best=12)).revised == 1
    assert page(ctx, Asked("SDN")).events[0].said == [("a", 12), ("b", 12)]
    with keep.reading(ctx) as db:
        assert db is not None
        assert db.execute("SELECT count(*) FROM report").fetchone() == (3,)


def test_a_form_with_fewer_dead_is_counted_as_that(ctx: Context) -> None:
    took(ctx, row("a", deaths_best=400), row("a", "2", deaths_best=5))
    told = took(ctx, row("a", deaths_best=0), row("a", "2", deaths_best=9))
    assert (told.revised, told.fewer_dead) == (2, 1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.data())
def test_what_comes_piece_by_piece_makes_the_events_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], data: Any
) -> None:
    home = Context(settings=Settings(home=tmp_path_factory.mktemp("home")))
    order = data.draw(st.permutations(rows))
    first = {**order[0], "deaths_best": 99, "where_text": "Kutum", "date_start": date(2024, 5, 4)}
    took(home, first)  # a form that another replaces
    refs = [ref_of(r["source_id"], None, r["event_id"]) for r in order]
    pair = st.lists(st.sampled_from(refs), min_size=2, max_size=2, unique=True)
    told = data.draw(st.lists(st.tuples(st.sampled_from(["same", "apart"]), pair), max_size=3))
    judged = [Judgement(n, word, *two) for n, (word, two) in enumerate(told, start=1)]
    middle = len(order) // 2
    for one in order[:middle]:
        took(home, one)
    hand_over(home, lambda: judged)
    for one in order[middle:]:
        took(home, one)
    whole = fuse([report(r) for r in rows], judged)
    assert in_store(home) == (whole.events, sorted(whole.unsure))
    hand_over(home, list)
    alone = fuse([report(r) for r in rows])
    assert in_store(home) == (alone.events, sorted(alone.unsure))


def test_pages_go_on_by_key_without_a_gap_or_a_double(ctx: Context) -> None:
    days = [date(2024, 1, 1) + timedelta(days=n // 3) for n in range(40)]
    took(ctx, *(row("a", str(n), date_start=day) for n, day in enumerate(days)))
    seen, before = [], ""
    while True:
        found = page(ctx, Asked("SDN", before=before, size=7))
        seen += [e.ref for e in found.events]
        before = found.next
        if not before:
            break
    assert len(seen) == len(set(seen)) == 40


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"kind": "one_sided"}, {"1", "3"}),
        ({"source": "b"}, {"3"}),
        ({"deaths": 40}, {"2"}),
        ({"first": date(2024, 5, 4)}, {"2", "3"}),
        ({"last": date(2024, 5, 3)}, {"1"}),
        ({"words": "kutum"}, {"2"}),
        ({"words": "الفاشر"}, {"3"}),
        ({"words": "သတင်း"}, {"1"}),
        ({"words": "nowhere"}, set()),
        ({"source": "none_of_ours"}, set()),
    ],
)
def test_a_list_is_narrowed(ctx: Context, asked: dict[str, Any], ids: set[str]) -> None:
    took(
        ctx,
        row("a", "1", title="သတင်းစာ"),
        row("a", "2", date_start=date(2024, 6, 1), kind="state_based", deaths_best=50, where_text="Kutum"),
    )
    took(ctx, row("b", "3", date_start=date(2024, 7, 1), where_text="الفاشر"))
    refs = {ref_of("b" if n == "3" else "a", None, n) for n in ids}
    assert {e.ref for e in page(ctx, Asked("SDN", **asked)).events} == refs


@pytest.mark.parametrize("asked", [{"before": "x"}, {"before": "1.1; DROP"}, {"kind": "war"}])
def test_a_list_asked_for_wrongly_is_refused(ctx: Context, asked: dict[str, Any]) -> None:
    with pytest.raises(Misuse):
        page(ctx, Asked("SDN", **asked))


def test_a_point_near_a_border_stands_on_both_pages_and_says_so(ctx: Context) -> None:
    took(ctx, row("a", place_id=None, latitude=13.45, longitude=22.45))
    for place in ("SDN", "TCD"):
        (event,) = page(ctx, Asked(place)).events
        assert event.place_open
    took(ctx, row("a", "2", place_id=None, latitude=15.5, longitude=32.5))
    assert [e.place_open for e in page(ctx, Asked("SDN")).events] == [False, True]


def test_a_reader_cannot_write_and_a_file_that_is_none_is_damaged(ctx: Context) -> None:
    took(ctx, row("a"))
    with keep.reading(ctx) as db, pytest.raises(sqlite3.OperationalError):
        assert db is not None
        db.execute("DELETE FROM report")
    keep.path(ctx).write_bytes(b"not a database" * 100)
    with pytest.raises(Damaged):
        page(ctx, Asked("SDN"))
