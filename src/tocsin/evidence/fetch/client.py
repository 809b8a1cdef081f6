"""Ask one question until there is an answer or no hope: politely, within limits, on declared hosts alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import httpx2

import tocsin
from tocsin.core.clock import iso
from tocsin.evidence.fetch.ask import Answer, Ask
from tocsin.evidence.fetch.asked import Asked, key_of
from tocsin.evidence.fetch.body import Partial, receive, versions
from tocsin.evidence.fetch.hosts import allowed, public
from tocsin.evidence.fetch.line import Line
from tocsin.evidence.fetch.patience import WORTH_WAITING, Patience, retry_after, tries
from tocsin.evidence.fetch.problems import Again, Wrong
from tocsin.evidence.fetch.secret import Veil
from tocsin.evidence.sources.spec import Live

AGENT = f"tocsin/{tocsin.__version__} (early warning of mass atrocities)"
MOST_REDIRECTS = 5
LISTENED = 100_000
"""Bytes of an answer that is not the one hoped for; its words are for the plan, never for a record."""
WAITING = {408, 425, 429, 500, 502, 503, 504}
REDIRECTS = {301, 302, 303, 307, 308}
NOTED = ("content-type", "content-length", "content-encoding", "etag", "last-modified", "date", "retry-after")
"""Headers that are written down; others may carry cookies and tokens."""


@dataclass(frozen=True)
class Got:
    """An answer with what the record of the fetch says of it."""

    answer: Answer
    key: str
    note: dict[str, object]


@dataclass(frozen=True)
class _Question:
    """An ask on its way: ``shown`` is its address without secrets, ``before`` what was kept of it."""

    ask: Ask
    address: httpx2.URL
    shown: str
    key: str
    before: Mapping[str, object] | None
    partial: Partial


class Client:
    """Asks the questions of one source, whose answers lie in ``folder``."""

    def __init__(self, live: Live, folder: Path, veil: Veil, *, now: Callable[[], datetime], by: Line) -> None:
        self._live = live
        self._folder = folder
        self._veil = veil
        self._now = now
        self._line = by
        self.asked = Asked(folder)

    def ask(self, ask: Ask, patience: Patience) -> Got:
        """Return the answer to a question. Raises Wrong when there is none to be had."""
        address = allowed(ask.url, self._live, ask.params)
        self._veil.learn(_secret_values(ask, self._live.echoed))
        shown = self._veil.over(public(address, ask.secret))
        key = key_of(ask, shown)
        before = self.asked.get(key) if ask.keep else None
        question = _Question(ask, address, shown, key, before, Partial(self._folder / "partial", key))
        if ask.fixed and before:
            return self._kept(question)
        number = 0
        try:
            for attempt in tries(2 * self._live.max_seconds):
                with attempt:
                    number = attempt.num
                    got = self._once(question, patience)
                    return replace(got, note={**got.note, "tries": number})
        except Again as again:
            wait, todo = again.wait_seconds, ""
            if wait is not None and wait > WORTH_WAITING:
                todo = f"The publisher asks to be left alone for {wait:,.0f} seconds; fetch again after that"
            many = "one try" if number == 1 else f"{number} tries"
            raise Wrong(again.rule, f"{again.what}; {many}", todo, wait_seconds=wait) from None
        raise AssertionError("a retry ends with an answer or an error")

    def _once(self, question: _Question, patience: Patience) -> Got:
        """Ask once, following redirects among the publisher's hosts."""
        ask, address = question.ask, question.address
        headers = self._headers(ask, ask.headers)
        if ask.method == "GET" and ask.keep:
            headers |= Asked.conditions(question.before) | question.partial.asks()
        for _ in range(MOST_REDIRECTS + 1):
            patience.before(address.host, self._live.per_minute)
            with self._line.ask(ask.method, address, headers, ask.form, self._live.max_seconds) as response:
                if response.status_code == 304 and question.before:
                    return self._kept(question)
                if response.status_code not in REDIRECTS or response.status_code in ask.also:
                    return self._answer(question, response, address.host)
                onward = self._onward(ask, address, response)
            if onward.host != address.host:  # what was meant for one host is not told to another
                headers = self._headers(ask, {})
            address = onward
        raise Wrong("redirect", f"{address.host} sent us on more than {MOST_REDIRECTS} times")

    def _onward(self, ask: Ask, address: httpx2.URL, response: httpx2.Response) -> httpx2.URL:
        """Return where a redirect leads. Raises Wrong when that is not a declared host, or a form would be sent on."""
        if ask.method != "GET":
            raise Wrong("redirect", f"{address.host} wants a form sent on to another address; it is not")
        try:
            target = address.join(response.headers.get("location", ""))
        except (httpx2.InvalidURL, ValueError):
            raise Wrong("redirect", f"{address.host} sent us on to what is not an address") from None
        return allowed(str(target), self._live)

    def _headers(self, ask: Ask, own: Mapping[str, str]) -> dict[str, str]:
        """Return the headers of a question. Nothing is to be packed on the way: what is kept is what was published."""
        accept = ", ".join(ask.accept or self._live.types)
        return {"User-Agent": AGENT, "Accept": accept, "Accept-Encoding": "identity", **own}

    def _answer(self, question: _Question, response: httpx2.Response, host: str) -> Got:
        """Take an answer in, or say what is wrong with it."""
        ask, status, headers = question.ask, response.status_code, response.headers
        if status in ask.also:
            aside = Partial(self._folder / "partial", f"{question.key}-{status}")
            return self._got(question, response, receive(response, host, LISTENED, aside), host)
        if status in WAITING:
            wait = retry_after(headers.get("retry-after", ""), self._now())
            raise Again(f"status-{status}", f"{host} answered {status}", wait)
        if status == 416:
            question.partial.drop()
            raise Again("range", f"{host} no longer has the rest of an answer that broke off")
        if status not in (200, 206):
            raise Wrong(f"status-{status}", f"{host} answered {status}", _todo(status))
        kind = headers.get("content-type", "application/octet-stream").partition(";")[0].strip().lower()
        if kind not in (ask.accept or self._live.types):
            raise Wrong("content-type", f"{host} answered with {self._veil.over(kind)[:60]!r}, which was not asked for")
        body = receive(response, host, self._live.max_bytes, question.partial)
        if _is_page(body) and "text/html" not in ask.accept:
            raise Wrong("html", f"{host} answered with a web page that calls itself {self._veil.over(kind)[:60]}")
        if ask.keep and self._veil.shows(body):
            raise Wrong("secret", f"the answer of {host} repeats a secret that was sent; it is not kept")
        return self._got(question, response, body, host)

    def _got(self, question: _Question, response: httpx2.Response, body: bytes, host: str) -> Got:
        """Return an answer with its note."""
        headers, now = response.headers, self._now()
        status = 200 if response.status_code == 206 else response.status_code
        answer = Answer(status, {n.lower(): v for n, v in headers.items()}, body, question.shown, now)
        note: dict[str, object] = {
            "url": question.shown,
            "answered_by": host,
            "status": status,
            "headers": {name: self._veil.over(headers[name]) for name in NOTED if name in headers},
            "retrieved_at": iso(now),
            "bytes": len(body),
            **versions(headers),
        }
        return Got(answer, question.key, note)

    def _kept(self, question: _Question) -> Got:
        """Return what was kept before."""
        assert question.before is not None
        answer = Answer(200, {}, self.asked.body(question.before), question.shown, self._now(), unchanged=True)
        return Got(answer, question.key, {**question.before, "unchanged": True})


def _secret_values(ask: Ask, echoed: Sequence[str]) -> list[str]:
    """Return the values that a question declares secret; of ``Bearer …`` the last word. ``echoed``: names, no keys."""
    names = set(ask.secret) - set(echoed)
    found = [v for fields in (ask.params, ask.headers, ask.form or {}) for n, v in fields.items() if n in names]
    return [value.split()[-1] for value in found if value.strip()]


def _is_page(body: bytes) -> bool:
    """Whether a body is a web page, whatever it calls itself."""
    head = body[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return head.startswith((b"<!doctype html", b"<html"))


def _todo(status: int) -> str:
    """Return what a person can do about a refusal."""
    if status in (401, 403):
        return "The publisher does not accept the secret, or the right is not given: check the file of the secret"
    if status in (404, 410):
        return "The address has moved: look at the publisher's documentation and mend the connector"
    return ""
