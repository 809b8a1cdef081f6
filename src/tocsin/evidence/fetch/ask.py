"""What a connector says and hears: ``plan(wanted)`` yields an ``Ask`` and is sent an ``Answer``, until it ends.

A plan touches no network, no disk and no clock. It decides paging, tokens and lists of files; everything that can go
wrong on the way (waiting, retrying, resuming, limits, keeping) is the fetcher's.

    def plan(wanted: Wanted) -> Plan:
        page = 0
        while True:
            answer = yield Ask(f"{wanted.base}/things", params={"page": str(page)}, name="things.json")
            if len(answer.json()["data"]) < 1000:
                return None
            page += 1

Answers to questions of one ``name`` are the pages of one file, in their order, and are loaded as one; a new name closes
the file before it. What a plan returns is handed to the next plan as ``wanted.last``, when all that came went in; its
``turn``, whose turn is next, also when something was refused: one in trouble keeps no other from being asked.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Plan = Generator["Ask", "Answer", Mapping[str, str] | None]


@dataclass(frozen=True)
class Ask:
    """One question to the publisher.

    ``url`` is whole and on a declared host. ``secret`` names the params, headers and form fields whose value is secret:
    they are sent and never written down. ``accept`` narrows the declared content types. ``also`` are statuses beside
    200 that the plan wants to see itself, as 401 to renew a token or 404 for a release that is not out yet: such an
    answer is never kept. ``keep=False``: the answer serves the plan alone (a token, a list of files). ``fixed``: what
    stands at this address never changes, so that a kept answer is used and the publisher is not asked again.
    ``may_be_empty``: it asks for what is new since the last time, and nothing is an answer to that; without it, and at
    the very first fetch, an answer without a record is a fault. ``may_be_none``: it asks for what was taken back, and
    there may never have been any.
    """

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    method: Literal["GET", "POST"] = "GET"
    accept: tuple[str, ...] = ()
    name: str = ""
    secret: tuple[str, ...] = ()
    keep: bool = True
    fixed: bool = False
    also: tuple[int, ...] = ()
    may_be_empty: bool = False
    may_be_none: bool = False


@dataclass(frozen=True)
class Answer:
    """What the publisher answered. Header names are lower-case; ``url`` is where it came from, without secrets.

    ``unchanged``: the publisher said, or a fixed address lets one know, that it is what was kept before.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str
    retrieved_at: datetime
    unchanged: bool = False

    def json(self) -> Any:
        """Return the body as JSON. Raises Unusable when it is none."""
        try:
            return json.loads(self.body.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            head = self.body[:40].decode("utf-8", "replace")
            raise Unusable(f"the answer is not JSON; it begins {head!r}") from None

    def text(self) -> str:
        """Return the body as text. Raises Unusable when it is not UTF-8."""
        try:
            return self.body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Unusable("the answer is not UTF-8 text") from None


@dataclass(frozen=True)
class Wanted:
    """What is asked for. ``since`` and ``until`` are None unless a person gives them; ``last`` is empty at first.

    ``secrets`` holds the declared ones by name. ``base`` is the declared one.
    """

    now: datetime
    base: str
    since: date | None = None
    until: date | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    last: Mapping[str, str] = field(default_factory=dict)

    def onward(self, mark: Mapping[str, str]) -> Mapping[str, str] | None:
        """Return from where the next fetch goes on: a fetch of days that a person named leaves the old mark.

        It would leave a gap that nobody asks for again: between the old mark and those days, or after them.
        """
        return dict(self.last) or None if self.until or (self.since and self.last) else mark


class Unusable(Exception):
    """Raised by a plan: the answer is not what the publisher's documentation says; says in words what it is instead.

    The fetch fails and what is in force stays. ``todo`` says what a person can do, when a person can.
    """

    def __init__(self, what: str, todo: str = "") -> None:
        self.what = what
        self.todo = todo
        super().__init__(what)
