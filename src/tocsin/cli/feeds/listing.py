"""``tocsin feeds list``: every feed with its state."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import typer

from tocsin.cli.output import context, emit
from tocsin.core.clock import iso

if TYPE_CHECKING:
    from tocsin.evidence.fetch.feeds import Feed


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("list")(listing)


def listing() -> None:
    """List every source that can be fetched: what it lacks, when it was asked, when something was new, what is due."""
    from tocsin.evidence.fetch.feeds import feeds

    found = feeds(context())
    lines = [line(feed) for feed in found]
    emit({"feeds": [as_json(feed) for feed in found]}, lambda: "\n".join([f"{len(found)} feeds.", *lines]))


def as_json(feed: Feed) -> dict[str, Any]:
    """Return one feed as the JSON of the command: durations in days, moments in UTC, null where nothing happened."""
    return {
        "source": feed.source_id,
        "title": feed.title,
        "publisher": feed.publisher,
        "cadence_days": feed.cadence / timedelta(days=1),
        "grace_days": feed.grace / timedelta(days=1),
        "last_try": feed.last_try,
        "last_answer": feed.last_answer,
        "last_new": feed.last_new,
        "newest_period": feed.newest_period or None,
        "due_at": feed.due_at,
        "outcome": feed.outcome or None,
        "said": feed.said or None,
        "todo": feed.todo or None,
        "emptied": feed.emptied,
        "not_before": feed.not_before,
        "missing": feed.missing or None,
        "private": feed.private,
    }


def line(feed: Feed) -> str:
    """Return one feed for a person."""
    if feed.missing:
        state = f"not set up. {feed.missing}"
    elif not feed.last_try:
        state = f"never asked; run: tocsin feeds fetch {feed.source_id}"
    else:
        state = f"{feed.outcome} on {iso(feed.last_try)}: {feed.said}"
        state += f"; due by {iso(feed.due_at)}" if feed.due_at else ""
    return f"  {feed.source_id}: {state}"
