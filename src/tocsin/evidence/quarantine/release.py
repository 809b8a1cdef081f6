"""Release mended rows: the file with its mended cells is loaded as a vintage of its own, over what is in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence.quarantine.files import File
from tocsin.evidence.quarantine.later import refuse_later
from tocsin.evidence.quarantine.mends import By, reason
from tocsin.evidence.quarantine.rows import Opened, Row, judge, mend_in, opened
from tocsin.evidence.store import good
from tocsin.evidence.store.load import LoadOutcome, one_at_a_time, take
from tocsin.evidence.store.mended import Mend


@dataclass(frozen=True)
class Released:
    """What became of a release: the rows, the outcome of the load, and its name when it is in force."""

    file: File
    rows: tuple[int, ...]
    mend: Mend
    outcome: LoadOutcome
    load: str = ""


def release(ctx: Context, file: File, *, rows: Sequence[int] = (), why: str, by: By, replacing: str = "") -> Released:
    """Put mended rows of a file in force: those named, or all that wait; rows released before stay with them.

    No count in force is lowered. Where a figure would fall, the load is refused until ``replacing`` says why the one in
    force is wrong, as for any file. Raises Refused when no row waits, when one that is named breaks a rule still, and
    when a later file that speaks of the same is in force.
    """
    _ = by.whole, reason(why, "Rows are released")
    with one_at_a_time(ctx, file.source_id):
        seen = opened(ctx, file)
        chosen = _chosen(seen, rows)
        before = mend_in(ctx, file.source_id, seen.load).rows if seen.load else ()
        mended = [*before, *(row.mend for row in chosen if row.mend)]
        mend = Mend(file.sha256, file.came_at, tuple(sorted(mended, key=lambda m: m.row)))
        judged = judge(ctx, seen, mend.rows)
        if wrong := sorted(judged.bad & {m.row for m in mend.rows} | judged.bad - seen.bad):
            issue = judged.issues[wrong[0]][0]
            what = f"With the mended values together, row {wrong[0]} breaks the rule {issue.rule}: {issue.message}"
            raise Refused(what, todo="Mend it, or release the others by --row")
        refuse_later(ctx, seen, mend)
        origin = f"{mend.origin}; released by {by.whole} ({by.post}): {why.strip()}"
        outcome = take(
            ctx, file.source_id, seen.parts, by.post, origin=origin, replacing=replacing, mend=mend, locked=True
        )
        numbers = tuple(row.row for row in chosen)
        if not outcome.in_force:
            return Released(file, numbers, mend, outcome)
        held = good.loads(ctx.settings.store, file.source_id)[-1]
        return Released(file, numbers, mend, outcome, Path(held["folder"]).name)


def _chosen(seen: Opened, rows: Sequence[int]) -> list[Row]:
    """Return the rows to release. Raises Refused for one that cannot be, and when there is none."""
    for number in rows:
        row = seen.row(number)
        if row.state == "released":
            raise Refused(f"Row {number} is released already", todo="Leave it out")
        if not row.holds:
            still = f" and breaks the rule {row.against[0]['rule']} still" if row.against else ", and nobody mended it"
            todo = f"Mend it: tocsin feeds quarantine mend {seen.file.source_id} {number} --set COLUMN=VALUE"
            raise Refused(f"Row {number} is quarantined{still}", todo=todo)
    found = [r for r in seen.rows if r.state == "mended" and (not rows or r.row in rows)]
    if not found:
        todo = f"Mend one: tocsin feeds quarantine mend {seen.file.source_id} ROW --set COLUMN=VALUE"
        raise Refused(f"No mended row of {seen.file.file} waits to be released", todo=todo)
    return found
