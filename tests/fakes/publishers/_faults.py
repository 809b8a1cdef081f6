"""What publishers and lines do wrong, by name. Each fault changes one reply; the script says when and how often."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

from tests.fakes.publishers._tables import Row, edited
from tests.fakes.publishers._words import Reply, Request

from tocsin.evidence.sources.spec import Shape, SourceSpec

LATER_YEARS = 20
SECRET = "a-secret-of-the-simulator"
"""What a connector has for a secret whose publisher here names none (``TOKEN``, ``SECRETS``)."""


@dataclass
class Memory:
    """Whose fault it is, when it begins, how often it happens, and what it has to remember."""

    source: SourceSpec
    module: ModuleType
    after: int
    times: int | None
    happened: int = 0
    first: dict[str, bytes] = field(default_factory=dict)

    def due(self, request: Request) -> bool:
        """Whether the fault happens to this request."""
        return request.number > self.after and (self.times is None or self.happened < self.times)


Fault = Callable[[Request, Reply, Memory], Reply]
FAULTS: dict[str, Fault] = {}
LINE_FAULTS = {"slow_drip", "truncated", "never_ends"}
"""What the line does to an answer that is right."""


def _fault(function: Callable[[Request, Reply, Memory], Reply]) -> Fault:
    """Register a fault: the module's own form of it first; a reply that stays the same did not happen."""

    def happen(request: Request, reply: Reply, memory: Memory) -> Reply:
        own = getattr(memory.module, "fault", None)
        said = own(function.__name__, request, reply) if own else None
        changed = function(request, reply, memory) if said is None else said
        memory.happened += changed is not reply
        return changed

    happen.__name__ = function.__name__
    FAULTS[function.__name__] = happen
    return happen


def _page(title: str) -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>".encode()


HTML = {"Content-Type": "text/html; charset=utf-8"}


@_fault
def throttled(_: Request, __: Reply, ___: Memory) -> Reply:
    """429 that says when to come back."""
    return Reply(429, _page("Too Many Requests"), {**HTML, "Retry-After": "2"})


@_fault
def throttled_without_a_word(_: Request, __: Reply, ___: Memory) -> Reply:
    """429 that does not."""
    return Reply(429, _page("Too Many Requests"), HTML)


@_fault
def server_error(_: Request, __: Reply, ___: Memory) -> Reply:
    """500."""
    return Reply(500, _page("Internal Server Error"), HTML)


@_fault
def slow_drip(_: Request, reply: Reply, __: Memory) -> Reply:
    """A byte now and then: no single wait is long, all together never end."""
    return replace(reply, pause=0.05, body=reply.body + b" " * 100_000)


@_fault
def truncated(_: Request, reply: Reply, __: Memory) -> Reply:
    """The line breaks in the middle, again and again, and a resumed answer breaks as well."""
    return reply if reply.status not in (200, 206) else replace(reply, cut=len(reply.body) // 2)


@_fault
def cut_without_a_word(_: Request, reply: Reply, __: Memory) -> Reply:
    """Half the body, announced as the whole: only its own form can tell."""
    return replace(reply, body=reply.body[: len(reply.body) // 2])


@_fault
def html_with_200(_: Request, __: Reply, ___: Memory) -> Reply:
    """A page that asks for patience, as if it were the answer."""
    return Reply(200, _page("Scheduled maintenance"), HTML)


@_fault
def html_as_data(_: Request, reply: Reply, __: Memory) -> Reply:
    """The same page under the content type of the data."""
    return replace(reply, status=200, body=_page("Scheduled maintenance"))


@_fault
def expired_token(request: Request, reply: Reply, memory: Memory) -> Reply:
    """Whoever comes with a token is told that it has expired; who asks for a new one gets it."""
    known = {getattr(memory.module, "TOKEN", SECRET), *getattr(memory.module, "SECRETS", {}).values()}
    carried = {*request.headers.values(), *request.query.values()}
    if request.method == "POST" or not ("authorization" in request.headers or known & carried):
        return reply
    return Reply.json({"message": "Unauthorized: the access token is invalid or has expired."}, status=401)


@_fault
def moved_columns(_: Request, reply: Reply, memory: Memory) -> Reply:
    """A column that was there has another name, or the columns have moved by one."""

    def move(rows: list[Row], shape: Shape) -> list[Row]:
        if shape.headerless:
            return [dict(list(row.items())[1:]) for row in rows]
        return [_renamed(row, shape.columns[-1].split(".")) for row in rows]

    return _edited(reply, memory, move)


def _renamed(row: Row, path: list[str]) -> Row:
    name, *rest = path
    if rest and isinstance(row.get(name), dict):
        return {**row, name: _renamed(row[name], rest)}
    whole = ".".join(path)
    return {("renamed_by_publisher" if key == whole else key): value for key, value in row.items()}


@_fault
def silent_emptiness(_: Request, reply: Reply, memory: Memory) -> Reply:
    """Status 200, the right form, and nothing in it."""
    return _edited(reply, memory, lambda _rows, _shape: [])


@_fault
def skewed_dates(_: Request, reply: Reply, memory: Memory) -> Reply:
    """A publisher whose clock runs ahead: every date lies twenty years on."""
    return _edited(reply, memory, lambda rows, _: [_later(row, "") for row in rows])


DATED = re.compile(r"date|day|year|month|time|period|published|created|start|end", re.IGNORECASE)


def _later(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {k: _later(v, f"{name}.{k}") for k, v in value.items()}
    if isinstance(value, list):
        return [_later(v, name) for v in value]
    if isinstance(value, bool) or not DATED.search(name):
        return value
    text = re.sub(r"^(19|20)(\d\d)(?=$|[-/.T]|\d{2}$|\d{4}$|\d{10}$)", _years_on, str(value))
    return int(text) if isinstance(value, int) else text if isinstance(value, str) else value


def _years_on(found: re.Match[str]) -> str:
    return str(int(found[0]) + LATER_YEARS)


@_fault
def duplicated_pages(request: Request, reply: Reply, memory: Memory) -> Reply:
    """Every page after the first holds the records of the first."""
    if reply.status != 200 or edited(memory.source, reply.body, lambda rows, _: list(rows)) is reply.body:
        return reply
    first = memory.first.setdefault(request.path.rpartition("/")[0], reply.body)
    if first == reply.body:
        return reply
    return replace(reply, body=_with_records_of(memory.source, reply.body, first))


def _with_records_of(source: SourceSpec, body: bytes, first: bytes) -> bytes:
    """The page's own frame (its number, its total) around the records of the first one."""
    taken: list[list[Row]] = []

    def take(rows: list[Row], _: Shape) -> list[Row]:
        taken.append(rows)
        return rows

    edited(source, first, take)
    return edited(source, body, lambda rows, _: taken[0] if rows else rows)


@_fault
def never_ends(_: Request, reply: Reply, __: Memory) -> Reply:
    """A page that goes on for as long as anybody listens."""
    return replace(reply, endless=b" " * 65536)


@_fault
def redirected_away(request: Request, _: Reply, __: Memory) -> Reply:
    """Sent on to a host that is not the publisher's."""
    return Reply(302, b"", {"Location": f"https://elsewhere.invalid{request.path}"})


@_fault
def repeats_the_secret(request: Request, reply: Reply, memory: Memory) -> Reply:
    """The answer holds what was sent as a secret, as an address of the next page might."""
    if not memory.source.live or not memory.source.live.secrets:
        return reply
    return replace(reply, body=reply.body + json.dumps(dict(request.headers) | dict(request.query)).encode())


def _edited(reply: Reply, memory: Memory, edit: Callable[[list[Row], Shape], list[Row]]) -> Reply:
    """Return the reply with its records changed; the same object when it holds none."""
    if reply.status != 200:
        return reply
    body = edited(memory.source, reply.body, edit)
    return reply if body is reply.body else replace(reply, body=body)
