"""What is news and what is not: the same bytes, the same rows in other bytes, rows again beside a new one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from tests.fakes.publishers import Publisher, Reply, Request, ask, ready

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.evidence.fetch.feeds import feeds
from tocsin.evidence.store import good
from tocsin.evidence.store.replay import replay
from tocsin.evidence.store.vintages import vintages

Edit = Callable[[Any], Any]


class Edited(Publisher):
    """A publisher without versions whose JSON is changed from some moment on."""

    edit: Edit | None = None

    def answer(self, request: Request) -> Reply:
        reply = super().answer(request)
        if self.edit is None or reply.status != 200 or "token" in request.path:
            return reply
        return replace(reply, body=json.dumps(self.edit(json.loads(reply.body))).encode())


def last_new(ctx: Context, source_id: str) -> object:
    return next(f.last_new for f in feeds(ctx) if f.source_id == source_id)


def revised(said: Any) -> Any:
    """One record of an answer says something else."""
    rows = said["data"] if isinstance(said, dict) else said[1] if isinstance(said[-1], list) else said
    for row in rows[:1]:
        inner = row.get("fields", row)
        for name in ("title", "fatalities", "value", "population"):
            if inner.get(name) is not None:
                inner[name] = inner[name] + 1 if isinstance(inner[name], int | float) else f"{inner[name]}9"
    return said


def stamped(said: Any) -> Any:
    """The moment of asking stands on the envelope."""
    return {**said, "asked_at": "2027-01-01T00:00:00Z", "took": 99} if isinstance(said, dict) else said


@pytest.mark.parametrize(
    ("source_id", "edit", "outcome"),
    [
        ("ipc", lambda said: said, "unchanged"),
        ("ipc", lambda said: [dict(reversed(r.items())) for r in said], "unchanged"),
        ("hdx_hapi", stamped, "unchanged"),
        ("hdx_hapi", revised, "new"),
        ("worldbank", lambda said: said, "unchanged"),
        ("worldbank", revised, "new"),
        ("worldbank", lambda said: [{**said[0], "lastupdated": "2026-11-24"}, *said[1:]], "new"),
        ("reliefweb", stamped, "unchanged"),
        ("reliefweb", revised, "new"),
        ("acled", stamped, "unchanged"),
        ("acled", revised, "new"),
    ],
)  # fmt: skip
def test_what_is_told_again_is_no_news_and_what_is_revised_is(
    source_id: str, edit: Edit, outcome: str, ctx: Context, clock: FixedClock
) -> None:
    clock.move(days=2)
    with Edited(source_id, etags=False) as publisher:
        ready(ctx, publisher)
        assert ask(ctx, publisher).outcome == "new"
        first, stood = last_new(ctx, source_id), len(vintages(ctx.settings.store, source_id))
        publisher.edit = edit
        clock.move(hours=5)
        assert ask(ctx, publisher).outcome == outcome
    more = len(vintages(ctx.settings.store, source_id)) > stood
    assert more == (outcome == "new")
    assert (last_new(ctx, source_id) != first) == (outcome == "new")


def test_a_publisher_that_goes_back_to_what_it_said_before_is_news(ctx: Context, clock: FixedClock) -> None:
    with Edited("ipc", etags=False) as publisher:
        ready(ctx, publisher)
        ask(ctx, publisher)
        publisher.edit = lambda said: said[:-1] or said
        clock.move(days=1)
        went = ask(ctx, publisher).outcome
        publisher.edit = None
        clock.move(days=1)
        back = ask(ctx, publisher).outcome
    assert [went, back] == ["new", "new"], "that an analysis is gone is told, though nothing leaves force"


def test_what_was_no_news_leaves_nothing_for_a_replay_to_miss(ctx: Context, clock: FixedClock) -> None:
    with Edited("reliefweb", etags=False) as publisher:
        ready(ctx, publisher)
        ask(ctx, publisher)
        publisher.edit = stamped
        clock.move(hours=3)
        ask(ctx, publisher)
    held = good.loads(ctx.settings.store, "reliefweb")
    with patch("tocsin.evidence.store.load.sample_hashes", frozenset):
        found = replay(ctx)
    assert found.same
    assert len(found.loads) == len(held) == 1


@pytest.mark.usefixtures("thin")
def test_a_replay_into_a_new_folder_keeps_what_stands_beside_the_bytes(ctx: Context, tmp_path: Path) -> None:
    with Publisher("ipc") as publisher:
        ready(ctx, publisher)
        ask(ctx, publisher)
    with patch("tocsin.evidence.store.load.sample_hashes", frozenset):
        assert replay(ctx, tmp_path / "again").same
    raw, again = (home / "store" / "ipc" / "raw" for home in (ctx.settings.home, tmp_path / "again"))
    notes = {path.name: path.read_bytes() for path in raw.glob("*.json")}
    assert notes
    assert {path.name: path.read_bytes() for path in again.glob("*.json")} == notes
    fetched = [json.loads(note) for note in notes.values() if b"answered_by" in note]
    assert fetched
    assert all({"url", "headers", "etag"} <= note.keys() for note in fetched)
