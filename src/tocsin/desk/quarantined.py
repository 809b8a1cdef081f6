"""Where the two wings meet over quarantined rows: the store keeps what is mended, the register enters that it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from tocsin.core.context import Context
from tocsin.evidence import quarantine as room
from tocsin.evidence.store import good, taken_back
from tocsin.response.register.people import Actor, hand, may
from tocsin.response.register.quarantined import entered


def by(actor: Actor, name: str) -> room.By:
    """Return who acts: at the desk the signed-in person, behind a command whoever it names."""
    return room.By(str(actor.person) if actor.person else name, actor.post, hand(actor.person, actor.os_user))


def mend(
    ctx: Context,
    actor: Actor,
    file: room.File | room.Opened,
    row: int,
    values: Mapping[str, str],
    *,
    why: str,
    name: str = "",
) -> room.Drafted:
    """Mend a row, whether it then holds or not. Raises Refused and Misuse as ``evidence.quarantine.draft`` does."""
    may(actor, "assess").enforce()
    drafted = room.draft(ctx, file, row, values, why=why, by=by(actor, name))
    body = {
        **_told(drafted.file),
        "row": row,
        "columns": sorted(drafted.row.now),
        "holds": drafted.holds,
        "name": drafted.row.name,
        "why": drafted.row.why,
    }
    kept = None
    try:
        with transaction.atomic():
            entry = entered(ctx, actor, "mended", body)
            kept = room.keep(ctx, drafted, entry=entry.seq)
    except BaseException:
        if kept is not None:  # what the register took back did not happen
            kept.unlink(missing_ok=True)
        raise
    return drafted


def release(
    ctx: Context,
    actor: Actor,
    file: room.File,
    rows: Sequence[int] = (),
    *,
    why: str,
    name: str = "",
    replacing: str = "",
) -> room.Released:
    """Release mended rows; a load that was refused changes nothing and enters nothing. Raises as the room does."""
    may(actor, "assess").enforce()
    who = by(actor, name)
    done = room.release(ctx, file, rows=rows, why=why, by=who, replacing=replacing)
    if not done.load:
        return done
    body = {
        **_told(file),
        "rows": list(done.rows),
        "vintage": done.load,
        "mend": done.mend.sha256,
        "replacing": replacing or None,
        "name": who.whole,
        "why": why.strip(),
    }
    try:
        with transaction.atomic():
            entered(ctx, actor, "released", body)
    except BaseException:
        # In force without an entry is what must not be: it is taken back, and both stay in the store.
        held = good.loads(ctx.settings.store, file.source_id)[-1]
        said = "the register could not enter the release"
        taken_back.take_back(ctx, file.source_id, held, by=who.post, name=who.whole, why=said)
        raise
    return done


def undo(ctx: Context, actor: Actor, source_id: str, vintage: str = "", *, why: str, name: str = "") -> room.Undone:
    """Take a release back. Raises as ``evidence.quarantine.undo`` does."""
    may(actor, "assess").enforce()
    who = by(actor, name)

    @contextmanager
    def enter(body: dict[str, Any]) -> Iterator[int]:
        with transaction.atomic():
            yield entered(ctx, actor, "undone", {"source": source_id, **body}).seq

    return room.undo(ctx, source_id, vintage, why=why, by=who, enter=enter)


def _told(file: room.File) -> dict[str, object]:
    return {"source": file.source_id, "file": file.sha256, "came_at": file.came_at}
