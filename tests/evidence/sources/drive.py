"""Ask a simulated publisher by its plan, in this process: the plan's questions, the publisher's answers, the parts."""

from __future__ import annotations

import importlib
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from tests.fakes.publishers import Reply, Request

from tocsin.evidence.fetch.ask import Answer, Ask, Unusable, Wanted
from tocsin.evidence.sources import Part, Reading, read, spec
from tocsin.evidence.sources.spec import sample_folder

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def asked(
    source_id: str, *, since: date | None = None, last: dict[str, str] | None = None, now: datetime = NOW
) -> tuple[dict[str, list[Part]], list[Ask], dict[str, str]]:
    """Return the files that came, by name, every question, and what the plan hands to the next one."""
    live = spec(source_id).live
    assert live is not None
    publisher = importlib.import_module(f"tests.fakes.publishers.{source_id}")
    secrets = dict.fromkeys(live.secrets, getattr(publisher, "TOKEN", ""))
    plan = importlib.import_module(f"tocsin.evidence.sources.{source_id}.fetch").plan(
        Wanted(now, live.base, since, None, secrets, last or {})
    )
    files: dict[str, list[Part]] = {}
    questions: list[Ask] = []
    answer: Answer | None = None
    try:
        while True:
            ask = plan.send(answer)
            questions.append(ask)
            assert urlsplit(ask.url).hostname in live.hosts
            reply: Reply = publisher.answer(_request(ask, len(questions)), sample_folder(source_id))
            if reply.status != 200 and reply.status not in ask.also:
                raise Unusable(f"status {reply.status}")
            if ask.keep and reply.status == 200:
                files.setdefault(ask.name, []).append(Part(ask.name, reply.body))
            answer = Answer(reply.status, {}, reply.body, ask.url, now)
    except StopIteration as end:
        return files, questions, dict(end.value or {})


def readings(source_id: str, **how: object) -> dict[str, Reading]:
    """Return what every file that came says."""
    files, _, _ = asked(source_id, **how)  # type: ignore[arg-type]
    return {name: read(source_id, parts, NOW) for name, parts in files.items()}


def _request(ask: Ask, number: int) -> Request:
    parts = urlsplit(ask.url)
    headers = {name.lower(): value for name, value in ask.headers.items()}
    return Request(ask.method, parts.hostname or "", parts.path, dict(ask.params), headers, number=number)
