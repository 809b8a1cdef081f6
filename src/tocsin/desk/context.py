"""The desk's handle on the world: settings, clock, the reader's posts. One place, so that tests can move it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest

from tocsin.core.clock import Clock, SystemClock
from tocsin.core.context import Context
from tocsin.core.errors import Damaged
from tocsin.desk.words import speech
from tocsin.response.register import guard
from tocsin.response.register.drill import clock_of, mark_of
from tocsin.response.register.models import Person
from tocsin.response.register.people import posts_of

_clock: list[Clock] = [SystemClock()]


def use_clock(clock: Clock) -> None:
    """Put the whole desk on another clock: for drills and tests."""
    _clock[0] = clock


def context() -> Context:
    """Return the context of a request: this home, this clock, no progress.

    In a drill the clock may have been moved on from a terminal: the desk is then never earlier than the newest entry.
    """
    return Context(settings=settings.TOCSIN, clock=clock_of(settings.TOCSIN, _clock[0]))


def reader(request: HttpRequest) -> Person | None:
    """Return who is reading; None when nobody is signed in."""
    user = getattr(request, "user", None)
    return user if isinstance(user, Person) else None


def posts_held(request: HttpRequest) -> list[str]:
    """Return the posts the reader holds now, in the directive's order; nobody holds none."""
    person = reader(request)
    return posts_of(person) if person else []


SECTIONS = (
    ("board", "/", "Board", ()),
    ("docket", "/docket", "Docket", (("docket", "/docket", "Questions"), ("messages", "/messages", "Messages"))),
    (
        "reports",
        "/reports",
        "Reports",
        (("reports", "/reports", "To read"), ("new", "/reports/new", "Write"), ("mine", "/reports/mine", "Yours")),
    ),
    (
        "options",
        "/options",
        "Options",
        (
            ("options", "/options", "Catalogue"),
            ("coverage", "/options/coverage", "Coverage"),
            ("proposals", "/options/proposals", "Proposals"),
            ("agendas", "/agendas", "Agendas"),
            ("routes", "/routes", "Routes"),
            ("process", "/process", "Process"),
            ("r2p", "/r2p", "Owed and lawful"),
            ("portfolio", "/portfolio", "Development"),
            ("ideas", "/ideas", "Ideas"),
        ),
    ),
    ("brief", "/brief", "Brief", ()),
    (
        "people",
        "/people",
        "People",
        (
            ("people", "/people", "Posts and rota"),
            ("tools", "/tools", "Tools at hand"),
            ("activities", "/activities", "Who does what where"),
            ("capabilities", "/capabilities", "Offers"),
            ("needs", "/needs", "Needs"),
            ("directive", "/directive", "Directive"),
        ),
    ),
    (
        "track-record",
        "/track-record",
        "Track record",
        (
            ("track-record", "/track-record", "Models"),
            ("forecasts", "/forecasts", "People"),
            ("tripwires", "/tripwires", "Tripwires"),
            ("hub", "/hub", "Hub"),
        ),
    ),
    (
        "accountability",
        "/accountability",
        "Accountability",
        (
            ("accountability", "/accountability", "Answers"),
            ("undertakings", "/undertakings", "Undertakings and gaps"),
            ("documents", "/documents", "Memos and reports"),
            ("pledges", "/pledges", "Pledges"),
            ("legislature", "/legislature", "Legislature"),
            ("sharing", "/sharing", "Sharing"),
        ),
    ),
    (
        "sources",
        "/sources",
        "Sources",
        (
            ("sources", "/sources", "Sources"),
            ("frameworks", "/frameworks", "Frameworks"),
            ("words", "/words", "Words"),
        ),
    ),
    ("ledger", "/ledger", "Ledger", ()),
)
"""The sections of the desk, each with the pages that stand beside its first one: (id, address, label)."""

UNDER = {
    "": "board",
    "places": "board",
    "trace": "docket",
    "bodies": "docket",
    "ack": "docket",
    "checkpoint": "ledger",
    "procedures": "process",
}
"""The first word of an address, where it is no page's own, to the page it belongs to."""


def _standing(page: str) -> str:
    """Return the section in which a page stands."""
    return next((first for first, _, _, pages in SECTIONS if page in (first, *(p[0] for p in pages))), page)


def _stopped() -> str:
    """Return the sentence that stands on every page while nothing may be entered; empty when something may."""
    try:
        stop = guard.stopped(context())
    except Damaged as error:
        stop = error
    except DatabaseError:  # the page says that itself, or was made without the register
        return ""
    return stop.what if stop else ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give every template the time, the navigation and who is reading (a template context processor)."""
    first = request.path.strip("/").split("/")[0]
    here = "sources" if request.path.startswith("/trace/source") else UNDER.get(first, first)
    here = next((id_ for *_, pages in SECTIONS for id_, at, _ in pages if at == request.path), here)
    return {
        "drill": mark_of(settings.TOCSIN),
        "stopped": _stopped(),
        "now": context().now(),
        "sections": SECTIONS,
        "section": _standing(here),
        "here": here,
        "my_posts": posts_held(request),
        "speech": speech(request),
    }
