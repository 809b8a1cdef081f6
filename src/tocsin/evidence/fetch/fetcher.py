"""One fetch: the plan asks, the client brings, every answer is kept, every whole file is loaded as any other file is.

A file is loaded as soon as its last page is there, so that whatever breaks later takes nothing back. What is in force
is changed by ``store.take`` alone, by the same judgement as a file loaded by hand.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tocsin.core.clock import iso, parse_time
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused, TocsinError
from tocsin.core.locks import alone
from tocsin.evidence.fetch import records, terms
from tocsin.evidence.fetch.ask import Answer, Ask, Plan, Unusable, Wanted
from tocsin.evidence.fetch.client import Client, Got
from tocsin.evidence.fetch.line import Line
from tocsin.evidence.fetch.patience import WORTH_WAITING, Patience
from tocsin.evidence.fetch.problems import Wrong
from tocsin.evidence.fetch.records import Fetched, Outcome
from tocsin.evidence.fetch.secret import Veil, secrets_of
from tocsin.evidence.sources import FileRefused, Part, SourceSpec, live_ids, spec
from tocsin.evidence.sources.spec import Live
from tocsin.evidence.store import good
from tocsin.evidence.store.files import keep_raw, read_json, write_json
from tocsin.evidence.store.home import read_here
from tocsin.evidence.store.load import LARGEST_FILE, LoadOutcome, take

LARGEST_NOTHING = 100_000
"""Bytes that an answer without a record may have."""
NEXT = "next.json"
EMPTY = {"empty", "nothing"}


def fetch(
    ctx: Context,
    source_id: str,
    post: str = "analyst",
    *,
    since: date | None = None,
    until: date | None = None,
    patience: Patience | None = None,
    route: str | None = None,
) -> Fetched:
    """Ask a publisher and put in force what is fit to be. ``route`` leads every host to one port of this machine.

    Whatever becomes of it is returned and on record. Raises Misuse for a source that nobody can ask, Refused when terms
    are not accepted, a secret is not there, the publisher asked to be left alone, or a fetch is under way already.
    """
    if source_id not in live_ids():
        raise Misuse(f"{source_id!r} cannot be fetched", todo=f"Choose one of {', '.join(live_ids())}")
    source = spec(source_id)
    assert source.live is not None
    terms.require(ctx, source)
    try:
        held = secrets_of(ctx, source)
    except Wrong as wrong:
        raise Refused(wrong.what, todo=wrong.todo) from None
    _left_alone(ctx, source)
    folder = ctx.settings.store / source_id
    with alone(folder / "fetch.lock", f"A fetch of {source.title}"):
        line = Line(route)
        veil = Veil(value for name, value in held.items() if name not in source.live.echoed)
        run = _Run(ctx, source, source.live, post, folder, veil, patience or Patience())
        last = read_json(folder / NEXT) if (folder / NEXT).exists() else {}
        wanted = Wanted(ctx.now(), source.live.base, since, until, held, last)
        try:
            return run.through(wanted, Client(source.live, folder, veil, now=ctx.now, by=line))
        finally:
            line.close()


def _left_alone(ctx: Context, source: SourceSpec) -> None:
    """Refuse to ask a publisher before the moment until which it asked to be left alone."""
    last = next(records.newest_first(ctx.settings.store, source.id), None)
    until = last and last.get("not_before")
    if until and ctx.now() < parse_time(str(until)):
        raise Refused(f"{source.publisher} asked to be left alone until {until}", todo="Fetch again after that")


@dataclass
class _File:
    """The pages of one file that have come, with the question of each."""

    name: str
    parts: list[Part] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    bytes: int = 0
    may_be_empty: bool = False


@dataclass
class _Run:
    """One fetch under way."""

    ctx: Context
    source: SourceSpec
    live: Live
    post: str
    folder: Path
    veil: Veil
    patience: Patience
    asks: list[dict[str, Any]] = field(default_factory=list)
    loads: list[LoadOutcome] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    open: _File | None = None
    began: str = ""
    before: bool = False
    """Whether a fetch before this one came to its end, with all of it in force."""

    def through(self, wanted: Wanted, client: Client) -> Fetched:
        """Run the plan to its end, or to what stops it; the record is written whatever happens."""
        self.began = iso(self.ctx.now()) or ""
        self.before = bool(wanted.last)
        module = importlib.import_module(f"tocsin.evidence.sources.{self.source.id}.fetch")
        try:
            last = self._follow(module.plan(wanted), client)
        except Wrong as wrong:
            return self._end("failed", wrong.what, wrong.rule, wrong.todo, wrong.wait_seconds)
        except TocsinError as error:
            self._end("failed", error.what, "store", error.todo)
            raise
        except BaseException:
            self._end("interrupted", "The fetch was stopped", "interrupted", "Fetch again: what came whole is kept")
            raise
        return self._judged(last)

    def _follow(self, plan: Plan, client: Client) -> Mapping[str, str] | None:
        """Ask what the plan asks. Returns what it wants to know the next time."""
        answer: Answer | None = None
        while True:
            try:
                ask = next(plan) if answer is None else plan.send(answer)
            except StopIteration as end:
                self._close(client)
                return end.value if end.value is None else dict(end.value)
            except Unusable as unusable:
                raise Wrong("unusable", unusable.what, unusable.todo) from None
            except (KeyboardInterrupt, SystemExit, TocsinError):
                raise
            except Exception as error:  # noqa: BLE001 - a hostile answer may break a plan anywhere
                said = f"the answer is not what the connector expects ({type(error).__name__})"
                raise Wrong("unusable", said, "Look at the publisher's documentation and mend the connector") from None
            answer = self._ask(ask, client)

    def _ask(self, ask: Ask, client: Client) -> Answer:
        """Ask one question; keep what is to be kept; close the file before when a new one begins."""
        if len(self.asks) >= self.live.max_pages:
            raise Wrong("pages", f"{self.live.max_pages:,} questions were asked and there is no end of pages")
        if ask.keep and (self.open is None or self.open.name != ask.name):
            self._close(client)
            if ask.name in self.closed:
                raise Wrong(
                    "unusable", f"the connector comes back to {ask.name} after other files", "Mend the connector"
                )
            self.open = _File(ask.name, may_be_empty=ask.may_be_none or (ask.may_be_empty and self.before))
        got = client.ask(ask, self.patience)
        self.asks.append({k: v for k, v in got.note.items() if k not in ("headers", "source", "loaded")})
        if ask.keep and got.answer.status == 200:
            self._keep(ask, got, client)
        many = f"{len(self.asks):,} answers" if len(self.asks) > 1 else "1 answer"
        self.ctx.progress(f"{self.source.id}: {many}, {sum(int(a.get('bytes', 0)) for a in self.asks):,} bytes")
        return got.answer

    def _keep(self, ask: Ask, got: Got, client: Client) -> None:
        """Keep an answer's bytes, and remember under its question that they came."""
        assert self.open is not None
        part = Part(_file_name(ask.name), got.answer.body)
        self.open.bytes += part.size
        if self.open.bytes > LARGEST_FILE:
            raise Wrong("too-large", f"the pages of {ask.name} have more than {LARGEST_FILE:,} bytes")
        self.asks[-1]["sha256"] = part.sha256
        if not got.answer.unchanged:
            terms_ = {"licence": self.source.licence, "publisher": self.source.publisher, "source": self.source.id}
            keep_raw(self.folder / "raw", part, {**got.note, **terms_, "origin": got.answer.url})
            client.asked.keep(got.key, {**got.note, "sha256": part.sha256, "loaded": False})
        # From here on the page lies in the store: the pages of one file are more than a machine may hold.
        self.open.parts.append(Part(part.name, self.folder / "raw" / part.sha256, part.sha256))
        self.open.got.append(replace(got, answer=replace(got.answer, body=b"")))

    def _close(self, client: Client) -> None:
        """Load the file whose last page has come."""
        file, self.open = self.open, None
        if file is None or not file.parts:
            return
        self.closed.add(file.name)
        if all(g.answer.unchanged and g.note.get("loaded") for g in file.got):
            self.unchanged.append(file.name)
            return
        if file.may_be_empty and self._holds_nothing(file):
            self.unchanged.append(file.name)
            return
        url = file.got[0].answer.url
        outcome = take(self.ctx, self.source.id, file.parts, self.post, origin=url, only_news=True)
        if outcome.outcome == "known":
            self.unchanged.append(file.name)
        else:
            self.loads.append(outcome)
        self.ctx.progress(f"{self.source.id}: {outcome.file} {outcome.outcome}")
        for got, part in zip(file.got, file.parts, strict=True):
            if outcome.in_force:
                client.asked.keep(got.key, {**got.note, "sha256": part.sha256, "loaded": True})
            else:
                client.asked.forget(got.key)

    def _holds_nothing(self, file: _File) -> bool:
        """Whether a file has no record at all: read twice only when it is as small as such an answer is."""
        if file.bytes > LARGEST_NOTHING:
            return False
        try:
            read_here(self.ctx, self.source.id, file.parts)
        except FileRefused as refused:
            return refused.issue.rule in EMPTY
        return False

    def _judged(self, last: Mapping[str, str] | None) -> Fetched:
        """Say what the fetch brought, from what became of its files."""
        refused = [load for load in self.loads if not load.in_force]
        if refused:
            first = refused[0].issues[0] if refused[0].issues else {}
            empty = all(load.issues and load.issues[0]["rule"] in EMPTY for load in refused)
            outcome: Outcome = "emptied" if empty and self._had_something() else "refused"
            said = f"{refused[0].file}: {first.get('message', 'refused')}"
            if last is not None and "turn" in last:
                write_json(self.folder / NEXT, {"turn": last["turn"]})
            if len(refused) > 1:
                said += f"; {len(refused):,} of {len(self.loads):,} files were refused"
            return self._end(outcome, said, str(first.get("rule", "refused")), refused[0].todo)
        if last is not None:
            write_json(self.folder / NEXT, dict(last))
        if self.loads:
            rows = sum(load.rows_accepted for load in self.loads)
            files = "one file" if len(self.loads) == 1 else f"{len(self.loads):,} files"
            return self._end("new", f"{files} with {rows:,} rows in force")
        return self._end("unchanged", "the publisher has nothing new")

    def _had_something(self) -> bool:
        """Whether there are figures of the source in force: loaded, or bundled."""
        by_month = (self.folder / "months").is_dir()
        return self.source.figures or by_month or bool(good.loads(self.ctx.settings.store, self.source.id))

    def _end(
        self, outcome: Outcome, said: str, rule: str = "", todo: str = "", wait_seconds: float | None = None
    ) -> Fetched:
        """Write the record and return it."""
        now = self.ctx.now()
        if outcome == "failed" and not todo:
            todo = f"Fetch again later; if it fails still, look at {self.live.documentation}"
        long = wait_seconds is not None and wait_seconds > WORTH_WAITING
        alone_until = iso(now + timedelta(seconds=wait_seconds or 0)) if long else None
        fetched = Fetched(
            source=self.source.id,
            outcome=outcome,
            said=self.veil.over(said),
            at=self.began,
            ended=iso(now) or "",
            by=self.post,
            rule=rule,
            todo=self.veil.over(todo),
            not_before=alone_until,
            asks=self.asks,
            loads=self.loads,
            unchanged=self.unchanged,
        )
        records.write(self.ctx.settings.store, fetched)
        return fetched


def _file_name(name: str) -> str:
    """Return a name as it may stand in records: what an answer named may hold anything."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    return kept.strip(".")[:120] or "answer"
