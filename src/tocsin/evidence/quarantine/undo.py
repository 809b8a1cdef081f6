"""Take a release back: its vintage counts no more, and the one before it is in force again.

What was laid over it since is laid again over what is in force without it, so that no count of a mended row lives on in
a later vintage, not even one that was kept as the higher (``merge.never_lower``). All of that is tried first in a copy:
when a later file would not be taken in again, nothing is undone.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Misuse, Refused
from tocsin.evidence.quarantine.files import File, of_hash
from tocsin.evidence.quarantine.mends import By, give_back, reason
from tocsin.evidence.quarantine.rows import mend_in
from tocsin.evidence.sources.spec import EVENTS
from tocsin.evidence.store import by_month, good, taken_back
from tocsin.evidence.store.came import came_as, mend_of, part_of
from tocsin.evidence.store.files import read_json
from tocsin.evidence.store.load import LoadOutcome, one_at_a_time, take


@dataclass(frozen=True)
class Undone:
    """A release that was taken back: the rows that are quarantined again, and what is in force now."""

    file: File
    load: str
    rows: tuple[int, ...]
    in_force: str
    """The release now in force; empty: the bundled figures, or nothing."""
    laid_again: tuple[str, ...] = ()
    said: str = ""
    """What has still to be done; empty when all is."""


Enter = Callable[[dict[str, Any]], AbstractContextManager[int]]
"""Enters the act in the ledger and gives the entry's number; what is done inside stands or falls with the entry."""


def undo(ctx: Context, source_id: str, name: str = "", *, why: str, by: By, enter: Enter) -> Undone:
    """Take the newest release of a source back, or the one whose name begins so.

    Raises Refused when there is none, when a newer release of the same file rests on it, and when a later file would
    not be taken in again without it; Misuse when the name fits no release.
    """
    person, told = by.whole, reason(why, "A release is taken back")
    with one_at_a_time(ctx, source_id):
        held, after = release_of(ctx, source_id, name)
        file = of_hash(ctx, source_id, str(held["mended"]))
        if after:
            _rehearse(ctx, source_id, held, after)
        went = Path(held["folder"]).name
        every = good.loads(ctx.settings.store, source_id)
        at = every.index(held)
        still = [r for r in every[:at] if r.get("mended") == file.sha256]
        kept = {m.row for m in mend_in(ctx, source_id, still[-1]).rows} if still else set()
        rows = tuple(m.row for m in mend_in(ctx, source_id, held).rows if m.row not in kept)
        records: list[Path] = []
        months = by_month.index_of(ctx.settings.store / source_id)
        body = {"file": file.sha256, "vintage": went, "rows": list(rows), "name": person, "why": told}
        try:
            with enter(body) as entry:
                again = _swap(ctx, source_id, held, after, by=by.post, person=person, why=told)
                records += [give_back(ctx, file, row, why=told, by=by, entry=entry) for row in rows]
        except BaseException:
            _put_back(ctx, source_id, [held, *after], records)
            by_month.put_back(ctx.settings.store / source_id, months)
            raise
        now = good.loads(ctx.settings.store, source_id)
    said = _events_again(ctx) if EVENTS in held["tables"] else ""
    names = tuple(load.file for load in again)
    return Undone(file, went, rows, str(now[-1]["release"]) if now else "", names, said)


def release_of(ctx: Context, source_id: str, name: str = "") -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a release and the loads that were laid over it since. Raises Refused and Misuse as ``undo``."""
    every = good.loads(ctx.settings.store, source_id)
    mended = [(i, r) for i, r in enumerate(every) if r.get("mended")]
    if not mended:
        raise Refused(f"No mended row of {source_id} is in force", todo="There is nothing to take back")
    fits = [(i, r) for i, r in mended if not name or Path(r["folder"]).name.startswith(name)]
    if not fits or (name and len(fits) > 1):
        names = ", ".join(Path(r["folder"]).name for _, r in mended)
        raise Misuse(f"{name[:80]!r} fits {len(fits)} releases of {source_id}", todo=f"Choose one of {names}")
    at, held = fits[-1]
    after = every[at + 1 :]
    newer = [r for r in after if r.get("mended") == held["mended"]]
    if newer:
        what = f"A newer release of the same file, {Path(newer[-1]['folder']).name}, holds these rows too"
        raise Refused(what, todo="Take that one back first")
    # What lies by month is laid beside, never over: to take one out leaves every other as it is.
    return held, [] if by_month.BY_MONTH in held["tables"] else after


def _swap(
    ctx: Context,
    source_id: str,
    held: dict[str, Any],
    after: list[dict[str, Any]],
    *,
    by: str,
    person: str,
    why: str,
) -> list[LoadOutcome]:
    """Take a load back and lay those after it again. Raises Refused at the first that is not taken in."""
    name = Path(held["folder"]).name
    taken_back.take_back(ctx, source_id, held, by=by, name=person, why=why)
    for one in after:
        taken_back.take_back(ctx, source_id, one, by=by, name=person, why=f"laid over {name}, which was taken back")
    return [_again(ctx, source_id, one) for one in after]


def _put_back(ctx: Context, source_id: str, loads: list[dict[str, Any]], records: list[Path]) -> None:
    """Let loads stand again, and what was laid again in their place not: the act was not entered, so it is not done."""
    store = ctx.settings.store
    named = {Path(one["folder"]).name for one in loads}
    before = max(named)
    for one in good.loads(store, source_id):
        if Path(one["folder"]).name > before:
            why = "the act that it was laid again for was not entered"
            taken_back.take_back(ctx, source_id, one, by="operator", name="", why=why)
    for path in [*records, *(store / source_id / taken_back.FOLDER / f"{name}.json" for name in named)]:
        path.unlink(missing_ok=True)


def _again(ctx: Context, source_id: str, held: dict[str, Any]) -> LoadOutcome:
    """Take the file of a load in once more, as it was taken in."""
    folder = ctx.settings.store / source_id
    tries = sorted(
        (folder / "attempts").glob(f"{str(held['retrieved_at']).replace(':', '')}-*-{held['sha256'][:10]}.json")
    )
    record = read_json(tries[-1]) if tries else held
    outcome = take(
        ctx,
        source_id,
        [part_of(folder / "raw", part) for part in came_as({**record, "parts": held.get("parts")})],
        str(held["by"]),
        origin=str(record.get("origin", "")),
        replacing=str(record.get("replacing", "")),
        mend=mend_of(folder / "raw", held),
        came_at=good.came_at(held),
        locked=True,
    )
    if not outcome.in_force:
        message = outcome.issues[0]["message"] if outcome.issues else "it is refused"
        what = f"{outcome.file}, laid over the release since, would not be taken in again without it: {message}"
        raise Refused(what, todo="Load a newer file of the source first, or mend the row anew")
    return outcome


def _rehearse(ctx: Context, source_id: str, held: dict[str, Any], after: list[dict[str, Any]]) -> None:
    """Do it in a copy of the source's store, which shares the bytes. Raises Refused when it would fail."""
    real = ctx.settings
    target = Path(tempfile.mkdtemp(prefix=".rehearsal-", dir=real.store.parent))
    try:
        settings = real.model_copy(update={"home": target})
        # Every file of the store is replaced whole and never written into: a link is as good as a copy.
        shutil.copytree(
            real.store / source_id,
            settings.store / source_id,
            copy_function=os.link,
            ignore=shutil.ignore_patterns("*.lock"),
        )
        if (real.home / "sources" / source_id).is_dir():
            shutil.copytree(real.home / "sources" / source_id, target / "sources" / source_id)
        copy = Context(settings=settings, clock=ctx.clock)
        _swap(copy, source_id, held, after, by="rehearsal", person="rehearsal", why="rehearsal")
    finally:
        shutil.rmtree(target, ignore_errors=True)


def _events_again(ctx: Context) -> str:
    """Make the event store anew, without the reports of what was taken back; return what is to do when it fails."""
    # That room reads the store, and this one is read by nobody in it.
    from tocsin.evidence.events.rebuild import rebuild

    try:
        rebuild(ctx)
    except (Refused, Damaged) as error:
        return f"The events are not made anew yet: {error.sentence()} Run: tocsin events rebuild"
    return ""
