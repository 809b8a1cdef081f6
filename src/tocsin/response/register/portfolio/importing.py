"""Take a list of projects in: sealed first, then read in steps that stand or fall alone and can be gone on with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from tocsin.catalog import iati
from tocsin.catalog.iati import Line, read
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import said
from tocsin.response.register.models import (
    Project,
    ProjectFile,
    ProjectPlace,
    ProjectQuarantined,
    ProjectsRead,
)
from tocsin.response.register.people import Actor, hand, may
from tocsin.response.register.portfolio import files

STEP = 500
"""Lines kept in one transaction: what is lost when the machine stops, and is read again."""


@dataclass(frozen=True)
class Taken:
    """What came of a list: its row, whether it was read to the end already before, and columns nobody here knows."""

    file: ProjectFile
    read: ProjectsRead
    already: bool
    unknown_columns: tuple[str, ...]


def take(ctx: Context, path: Path, portfolio: str, actor: Actor, *, name: str = "") -> Taken:
    """Take a list in. The same bytes twice are one reading; a reading that broke off goes on where it stopped.

    Lines that do not fit are quarantined one by one, each with its reasons. Raises Refused for a file that is no
    list or one that broke off before a later one came, or an actor who may not; Misuse for a portfolio without a
    name.
    """
    may(actor, "assess").enforce()
    portfolio = " ".join(said(portfolio, 120).split())
    if not portfolio:
        raise Misuse("The list has no portfolio", todo="Say whose projects they are, as 'Bilateral fund 2026'")
    what = files.look(path, said(name, 200))
    head = files.header(path, what.form)
    if what.form != files.XML and next(files.lines(path, what.form, head), None) is None:
        raise Refused(f"{what.name} has a header and no project below it", todo="Add a line for each project")
    kept = files.keep(ctx, path, what)
    row = _sealed(ctx, what, portfolio, actor)
    done = ProjectsRead.objects.filter(file=row).first()
    if done is not None:
        return Taken(row, done, True, head.unknown)
    if ProjectFile.objects.filter(portfolio=portfolio, pk__gt=row.pk).exists():
        raise Refused(
            f"{what.name} broke off, and a later list of {portfolio} was taken in since", todo="Bring the newest list"
        )
    left = _parsed(kept, what.form, head, _last(row))
    while step := list(islice(left, STEP)):
        _keep(row, step)
        ctx.progress(f"{portfolio}: read to {'activity' if what.form == files.XML else 'line'} {step[-1][0]:,}")
    return Taken(row, _finish(ctx, row, actor), False, head.unknown)


def _sealed(ctx: Context, what: files.Bytes, portfolio: str, actor: Actor) -> ProjectFile:
    from tocsin.response.register.record import enter

    with transaction.atomic():
        found = ProjectFile.objects.select_for_update().filter(portfolio=portfolio, sha256=what.sha256).first()
        if found is not None:
            return found
        said_of = {"portfolio": portfolio, "name": what.name, "sha256": what.sha256, "size_bytes": what.size}
        entry = enter(ctx, kind="projects.sealed", body={**said_of, "form": what.form, "by": actor.body()})
        return ProjectFile.objects.create(**said_of, form=what.form, **signed(ctx, actor, entry.seq))


def signed(ctx: Context, actor: Actor, seq: int) -> dict[str, object]:
    """Return the columns that say who entered a row."""
    return {
        "post": actor.post,
        "person": actor.person,
        "hand": hand(actor.person, actor.os_user),
        "at": ctx.now(),
        "ledger_seq": seq,
    }


def _last(row: ProjectFile) -> int:
    """Return the last line of a list that was dealt with."""
    taken = Project.objects.filter(file=row).aggregate(last=Max("line"))["last"] or 0
    waiting = ProjectQuarantined.objects.filter(file=row).aggregate(last=Max("line"))["last"] or 0
    return int(max(taken, waiting))


Parsed = tuple[int, Line, dict[str, str]]


def _parsed(path: Path, form: str, head: files.Header, after: int) -> Iterator[Parsed]:
    """Yield each line behind ``after`` as it was read; of an activity file the number of the activity is its line."""
    if form == files.XML:
        with path.open("rb") as file:
            for one in iati.activities(file, after):
                line = read(one.cells)
                line.reasons[:0] = one.faults
                yield one.number, line, {**one.cells, "near_line": str(one.near_line)}
        return
    for number, cells in files.lines(path, form, head, after):
        if isinstance(cells, str):
            line = Line()
            line.refuse("", "", cells, "Mend the quotes of the line")
            yield number, line, {}
        else:
            yield number, read(cells), cells


def _keep(row: ProjectFile, step: Iterable[Parsed]) -> None:
    """Keep one step of lines. Readings of one portfolio take turns, so that what follows what stays one chain."""
    with transaction.atomic():
        list(ProjectFile.objects.select_for_update().filter(portfolio=row.portfolio).order_by("id"))
        after = _last(row)
        fresh = [one for one in step if one[0] > after]
        names = [line.values["iati_identifier"] for _, line, _ in fresh if not line.reasons]
        known = Project.objects.filter(portfolio=row.portfolio, iati_identifier__in=names)
        here = {p.iati_identifier: p.line for p in known.filter(file=row).only("iati_identifier", "line")}
        newest = {p.iati_identifier: p for p in known.filter(followed_by=None).exclude(file=row)}
        taken: list[Project] = []
        places: list[list[str]] = []
        waiting: list[ProjectQuarantined] = []
        for number, line, cells in fresh:
            name = line.values.get("iati_identifier", "")
            if not line.reasons and name in here:
                line.refuse("iati_identifier", name, f"stands on line {here[name]} already", "Keep one line a project")
            if line.reasons:
                safe = {
                    k: v[:2000].encode("utf-8", "replace").decode().replace("\0", "\ufffd") for k, v in cells.items()
                }
                waiting.append(ProjectQuarantined(file=row, line=number, cells=safe, reasons=line.reasons))
                continue
            here[name] = number
            taken.append(
                Project(file=row, line=number, portfolio=row.portfolio, follows=newest.get(name), **line.values)
            )
            places.append(line.places)
        made = Project.objects.bulk_create(taken)
        ProjectPlace.objects.bulk_create(
            ProjectPlace(project=project, place_id=place)
            for project, named in zip(made, places, strict=True)
            for place in named
        )
        ProjectQuarantined.objects.bulk_create(waiting)


def _finish(ctx: Context, row: ProjectFile, actor: Actor) -> ProjectsRead:
    from tocsin.response.register.record import enter

    with transaction.atomic():
        found = ProjectsRead.objects.filter(file=row).first()
        if found is not None:
            return found
        taken, waiting = row.projects.count(), row.quarantined.count()
        counts = {"lines": taken + waiting, "taken": taken, "quarantined": waiting}
        body = {"portfolio": row.portfolio, "sha256": row.sha256, **counts, "by": actor.body()}
        entry = enter(ctx, kind="projects.read", body=body)
        return ProjectsRead.objects.create(file=row, **counts, **signed(ctx, actor, entry.seq))
