"""The pulse: between refreshes, which feeds are heard from and which are silent, to the minute.

``<home>/pulse.json`` is a run in small: written whole by this wing, read by the other, which checks its hash. A refresh
is of a day; a feed may come every quarter of an hour. The file is written anew at every look. No silence is lost by
that: a firing stands in every pulse as long as the silence lasts, and its id counts once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tocsin.catalog.tripwires import all_tripwires
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import TocsinError
from tocsin.core.files import write_whole
from tocsin.evidence import armed, series
from tocsin.evidence.fetch.feeds import feeds
from tocsin.evidence.run_folder import json_bytes, sha256
from tocsin.evidence.warn import said
from tocsin.tripwires import Unable, evaluate, feed
from tocsin.tripwires.evaluate import cannot

KIND = "feed"
SILENT = ("silent", "emptied", "old")


def signs(ctx: Context, at: datetime | None = None) -> list[feed.Sign]:
    """Return every feed that somebody fetched from, with its last signs as known at a moment (default: now).

    Raises Damaged when a record of the store cannot be read.
    """
    if not any(ctx.settings.store.glob("*/fetches")):
        return []
    return series.signs(feeds(ctx, at or ctx.now()))


def take(ctx: Context) -> dict[str, Any]:
    """Look at every feed now, write the pulse and return what it says.

    A store that cannot be read is told as one warning a tripwire and day; it never passes for feeds that are well.
    """
    now = ctx.now()
    try:
        heard: list[feed.Sign] = signs(ctx, now)
        broken = None
    except TocsinError as error:
        heard, broken = [], Unable(error.sentence())
    warnings, unable = [], []
    for tripwire in all_tripwires().values():
        if tripwire.kind != KIND:
            continue
        if armed.state(ctx, tripwire) is None:
            unable.append(f"Tripwire {tripwire.id} is not armed and did not look: tocsin tripwires arm {tripwire.id}")
            continue
        try:
            if broken is not None:
                raise broken
            found = evaluate(tripwire, heard, now)
        except Unable as cause:
            found = [cannot(tripwire, cause, now)]
            unable.append(f"Tripwire {tripwire.id} could not be evaluated: {cause.what}")
        warnings += [said(f, now) for f in found]
    body = {"at": iso(now), "feeds": rows(heard, now), "warnings": warnings, "unable": unable}
    ctx.settings.home.mkdir(parents=True, exist_ok=True)
    write_whole(ctx.settings.pulse, json_bytes({"content": body, "sha256": sha256(json_bytes(body))}))
    return body


def rows(heard: Iterable[feed.Sign], now: datetime) -> list[dict[str, Any]]:
    """Return the feeds as the pulse lists them: ``state`` as ``_state`` has it; spans in words."""
    listed = []
    for s in sorted(heard, key=lambda s: s.source_id):
        try:
            limit, aged = feed.due(s), feed.old_from(s)
        except Unable:
            limit = aged = None
        late, old = (at is not None and now >= at for at in (limit, aged))
        listed.append(
            {
                "source_id": s.source_id,
                "title": s.title,
                "state": _state(s, late=late, old=old),
                "cadence": feed.span(s.cadence),
                "grace": feed.span(s.grace),
                "last_try": iso(s.last_try),
                "last_answer": iso(s.last_answer),
                "last_new": iso(s.last_new),
                "newest_period": s.newest if s.last_new else "",
                "aged": feed.old_words(s, now) if old else "",
                "due_at": iso(limit),
                "failure": s.failure,
            }
        )
    return listed


def _state(sign: feed.Sign, *, late: bool, old: bool) -> str:
    """Return one of ``SILENT``, heard, or unheard: asked, never answered, and not late yet, which is no good sign."""
    if sign.emptied:
        return "emptied"
    if late or old:
        return "silent" if late else "old"
    return "heard" if sign.last_answer or sign.last_new else "unheard"


def sentences(heard: Iterable[feed.Sign], at: datetime) -> list[str]:
    """Return what a run says of feeds that were silent at its moment, a sentence each."""
    return [
        f"{r['aged'][0].upper()}{r['aged'][1:]}"
        if r["state"] == "old"
        else f"{r['title']} is {'empty where it had something' if r['state'] == 'emptied' else 'silent'}: "
        f"last new {r['last_new'] or 'never'}, expected every {r['cadence']}"
        for r in rows(heard, at)
        if r["state"] in SILENT
    ]
