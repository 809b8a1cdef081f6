"""The state of every feed: when it was asked, when it answered, what was new, what is due. Read from the records alone.

It says what is known and judges nothing: that a feed is late, or empty where it was not, becomes a warning elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from tocsin.core.clock import parse_time
from tocsin.core.context import Context
from tocsin.evidence.fetch import records
from tocsin.evidence.fetch.problems import Wrong
from tocsin.evidence.fetch.secret import secrets_of
from tocsin.evidence.fetch.terms import accepted
from tocsin.evidence.sources import SourceSpec, live_ids, spec
from tocsin.evidence.store import good, snapshot
from tocsin.evidence.store.by_month import BY_MONTH


@dataclass(frozen=True)
class Feed:
    """One line of the list of feeds. Moments are None when there was none: never asked is not the same as late."""

    source_id: str
    title: str
    publisher: str
    cadence: timedelta
    grace: timedelta
    first_try: datetime | None
    last_try: datetime | None
    last_answer: datetime | None
    """When the publisher last gave a usable answer, be it that there is nothing new."""
    last_new: datetime | None
    """When something of it last came into force here, fetched or loaded by hand."""
    newest_period: str
    """The last day, month or year with a figure, loaded or bundled; empty when there is none."""
    due_at: datetime | None
    """From when on nothing new is silence: cadence and grace after ``last_new``; None when nothing ever came."""
    outcome: str
    """Of the last try; empty when it was never asked."""
    said: str
    todo: str
    emptied: bool
    """The last answer held nothing where something had come before; a try that failed since changes nothing of it."""
    rule: str
    """What the last try broke; empty when it was in order."""
    not_before: datetime | None
    missing: str
    """What has to be done before it can be asked at all; empty when nothing has."""
    private: bool
    answered_since_new: bool
    """Whether the publisher has answered since something was last new: then it is the publisher who is silent."""


def feeds(ctx: Context, at: datetime | None = None) -> list[Feed]:
    """Return every source that can be fetched, with its state as known at a moment (default: now), by id."""
    moment = at or ctx.now()
    return [_feed(ctx, spec(source_id), moment) for source_id in live_ids()]


def _feed(ctx: Context, source: SourceSpec, at: datetime) -> Feed:
    """Return the state of one feed."""
    assert source.live is not None
    store = ctx.settings.store
    last: dict[str, Any] = {}
    answered: dict[str, Any] = {}
    emptied = False
    for record in records.newest_first(store, source.id, at):
        last = last or record
        emptied = emptied or record["outcome"] == "emptied"
        if record["outcome"] in records.ANSWERED:
            answered = record
            break
    # What is kept by month has no load of its own (a release is none of the publisher's): then what the publisher last
    # brought is the newest.
    loads = [] if BY_MONTH in source.tables else good.loads(store, source.id)
    held = [r for r in loads if parse_time(str(r["retrieved_at"])) <= at]
    brought = {} if held else next((r for r in records.newest_first(store, source.id, at) if r["outcome"] == "new"), {})
    last_new = max(parse_time(good.came_at(r)) for r in held) if held else _moment(brought.get("ended"))
    cadence, grace = timedelta(days=source.cadence_days), timedelta(days=source.grace_days)
    answer_at = _moment(answered.get("ended"))
    return Feed(
        source_id=source.id,
        title=source.title,
        publisher=source.publisher,
        cadence=cadence,
        grace=grace,
        first_try=records.first_try(store, source.id, at),
        last_try=_moment(last.get("at")),
        last_answer=answer_at,
        last_new=last_new,
        newest_period=next((str(r["newest"]) for r in reversed(held) if r.get("newest")), "")
        if held
        else _bundled(source.id),
        due_at=last_new + cadence + grace if last_new else None,
        outcome=str(last.get("outcome", "")),
        said=str(last.get("said", "")),
        todo=str(last.get("todo", "")),
        emptied=emptied,
        rule=str(last.get("rule", "")),
        not_before=_moment(last.get("not_before")),
        missing=missing(ctx, source),
        private=source.live.private,
        answered_since_new=bool(answer_at and last_new and answer_at > last_new),
    )


def missing(ctx: Context, source: SourceSpec) -> str:
    """Return what keeps a source from being asked: terms that nobody accepted, a secret that is not there."""
    if source.live is None:
        return "It is loaded by hand"
    if source.live.terms is not None and accepted(ctx, source) is None:
        return "A named person must accept its terms"
    try:
        secrets_of(ctx, source)
    except Wrong as wrong:
        return f"{wrong.what.rstrip('.')}. {wrong.todo}".strip()
    return ""


@cache
def _bundled(source_id: str) -> str:
    """Return the newest bundled period; empty for what is not bundled. What came with the program does not change."""
    source = spec(source_id)
    if not source.figures:
        return ""
    bundled = snapshot.index()[source.id]["tables"]
    return good.newest({name: snapshot.table(source.id, name) for name in source.tables if name in bundled})  # type: ignore[operator]


def _moment(text: object) -> datetime | None:
    return parse_time(str(text)) if text else None
