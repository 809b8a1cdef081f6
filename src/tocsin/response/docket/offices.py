"""Offices as they are shown: whether each answers, who sits in it; and who is on duty for a place and a topic."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tocsin.catalog import directive
from tocsin.catalog.directive import Office
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.response.docket import letters, pings
from tocsin.response.register import covers
from tocsin.response.register.contacts import may_see
from tocsin.response.register.models import Holding, Ping
from tocsin.response.register.people import OPERATOR, Actor

FRESH, ASKED, STALE, NEVER, EMPTY = "fresh", "asked", "stale", "never asked", "nobody there"


def listing(ctx: Context) -> list[dict[str, Any]]:
    """Return every office with its state, the words for it, its posts and when it is asked next."""
    return [_office(ctx, office) for office in directive.current().offices]


def _office(ctx: Context, office: Office) -> dict[str, Any]:
    posts = pings.posts_of(office.id)
    last = Ping.objects.filter(office=office.id).order_by("id").last()
    before = Ping.objects.filter(office=office.id).exclude(answered_at=None).order_by("answered_at").last()
    named = Holding.objects.filter(post__in=posts, until=None, person__is_active=True)
    staffed = named.exclude(person__username=OPERATOR).exists()
    if last is not None and last.answered_at is None:
        state = STALE if last.stale_at else ASKED
        said = (
            f"asked on {last.asked_at:%Y-%m-%d}, silent past its day; a successor is asked for"
            if last.stale_at
            else f"asked on {last.asked_at:%Y-%m-%d}, to answer by {letters.until(last.answer_due)}"
        )
    elif not staffed:
        state, said = EMPTY, "the operator stands in for every post of it"
    elif before is not None and before.answered_at is not None:
        state, said = FRESH, f"answered on {before.answered_at:%Y-%m-%d}"
    else:
        state, said = NEVER, "not asked to answer yet"
    return {
        "office": office.id,
        "name": office.name,
        "organisation": office.organisation,
        "time_zone": office.time_zone,
        "parent": office.parent,
        "posts": posts,
        "state": state,
        "said": said,
        "last_answer": iso(before.answered_at) if before else None,
        "next_asked": iso(pings.next_due(office)),
        "ping_days": office.ping_days,
        "answer_days": office.answer_days,
    }


def find(ctx: Context, place: str, topic: str, actors: Iterable[Actor]) -> list[dict[str, Any]]:
    """Return who answers for a place and a topic now, the closest declaration first.

    An address is given when one of the actors may see it; the kind of channel and when it was verified always are.
    """
    actors = list(actors)
    shown = []
    for found in covers.find(place, topic, ctx.now()):
        seen = any(may_see(a, found.office).allowed for a in actors) if found.office else False
        row = found.cover
        shown.append(
            {
                "office": found.office or None,
                "post": found.post,
                "person": found.person.get_username() if found.person else None,
                "name": str(found.person) if found.person else None,
                "said": found.said,
                "covers": {"place_id": row.place_id or None, "topic": row.topic or None} if row else None,
                "ways": [
                    {"channel": w.channel, "address": w.address if seen else None, "quiet": w.quiet, "why": w.why}
                    for w in found.ways
                ],
                "hidden": None
                if seen
                else "Addresses are shown to the office, to managers above it and to the operator",
            }
        )
    return shown


def sentence(found: dict[str, Any]) -> str:
    """Return one line of text, and a line for each way, for somebody who has found who answers."""
    who = found["name"] or "nobody"
    declared = found["covers"]
    covers_said = (
        f"covers {declared['place_id'] or 'every place'}, {declared['topic'] or 'every topic'}"
        if declared
        else "nobody declared to cover it; this post owns the lowest tier"
    )
    lines = [f"{who}, {found['post']} ({found['office'] or 'no office'}): {found['said']}; {covers_said}"]
    lines += [
        f"  {w['channel']:<8} {w['address'] or '(hidden)'}{', in quiet hours now' if w['quiet'] else ''}: {w['why']}"
        for w in found["ways"]
    ]
    return "\n".join([*lines, *([f"  {found['hidden']}."] if found["hidden"] else [])])
