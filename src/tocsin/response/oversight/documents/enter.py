"""Enter a published document and what it found. Acts: rows and one ledger entry in one transaction.

The file is sealed byte for byte: its SHA-256 stands in the ledger, its bytes are never changed. Findings are taken out
by a person, one row each, as published; where the file is plain text the words must stand in it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from tocsin.catalog import directive
from tocsin.catalog.geography.lookup import meant
from tocsin.core.clock import parse_date
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused, TocsinError
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.docket.acts.propose import who
from tocsin.response.oversight.csv_rows import rows_of
from tocsin.response.oversight.documents.models import Document, DocumentFile, Finding, Owed
from tocsin.response.oversight.rules import may_keep
from tocsin.response.register.people import Actor
from tocsin.response.register.record import enter
from tocsin.response.register.reports.originals import text_of, unchanged

MOST_BYTES = 12_000_000
"""Some hundreds of printed pages with pictures. A larger file is split, or its address is given instead."""
MEDIA = {
    ".txt": "text/plain",
    ".md": "text/plain",
    ".pdf": "application/pdf",
    ".html": "text/html",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
}
"""By the end of a file's name; anything else is application/octet-stream."""
NEEDED, ALSO = ("number", "kind", "text"), ("page", "owner", "due", "silence")


def publish(
    ctx: Context,
    actor: Actor,
    content: bytes,
    *,
    filename: str,
    title: str,
    kind: str,
    issued_by: str,
    issued_on: date,
    place: str = "",
    language: str = "",
    url: str = "",
    follows: int | None = None,
) -> Document:
    """Enter a document and seal its file; ``follows`` is the number of the version before it.

    Raises Misuse on an unknown kind or place, Refused on an empty or too large file, one that is there already, a day
    to come or before the version it follows, or when that version has a follower already.
    """
    may_keep(actor).enforce()
    if kind not in Document.Kind.values:
        raise Misuse(f"{kind!r} is no kind of document", todo=f"There are {' and '.join(Document.Kind.values)}")
    title, issued_by = said(title, 200), said(issued_by, 200)
    if not title or not issued_by:
        raise Refused("A document has a title and an issuer", todo="Write both")
    if issued_on > ctx.now().date():
        raise Refused(f"The day {issued_on} has not come", todo="Give the day on which it was issued")
    if not content or len(content) > MOST_BYTES:
        raise Refused(
            f"A file of {len(content):,} bytes cannot be sealed", todo=f"Bring one of 1 to {MOST_BYTES:,} bytes"
        )
    name = said(filename.replace("\\", "/").rpartition("/")[2], 400)[-120:] or "document"
    fields: dict[str, Any] = {
        "title": title,
        "kind": kind,
        "issued_by": issued_by,
        "issued_on": issued_on,
        "place_id": meant(place) if place.strip() else "",
        "language": said(language, 12),
        "url": address(url) if url.strip() else "",
        "filename": name,
        "media_type": MEDIA.get(name[name.rfind(".") :].lower(), "application/octet-stream"),
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    known = Document.objects.filter(sha256=fields["sha256"]).first()
    if known is not None:
        raise Refused(f"This very file is there already, as document {known.pk}", where=known.title)
    try:
        with transaction.atomic():
            before = _before(follows, issued_on)
            told = {**fields, "issued_on": issued_on.isoformat(), "follows": before.ledger_seq if before else None}
            entry = enter(ctx, kind="document.entered", body={**told, "by": actor.body()})
            row = Document.objects.create(follows=before, at=ctx.now(), ledger_seq=entry.seq, **fields, **who(actor))
            DocumentFile.objects.create(document=row, content=content)
            return row
    except IntegrityError:  # somebody else entered the same file, or a follower, at this moment
        raise Refused("This file or this version was entered at this moment by somebody else") from None


def _before(number: int | None, issued_on: date) -> Document | None:
    if number is None:
        return None
    row = document(number)
    later = Document.objects.filter(follows=row).first()
    if later is not None:
        raise Refused(f"Document {number} is followed already, by document {later.pk}", todo=f"Follow {later.pk}")
    if issued_on < row.issued_on:
        raise Refused(f"Document {number} is of {row.issued_on}, later than {issued_on}", todo="Correct the days")
    return row


def document(number: int, *, locked: bool = False) -> Document:
    """Return a document, locked while findings are taken out of it. Raises Refused when there is none."""
    rows = Document.objects.select_for_update() if locked else Document.objects
    row = rows.filter(pk=number).first()
    if row is None:
        raise Refused(f"There is no document {number}", todo="See tocsin oversight documents")
    return row


def content(row: Document) -> bytes:
    """Return the file of a document as it was sealed. Raises Damaged when it is not what was entered."""
    return unchanged(
        bytes(row.file.content), row.sha256, f"The file of document {row.pk}", where="oversight_documentfile"
    )


def address(text: str) -> str:
    """Return an address of the web as it is kept. Raises Misuse when it is none, or has a password in it."""
    url = said(text, 500)
    host = url.partition("://")[2].partition("/")[0]
    if not url.startswith(("https://", "http://")) or not host or "@" in host or any(c.isspace() for c in url):
        raise Misuse("That is no address of the web", todo="Write it as https://host/path, without a password in it")
    return url


@dataclass(frozen=True)
class Taken:
    """A finding as a person takes it out: its number as published, its kind, its text, its page."""

    label: str
    kind: str
    text: str
    page: str = ""


@dataclass(frozen=True)
class Debt:
    """Who owes an answer by which day, what silence does, and why this is said anew."""

    owner_post: str = ""
    due: date | None = None
    silence: str = Owed.Silence.GAP
    why: str = ""


def extract(ctx: Context, actor: Actor, number: int, taken: Taken, debt: Debt = Debt()) -> Finding:
    """Take one finding out of document ``number``, with who owes an answer to it by when, and what silence does.

    A recommendation needs owner and day. Raises Misuse on an unknown kind, post or silence; Refused on a number that is
    used, on words that are not in a plain-text file, or without what is needed.
    """
    may_keep(actor).enforce()
    with transaction.atomic():
        row = document(number, locked=True)
        return _extract(ctx, actor, row, _words_of(row), (taken, debt))


def extract_csv(ctx: Context, actor: Actor, number: int, file: bytes) -> list[Finding]:
    """Take findings out of a CSV file, all or none. Columns NEEDED and ALSO. Raises as ``extract``, naming the line."""
    may_keep(actor).enforce()
    with transaction.atomic():
        row = document(number, locked=True)
        words, made = _words_of(row), []
        for line, cells in rows_of(file, NEEDED, ALSO):
            try:
                due = parse_date(cells["due"].strip()) if cells["due"].strip() else None
                debt = Debt(cells["owner"].strip(), due, cells["silence"].strip() or Owed.Silence.GAP)
                taken = Taken(cells["number"], cells["kind"].strip(), cells["text"], cells["page"])
                made.append(_extract(ctx, actor, row, words, (taken, debt)))
            except TocsinError as error:
                raise Refused(f"{error.what}. Nothing was taken in", where=f"line {line}", todo=error.todo) from None
    return made


def _extract(ctx: Context, actor: Actor, row: Document, words: str | None, told: tuple[Taken, Debt]) -> Finding:
    taken, debt = told
    label, text = " ".join(said(taken.label, 20).split()), said(taken.text)
    if taken.kind not in Finding.Kind.values:
        kinds = ", ".join(Finding.Kind.values)
        raise Misuse(f"{taken.kind!r} is neither finding nor recommendation", todo=f"Write {kinds}")
    if not label or not substantial(text):
        raise Refused("A finding has its number and its text as published", todo="Write both")
    if words is not None and " ".join(text.split()) not in words:
        raise Refused(
            f"The text of {label} does not stand in the file in these words", todo="Copy it as it was published"
        )
    if row.findings.filter(number=label).exists():
        raise Refused(f"Document {row.pk} has a {label} already", todo="Numbers never change; give it another")
    if taken.kind == Finding.Kind.RECOMMENDATION and not (debt.owner_post and debt.due):
        raise Refused(f"Somebody owes an answer to {label} by some day", todo="Name a post and a day")
    fields = {"number": label, "kind": taken.kind, "text": text, "page": said(taken.page, 20)}
    entry = enter(ctx, kind="finding.extracted", body={**fields, "document": row.ledger_seq, "by": actor.body()})
    made = Finding.objects.create(document=row, at=ctx.now(), ledger_seq=entry.seq, **fields, **who(actor))
    if debt.owner_post and debt.due:
        owe(ctx, actor, made, debt)
    return made


def owe(ctx: Context, actor: Actor, row: Finding, debt: Debt) -> Owed:
    """Record who owes an answer to a finding by which day; for a newer word see ``answers.owe``."""
    directive.current().post(debt.owner_post)
    if debt.silence not in Owed.Silence.values:
        raise Misuse(f"{debt.silence!r} is nothing silence does", todo=f"Write {' or '.join(Owed.Silence.values)}")
    if debt.due is None or debt.due < row.document.issued_on:
        raise Refused("The answer is due on no day after the document", todo="Give a day after it was issued")
    fields = {"owner_post": debt.owner_post, "due": debt.due, "silence": debt.silence, "why": said(debt.why, SHORT)}
    body = {**fields, "due": debt.due.isoformat(), "finding": row.ledger_seq, "by": actor.body()}
    entry = enter(ctx, kind="finding.owed", body=body)
    return Owed.objects.create(finding=row, at=ctx.now(), ledger_seq=entry.seq, **fields, **who(actor))


def _words_of(row: Document) -> str | None:
    """Return the words of a plain-text file on one line; None for a file whose text is not read here."""
    if row.media_type != "text/plain":
        return None
    return " ".join(text_of(content(row)).text.split())
