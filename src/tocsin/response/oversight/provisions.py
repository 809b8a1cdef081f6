"""Provisions of law that would close a gap: their text, whose law it would be, what they would open, how far they are.

Bills are tracked by hand or from a CSV file; nothing here reads a parliament. Each status reached is a row that stays.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from tocsin.core.clock import parse_date
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused, TocsinError
from tocsin.core.words import SHORT, said
from tocsin.response.docket.acts.propose import who
from tocsin.response.oversight.csv_rows import rows_of
from tocsin.response.oversight.models import Gap, Provision, ProvisionStep
from tocsin.response.oversight.rules import may_keep
from tocsin.response.register.people import Actor
from tocsin.response.register.record import enter

NEEDED, ALSO = ("reference", "status", "on"), ("jurisdiction", "source")
"""Columns of a file that tracks bills."""


def as_dict(row: Provision) -> dict[str, Any]:
    """Return a provision as plain values, with every status it reached, oldest first."""
    steps = sorted(row.steps.all(), key=lambda s: s.pk)
    return {
        "provision": row.pk,
        "title": row.title,
        "jurisdiction": row.jurisdiction,
        "reference": row.reference,
        "text": row.text,
        "opens": row.opens,
        "status": row.status,
        "status_on": row.status_on.isoformat(),
        "history": [
            {
                "status": s.status,
                "on": s.status_on.isoformat(),
                "source": s.source,
                "by": s.post,
                "ledger_seq": s.ledger_seq,
            }
            for s in steps
        ],
        "ledger_seq": row.ledger_seq,
    }


def gap_of(number: int, *, locked: bool = False) -> Gap:
    """Return a gap, locked for an act on it. Raises Refused when there is none."""
    rows = Gap.objects.select_for_update() if locked else Gap.objects
    gap = rows.filter(pk=number).first()
    if gap is None:
        raise Refused(f"There is no gap {number}", todo="See tocsin oversight gaps")
    return gap


def provide(
    ctx: Context,
    actor: Actor,
    number: int,
    *,
    title: str,
    text: str,
    reference: str = "",
    status: str = "idea",
    jurisdiction: str = "",
    opens: str = "",
    source: str = "",
) -> Provision:
    """Link a draft provision of law to a gap. Raises Misuse on an unknown status, Refused without title or text."""
    may_keep(actor).enforce()
    title, text, reference = said(title, 200), said(text), said(reference, 200)
    if not title or not text:
        raise Refused("A provision has a title and says what it would provide", todo="Write --title and --text")
    _status(status)
    with transaction.atomic():
        row = Provision(
            gap=gap_of(number, locked=True),
            title=title,
            text=text,
            reference=reference,
            jurisdiction=said(jurisdiction, 120),
            opens=said(opens, SHORT),
            added_at=ctx.now(),
        )
        return _stand(ctx, actor, row, (status, ctx.now().date(), source))


def move(
    ctx: Context, actor: Actor, number: int, *, status: str, on: date, reference: str = "", source: str = ""
) -> Provision:
    """Record how far a provision has come. Raises Misuse on an unknown status, Refused on a day to come."""
    may_keep(actor).enforce()
    _status(status)
    with transaction.atomic():
        row = Provision.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise Refused(f"There is no provision {number}", todo="See tocsin oversight gaps")
        row.reference = said(reference, 200) or row.reference
        return _stand(ctx, actor, row, (status, on, source))


def load(ctx: Context, actor: Actor, file: bytes) -> dict[str, Any]:
    """Move provisions by a CSV file (columns NEEDED and ALSO): every one with that reference, in that jurisdiction.

    A status that stands already is left as it is. All rows are taken, or none. Returns ``moved`` (numbers), ``known``
    (rows that change nothing) and ``unknown`` (references of no provision here). Raises Refused or Misuse, naming the
    line.
    """
    may_keep(actor).enforce()
    moved: list[int] = []
    known, unknown = 0, []
    with transaction.atomic():
        for line, cells in rows_of(file, NEEDED, ALSO):
            reference, status, place = (cells[n].strip() for n in ("reference", "status", "jurisdiction"))
            try:
                on = parse_date(cells["on"].strip())
                _status(status)
                rows = Provision.objects.select_for_update().filter(reference=reference) if reference else []
                mine = [r for r in rows if place in {"", r.jurisdiction}]
                new = [r for r in mine if not r.steps.filter(status=status, status_on=on).exists()]
                moved += [_stand(ctx, actor, r, (status, on, cells["source"])).pk for r in new]
            except TocsinError as error:
                raise Refused(f"{error.what}. Nothing was moved", where=f"line {line}", todo=error.todo) from None
            known += bool(mine) and not new
            unknown += [] if mine else [reference]
    return {"moved": moved, "known": known, "unknown": unknown}


def _status(status: str) -> None:
    if status not in Provision.Status.values:
        raise Misuse(f"{status!r} is no status of a provision", todo=f"There are {', '.join(Provision.Status.values)}")


def _stand(ctx: Context, actor: Actor, row: Provision, reached: tuple[str, date, str]) -> Provision:
    """Record a status reached, since when and by which source. One older than the newest is kept as history alone."""
    status, on, source = reached
    source = said(source, 300)
    if on > ctx.now().date():
        raise Refused(f"The day {on} has not come", todo="Record a status once it is reached")
    body = {
        "gap": row.gap.ledger_seq,
        "title": row.title,
        "jurisdiction": row.jurisdiction,
        "reference": row.reference,
        "status": status,
        "status_on": on.isoformat(),
        "source": source,
    }
    if row.pk is None or on >= row.status_on:
        row.status, row.status_on = status, on
    if row.pk is None:
        row.ledger_seq = 0
        row.save()
    entry = enter(ctx, kind="gap.provision", body={**body, "provision": row.pk, "by": actor.body()})
    row.ledger_seq = entry.seq
    row.save()
    step = {"status": status, "status_on": on, "source": source}
    ProvisionStep.objects.create(provision=row, at=ctx.now(), ledger_seq=entry.seq, **step, **who(actor))
    return row
