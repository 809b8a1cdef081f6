"""A report comes in: its bytes are sealed, its writer gets a receipt, both readers are told that there is one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from tocsin.catalog import directive
from tocsin.catalog.geography.lookup import meant
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import said
from tocsin.response.docket import outbox
from tocsin.response.docket.reports import letters
from tocsin.response.register.models import Person
from tocsin.response.register.record import Act, enter_many
from tocsin.response.register.reports import originals
from tocsin.response.register.reports.models import Original, Report, Writer

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without letters and digits that are taken for one another
MOST_KEY = 60


@dataclass(frozen=True)
class Receipt:
    """What the writer keeps: the number of the report, the SHA-256 of what they sent, when it came, what comes next."""

    number: int
    sha256: str
    received_at: str
    writer: str
    read_due: str
    new: bool = True


@dataclass(frozen=True)
class Entry:
    """What comes in. ``content`` are the bytes; ``columns`` is the header of the CSV file they are a row of."""

    place: str
    content: bytes
    kind: str = "report"
    dated: date | None = None
    office: str = ""
    language: str = ""
    source_key: str = ""
    columns: list[str] | None = None
    row_sha256: str | None = None


def submit(ctx: Context, entry: Entry, *, person: Person | None = None, os_user: str = "", via: str) -> Receipt:
    """Enter a report and return its receipt.

    ``person`` (desk) or ``os_user`` (command line) stands in the table of writers alone; a CSV row has neither and
    brings its source's pseudonym. Raises Refused for an empty or endless text or a day to come; Misuse for a place
    or kind there is not. The same CSV row again changes nothing and returns its first receipt.
    """
    sha256 = originals.seal(entry.content)
    place, dated = meant(entry.place), entry.dated or ctx.now().date()
    if entry.kind not in Report.Kind.values:
        raise Misuse(f"{entry.kind!r} is no kind of report", todo=f"There are {', '.join(Report.Kind.values)}")
    if dated > ctx.now().date():
        raise Refused(f"A report of {dated} is of a day to come", todo="Give the day of what was seen, or none")
    with transaction.atomic():
        if entry.row_sha256 and (known := Report.objects.filter(row_sha256=entry.row_sha256).first()):
            return receipt(known, new=False)
        writer = _pseudonym(ctx, person, os_user) if via != Report.Via.CSV else _key(entry.source_key)
        report = _row(ctx, entry, place=place, dated=dated, sha256=sha256, writer=writer, via=via)
        Original.objects.create(report=report, content=entry.content, columns=entry.columns)
        for post in directive.current().reports.readers:
            outbox.write(ctx, None, f"report-{report.pk}.received", post, letters.received(report))
    return receipt(report)


def receipt(report: Report, *, new: bool = True) -> Receipt:
    """Return the receipt of a report."""
    times = iso(report.received_at) or "", iso(report.read_due) or ""
    return Receipt(report.pk, report.sha256, times[0], report.writer, times[1], new)


def _row(ctx: Context, entry: Entry, *, place: str, dated: date, sha256: str, writer: str, via: str) -> Report:
    """Write the row and its ledger entry. The entry commits to the hash; who wrote stands in no entry at all."""
    now, rules = ctx.now(), directive.current()
    numbers: list[int] = []

    def act() -> Iterator[Act]:
        # Asked once it is our turn at the end of the log: no two writers find the same number free.
        numbers.append((Report.objects.order_by("-id").values_list("id", flat=True).first() or 0) + 1)
        body = {
            "number": numbers[0],
            "sha256": sha256,
            "bytes": len(entry.content),
            "place_id": place,
            "dated": dated.isoformat(),
            "via": via,
            "directive": rules.version,
        }
        yield Act("report.received", body)

    entries = enter_many(ctx, act())
    return Report.objects.create(
        id=numbers[0],
        place_id=place,
        kind=entry.kind,
        writer=writer,
        # A writer is one source, whatever names they give to those they heard it from.
        source_key=writer,
        office=said(entry.office, 200)[:60],
        dated=dated,
        received_at=now,
        read_due=now + timedelta(hours=rules.reports.read_hours),
        language=said(entry.language, 40)[:12],
        sha256=sha256,
        via=via,
        row_sha256=entry.row_sha256,
        directive_version=rules.version,
        ledger_seq=entries[0],
    )


def _pseudonym(ctx: Context, person: Person | None, os_user: str) -> str:
    """Return the pseudonym of a writer, drawn by lot when they write for the first time."""
    own = {"person": person} if person is not None else {"person": None, "os_user": os_user}
    known = Writer.objects.filter(**own).first()
    if known is not None:
        return known.pseudonym
    while True:
        name = "R-" + "".join(secrets.choice(ALPHABET) for _ in range(6))
        if not Writer.objects.filter(pseudonym=name).exists():
            return Writer.objects.create(pseudonym=name, since=ctx.now(), **own).pseudonym


def _key(text: str) -> str:
    """Return a source's pseudonym as the file gives it. Raises Refused when there is none."""
    key = " ".join(said(text, 400).split())
    if not key:
        raise Refused("The row names no source", todo="Give each source a pseudonym of its own in source_key")
    if len(key) > MOST_KEY:
        raise Refused(f"The source_key is longer than {MOST_KEY} characters", todo="Use a short pseudonym")
    return key
