"""The report as a Word document: headings, paragraphs and tables that an office can go on working in."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from tocsin.core.clock import parse_time
from tocsin.core.words import in_xml

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every part inside the file: the oldest a zip can hold, so that the same report is the same bytes."""


def as_docx(told: dict[str, Any]) -> bytes:
    """Return the report as .docx, the same bytes for the same report."""
    from docx import Document

    document = Document()
    about = document.core_properties
    written = parse_time(told["written_at"])
    about.title, about.author, about.comments = told["title"], "Tocsin", ""
    about.created = about.modified = datetime(written.year, written.month, written.day, tzinfo=UTC)
    document.add_heading(told["title"], 0)
    document.add_paragraph(f"{told['organisation']}. {told['period']}. Shape: {told['shape']}, {told['basis']}.")
    if told["duty"]:
        line = document.add_paragraph()
        line.add_run(f"{told['duty']['said']}.").bold = told["duty"]["expired"]
        document.add_paragraph(f"For: {'; '.join(told['to_whom'])}. {told['annex']}")
    document.add_paragraph(summary(told))
    for element in told["elements"]:
        document.add_heading(element["heading"], 1)
        for part in element["parts"]:
            document.add_heading(part["asks"], 2)
            _fill(document, part)
    if told["loaded_words"]:
        document.add_heading("Words that take a side", 1)
        for line in told["loaded_words"]:
            document.add_paragraph(in_xml(line), style="List Bullet")
    packed = io.BytesIO()
    document.save(packed)
    return _same_bytes(packed.getvalue())


def summary(told: dict[str, Any]) -> str:
    """Return in one sentence how much of the report the record fills and what it rests on."""
    cut = f" Read up to {told['cut_short']}, before the period ends." if told["cut_short"] else ""
    return (
        f"{told['filled']} of {told['parts']} parts filled from {told['entries']} ledger entries of the period "
        f"({told['source']}); {told['withheld_bodies']} bodies withheld.{cut}"
    )


def _fill(document: Any, part: dict[str, Any]) -> None:
    if not part["filled"]:
        document.add_paragraph(f"Missing. Would be filled by: {part['would_fill']}.").runs[0].italic = True
        return
    for line in part["lines"]:
        document.add_paragraph(in_xml(line))
    if not part["rows"]:
        return
    table = document.add_table(rows=1, cols=len(part["columns"]), style="Light Grid")
    for cell, head in zip(table.rows[0].cells, part["columns"], strict=True):
        cell.text = head
    for row in part["rows"]:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = in_xml(value)


def _same_bytes(packed: bytes) -> bytes:
    """Return a zip with the times of its parts taken out."""
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return plain.getvalue()
