"""The silence of a person never triggers contact with that person: every silence there is, walked to its end.

A tripwire that looks for silence and is not in ``WAYS`` fails the first test, so that a new one has to be walked too.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta

import pytest

from response.docket.desk import by
from response.docket.reports.people import write
from tocsin.catalog import directive
from tocsin.catalog.tripwires import all_tripwires, get
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.months import month_index
from tocsin.response.docket import pings
from tocsin.response.docket.acts import pulse as taking
from tocsin.response.docket.acts.open import receive
from tocsin.response.docket.models import Item, Message
from tocsin.response.docket.reports import stopped
from tocsin.response.docket.tick import tick
from tocsin.response.register import people, pulse
from tocsin.response.register.models import Holding, Person, Ping
from tocsin.response.register.reports.models import Report, Writer
from tocsin.tripwires import Heartbeat, Months, collapse, evaluate, feed, reports_stop, silence

pytestmark = pytest.mark.django_db(transaction=True)
SILENT_KINDS = {"silence", "feed", "collapse", "reports_stop", "office"}
WRITERS = {"nuru": "mission_deputy", "amani": "reserve_reader"}
"""Who reported, and the post each of them holds: an account and a post make them reachable, if anybody looked."""
PLACE = "KEN"


def fire(ctx: Context, tripwire_id: str, series: object, **more: object) -> None:
    """Evaluate a tripwire and take what it gives into the docket, as a run or a pulse does."""
    for firing in evaluate(get(tripwire_id), series, ctx.now(), **more):  # type: ignore[arg-type]
        warning = {**asdict(firing), "warning_id": firing.warning_id, "fired_at": ctx.now()}
        receive(ctx, {**warning, "as_of": f"{ctx.now():%Y-%m-%d}"}, "as of today")


def a_place_goes_dark(ctx: Context, _: FixedClock) -> None:
    first = month_index("2024-01")
    events = {first + i: (10 if i < 12 else 0) for i in range(14)}
    fire(ctx, "silence_place", Months({PLACE: events}, frozenset(events)), threshold=6.5)


def a_feed_is_late(ctx: Context, _: FixedClock) -> None:
    day = timedelta(days=1)
    fire(ctx, "silence_feed", [feed.Sign("x", "X", day, day, ctx.now() - 9 * day)])


def a_feed_is_empty(ctx: Context, _: FixedClock) -> None:
    day = timedelta(days=1)
    fire(ctx, "silence_emptied", [feed.Sign("x", "X", day, day, ctx.now(), emptied=True)])


def a_feed_is_old(ctx: Context, _: FixedClock) -> None:
    day = timedelta(days=1)
    fire(ctx, "silence_old", [feed.Sign("x", "X", day, day, ctx.now(), last_new=ctx.now(), newest="2020")])


def a_source_is_late(ctx: Context, _: FixedClock) -> None:
    fire(ctx, "silence_source", [Heartbeat("y", "Y", True, ctx.now().date() - timedelta(days=99), 30, 30)])


def an_office_is_silent(ctx: Context, clock: FixedClock) -> None:
    pings.ping(ctx, "field", by("operator"))
    clock.move(days=directive.current().office("field").answer_days + 1)
    tick(ctx)
    assert Item.objects.filter(source_id="field").exists()


def nobody_answers_a_finding(ctx: Context, _: FixedClock) -> None:
    today = ctx.now().date()
    asked = {"office": "finding-1", "name": "The desk, on finding 1,", "asked_on": today - timedelta(days=9)}
    fire(ctx, "silence_finding", [{**asked, "answer_by": today - timedelta(days=2), "last_answer": None}])


def reports_stop_coming(ctx: Context, clock: FixedClock) -> None:
    clock.move(days=60)
    tick(ctx)


WAYS: dict[str, Callable[[Context, FixedClock], None]] = {
    "silence_place": a_place_goes_dark,
    "silence_feed": a_feed_is_late,
    "silence_emptied": a_feed_is_empty,
    "silence_old": a_feed_is_old,
    "silence_source": a_source_is_late,
    "silence_office": an_office_is_silent,
    "silence_finding": nobody_answers_a_finding,
    "silence_reports": reports_stop_coming,
}


def test_every_silence_is_walked() -> None:
    assert {t.id for t in all_tripwires().values() if t.kind in SILENT_KINDS} == set(WAYS)


@pytest.fixture
def reported(ctx: Context, clock: FixedClock) -> set[str]:
    """Two people with an account and a post reported on eight days; return the words that would lead to them."""
    people.ensure_operator(ctx)
    for day in range(8):
        write(ctx, f"They were taken away in the night, day {day}.", writer=list(WRITERS)[day % 2], place=PLACE)
        clock.move(days=1)
    for name, post in WRITERS.items():
        Holding.objects.create(person=Person.objects.get(username=name), post=post, since=ctx.now())
    names = {*WRITERS, *Person.objects.filter(username__in=WRITERS).values_list("display_name", flat=True)}
    return {n for n in names if n} | set(Writer.objects.values_list("pseudonym", flat=True))


def test_no_word_goes_to_who_reported_and_none_leads_to_them(
    ctx: Context, clock: FixedClock, reported: set[str]
) -> None:
    for way in WAYS.values():
        way(ctx, clock)
    for _ in range(6):  # until the questions have lapsed and the digests were written
        clock.move(days=7)
        tick(ctx)
    for way in WAYS:
        items = Item.objects.filter(warnings__tripwire_id=way).distinct()
        assert items.exists(), way
        told = Message.objects.filter(item__in=items)
        assert told.exists(), f"somebody is asked about {way}"
        assert not told.filter(to_post__in=WRITERS.values()).exists(), f"and nobody who reported, of {way}"
        said = [f"{m.subject}\n{m.body}" for m in told]
        said += [f"{w.summary} {w.question} {w.because}" for i in items for w in i.warnings.filter(tripwire_id=way)]
        _leads_nowhere(said, reported)
    late = Message.objects.filter(key__contains=".stale")
    for asked in Ping.objects.exclude(stale_at=None):
        inside = pings.posts_of(asked.office)
        assert not late.filter(key__startswith=f"ping-{asked.pk}.", to_post__in=inside).exists(), asked.office
    digests = Message.objects.filter(key__startswith="digest-")
    _leads_nowhere([f"{m.subject}\n{m.body}" for m in (*late, *digests)], reported)


def _leads_nowhere(said: list[str], reported: set[str]) -> None:
    """Nothing said names who reported, or opens what they wrote."""
    for text in said:
        assert not [n for n in reported if n in text], text
        assert "/reports/" not in text
        assert "reports show" not in text
        assert not [r.pk for r in Report.objects.all() if f"eport {r.pk}," in text or f"eport {r.pk}:" in text]


LOOK = (stopped, reports_stop, feed, collapse, silence, taking, pulse)


@pytest.mark.parametrize("module", LOOK, ids=lambda m: m.__name__)
def test_what_looks_for_silence_knows_no_writer(module: object) -> None:
    """Neither the table of writers nor an original is read where a silence is noticed."""
    tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    names |= {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    imported = {a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom | ast.Import) for a in n.names}
    assert not (names | imported) & {"Writer", "Person", "Original", "Opening", "writer", "person", "content", "own"}


def test_how_many_sources_there_were_is_told_to_nobody(ctx: Context, clock: FixedClock, reported: set[str]) -> None:
    [one] = stopped.arrivals(get("silence_reports"), ctx.now())
    assert (one.place_id, one.days, one.sources) == (PLACE, 8, 2)
    reports_stop_coming(ctx, clock)
    for item in Item.objects.all():
        for warning in item.warnings.filter(tripwire_id="silence_reports"):
            assert "source" not in warning.summary
    assert reported
