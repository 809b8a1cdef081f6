"""Where the two wings meet over sources: the data folder keeps what was accepted or declared, the register enters it.

Entered first, then written; what cannot be entered is not there, and what cannot be written is not entered.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction

from tocsin.core.context import Context
from tocsin.core.files import write_whole
from tocsin.evidence.fetch import terms
from tocsin.evidence.fetch.terms import Accepted, Withdrawn
from tocsin.evidence.sources import SourceSpec
from tocsin.evidence.sources.mapped import Mapping
from tocsin.evidence.store import home
from tocsin.evidence.store.files import sha256
from tocsin.response.register.people import Actor, hand
from tocsin.response.register.sourced import entered


def accept(ctx: Context, actor: Actor, source: SourceSpec, name: str) -> tuple[Accepted, int]:
    """Accept a source's terms in the name of a person; return that and its entry. Raises as ``terms.accept`` does."""
    asked, whole = terms.asked(source), terms.whole(name)
    with _whole(terms.path(ctx, source)), transaction.atomic():
        entry = entered(ctx, actor, "accepted", {**_told(source, terms.digest(asked)), "name": whole})
        return terms.accept(ctx, source, whole, actor.post, hand(actor.person, actor.os_user)), int(entry.seq)


def withdraw(ctx: Context, actor: Actor, source: SourceSpec, name: str, why: str) -> tuple[Withdrawn, int]:
    """Withdraw from a source's terms, with a reason; return that and its entry. Raises as ``terms.withdraw`` does."""
    held = terms.may_withdraw(ctx, source, name, why)
    with _whole(terms.path(ctx, source)), transaction.atomic():
        body = {**_told(source, held.of.terms_sha256), "name": held.name, "why": held.why}
        entry = entered(ctx, actor, "withdrawn", body)
        return terms.withdraw(ctx, source, held, actor.post, hand(actor.person, actor.os_user)), int(entry.seq)


def declare(ctx: Context, actor: Actor, data: bytes) -> tuple[Mapping, Path, int | None]:
    """Have a table as a source of this home; return its mapping, where that is kept, and the entry.

    The same mapping again changes nothing and enters nothing. Raises Refused as ``home.declare`` does.
    """
    found = home.judged(data)
    if home.in_force(ctx, found.id, data):
        return (*home.declare(ctx, data), None)
    kept: Path | None = None
    try:
        with transaction.atomic():
            body = {"source": found.id, "title": found.title, "publisher": found.publisher, "licence": found.licence}
            entry = entered(ctx, actor, "added", {**body, "mapping": sha256(data)})
            _, kept = home.declare(ctx, data)
    except BaseException:
        if kept is not None:
            kept.unlink(missing_ok=True)
        raise
    return found, kept, int(entry.seq)


def _told(source: SourceSpec, digest: str) -> dict[str, Any]:
    asked = terms.asked(source)
    return {"source": source.id, "terms": asked.title, "url": asked.url, "terms_sha256": digest}


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Let a file be what it was when what is done inside does not stand."""
    before = path.read_bytes() if path.exists() else None
    try:
        yield
    except BaseException:
        if before is None:
            path.unlink(missing_ok=True)
        elif path.read_bytes() != before:
            write_whole(path, before)
        raise
