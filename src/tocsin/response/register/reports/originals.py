"""The sealed original: its bytes, the text in them, and the log of who opened it.

Nobody but the writer reads an original without a row in ``Opening``, written first: when the row cannot be written the
original stays closed.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import unicodedata
from dataclasses import dataclass

from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Refused
from tocsin.response.register.people import Actor, hand
from tocsin.response.register.reports.models import Opening, Original, Report

MOST_BYTES = 60_000
"""Some twenty-five printed pages. Longer material is evidence, and is linked."""


@dataclass(frozen=True)
class Text:
    """An original as text, and in words how its bytes were read when that is not plain UTF-8."""

    text: str
    note: str = ""


def seal(content: bytes) -> str:
    """Return the SHA-256 of an original, hex. Raises Refused when it is empty, too large or says nothing."""
    if len(content) > MOST_BYTES:
        raise Refused(
            f"A report of {len(content):,} bytes is too long", todo=f"Keep to {MOST_BYTES:,} and link what is behind it"
        )
    if not any(c.isalnum() for c in text_of(content).text):
        raise Refused("The report says nothing", todo="Write what was seen or heard, where and when")
    return hashlib.sha256(content).hexdigest()


def text_of(content: bytes, columns: list[str] | None = None) -> Text:
    """Return the text in an original's bytes. A row of a CSV file gives the cell of its column ``text``.

    Bytes that are no UTF-8 are read as what their mark says, else as Windows-1252, and the note says so.
    """
    text, note = _decoded(content)
    if columns is not None:
        cells = next(csv.reader(io.StringIO(text, newline="")), [])
        text = dict(zip(columns, cells, strict=False)).get("text", "")
    shown = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in shown):
        note = f"{note} Control characters are shown as �.".strip()
        shown = "".join("�" if unicodedata.category(c) == "Cc" and c not in "\n\t" else c for c in shown)
    return Text(shown, note)


def _decoded(content: bytes) -> tuple[str, str]:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(name, "replace"), "" if name == "utf-8-sig" else "Read as UTF-16."
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "The bytes are no UTF-8; they are shown as Windows-1252."


def read(report: Report) -> Text:
    """Return the original's text without logging: for the writer, and for figures. Raises Damaged when it changed."""
    original = Original.objects.get(pk=report.pk)
    what = f"The original of report {report.pk}"
    return text_of(unchanged(bytes(original.content), report.sha256, what, where="register_original"), original.columns)


def unchanged(content: bytes, sha256: str, what: str, *, where: str) -> bytes:
    """Return sealed bytes. Raises Damaged, naming ``what`` and the table, when they are not what was received."""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Damaged(
            f"{what} is not what was received",
            where=where,
            todo="Restore the register from a backup and run: tocsin ledger check",
        )
    return content


def opened(ctx: Context, report: Report, actor: Actor, why: str) -> Text:
    """Return the original's text to somebody who acts under a post; who read it, when and why is logged first."""
    Opening.objects.create(
        report=report,
        at=ctx.now(),
        post=actor.post,
        person=actor.person,
        via=actor.via,
        os_user=actor.os_user or None,
        why=why,
    )
    return read(report)


def has_opened(report: Report, actor: Actor) -> bool:
    """Tell whether this hand, under whatever post, has the original's opening on record."""
    own = hand(actor.person, actor.os_user)
    openings = report.openings.exclude(why="own").select_related("person")
    return any(own == hand(o.person, o.os_user or "") for o in openings)
