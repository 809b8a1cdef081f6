"""Writes a report to an overseer. Every form prints the same object; none counts or rounds anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from tocsin.core.errors import Misuse, Refused
from tocsin.core.files import write_whole
from tocsin.desk.overseer.word import as_docx


def as_json(told: dict[str, Any]) -> bytes:
    """Return the report as JSON, the same bytes for the same report."""
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def as_html(told: dict[str, Any]) -> bytes:
    """Return the report as a page that stands alone, its style inside it."""
    from django.template.loader import render_to_string

    style = (Path(__file__).parent.parent / "static" / "desk" / "desk.css").read_text(encoding="utf-8")
    return render_to_string("desk/report_file.html", {"r": told, "style": style}).encode()


def as_pdf(told: dict[str, Any]) -> bytes:
    """Return the report as tagged PDF (PDF/UA-1), fonts embedded; no network. Raises Refused when it cannot be set."""
    import typst

    source = (files(__package__) / "report.typ").read_bytes()
    try:
        return typst.compile(
            source,
            format="pdf",
            sys_inputs={"content": json.dumps(told, ensure_ascii=False)},
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
        )
    except (RuntimeError, typst.TypstError) as error:
        raise Refused(f"The report could not be set as PDF: {error}") from error


FORMATS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "html": as_html,
    "pdf": as_pdf,
    "docx": as_docx,
    "json": as_json,
}


def write(told: dict[str, Any], to: Path, form: str) -> Path:
    """Write a report into a file that appears whole or not at all, and return it; a file that is there is replaced.

    Raises Misuse on an unknown format, Refused when the file cannot be written.
    """
    if form not in FORMATS:
        raise Misuse(f"A report cannot be written as {form!r}", todo=f"There are {', '.join(FORMATS)}")
    data = FORMATS[form](told)
    try:
        write_whole(to, data)
    except OSError as error:
        raise Refused(
            f"The report cannot be written: {error.strerror}", where=str(to), todo="Choose another file: --out FILE"
        ) from error
    return to
