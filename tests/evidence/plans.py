"""A plan against its simulated publisher, without a line between them: what is asked, what comes, what is kept."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from tests.fakes.publishers import Reply, Request

from tocsin.evidence.fetch import Answer, Ask, Wanted
from tocsin.evidence.sources import Part
from tocsin.evidence.sources.spec import sample_folder, spec

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@dataclass
class Played:
    """What came of a plan: every question, the parts that were kept, what it returned."""

    asks: list[Ask] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    last: Mapping[str, str] | None = None


def play(
    source_id: str,
    *,
    secrets: Mapping[str, str] | None = None,
    last: Mapping[str, str] | None = None,
    since: date | None = None,
    until: date | None = None,
    change: object = None,
) -> Played:
    """Run a plan to its end. ``change`` takes (ask, reply) and gives the reply instead."""
    live = spec(source_id).live
    assert live is not None
    plan = importlib.import_module(f"tocsin.evidence.sources.{source_id}.fetch").plan
    publisher = importlib.import_module(f"tests.fakes.publishers.{source_id}")
    played = Played()
    running = plan(Wanted(NOW, live.base, since, until, secrets or {}, last or {}))
    answer: Answer | None = None
    while True:
        try:
            ask = running.send(answer)
        except StopIteration as stop:
            played.last = stop.value
            return played
        assert urlsplit(ask.url).hostname in live.hosts, ask.url
        played.asks.append(ask)
        reply: Reply = publisher.answer(_request(ask, len(played.asks)), sample_folder(source_id))
        reply = change(ask, reply) if callable(change) else reply
        assert reply.status == 200 or reply.status in ask.also, f"{reply.status} {reply.body[:200]!r}"
        if reply.status == 200 and ask.keep:
            played.parts.append(Part(ask.name, reply.body))
        headers = {k.lower(): v for k, v in reply.headers.items()}
        answer = Answer(reply.status, headers, reply.body, ask.url, NOW)


def _request(ask: Ask, number: int) -> Request:
    parts = urlsplit(ask.url)
    headers = {k.lower(): v for k, v in ask.headers.items()}
    return Request(
        ask.method, parts.hostname or "", parts.path, dict(ask.params), headers, b"", dict(ask.form or {}), number
    )
