"""Writes the brief: HTML that stands alone, one A4 page of PDF by typst, and the content itself as JSON."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.files import write_whole
from tocsin.desk.brief.content import content

# Largest first: a day with much on it is set smaller, down to what can still be read, to stay on one page.
SIZES = ("8.9pt", "8.3pt", "7.7pt", "7.1pt", "6.5pt")
LEAST_MAP = "34mm"
"""The height that the map has at least where a smaller type can give it."""
NAMES = {"html": "brief.html", "pdf": "brief.pdf", "json": "brief.json"}


def as_json(said: dict[str, Any]) -> bytes:
    """Return the content as JSON, the same bytes for the same content."""
    return (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def typeset(source: bytes, inputs: dict[str, str], *, what: str) -> bytes:
    """Return a typst source with its inputs as tagged PDF (PDF/UA-1); embedded fonts alone, no network.

    Raises Refused, naming ``what``, when typst cannot set it.
    """
    import typst

    try:
        pdf: bytes = typst.compile(
            source, format="pdf", sys_inputs=inputs, ignore_system_fonts=True, pdf_standards=["ua-1"]
        )
    except (RuntimeError, typst.TypstError) as error:
        raise Refused(f"The {what} could not be set as PDF: {error}") from error
    return pdf


def as_pdf(said: dict[str, Any]) -> bytes:
    """Return the brief as one page of tagged PDF (PDF/UA-1). Fonts are embedded by typst; no network, no system font.

    Raises Refused when typst cannot set it.
    """
    from tocsin.desk.brief.picture import key, standalone_map

    source = (files(__package__) / "brief.typ").read_bytes()
    words = {
        "content": json.dumps(said, ensure_ascii=False),
        "map": standalone_map(said["map"]),
        "key": json.dumps(key()),
    }
    fits = SIZES[-1]
    for size in SIZES:
        tried = typeset(source, {**words, "size": size, "least": LEAST_MAP}, what="brief")
        if re.search(rb"/Type\s*/Pages\s*/Count 1\b", tried):
            fits = size
            break
    # Set once more with the map as large as what is left: a map that shrank to a dot would say nothing.
    return typeset(source, {**words, "size": fits}, what="brief")


def as_html(said: dict[str, Any]) -> str:
    """Return the brief as a page that stands alone, its style inside it: a file to send, opened without the desk."""
    from django.template.loader import render_to_string

    from tocsin.desk.brief.picture import inline_map
    from tocsin.desk.charts.world import legend

    style = (Path(__file__).parent.parent / "static" / "desk" / "desk.css").read_text(encoding="utf-8")
    return render_to_string(
        "desk/brief_file.html",
        {"c": said, "style": style, "map_svg": inline_map(said["map"]), "map_legend": legend(stale=False)},
    )


def write(ctx: Context, to: Path | None = None, *, words: str = "un") -> dict[str, Path]:
    """Write the brief of the run in force into a folder (default: that of the run in the home) and return the files.

    Each file appears whole or not at all. Raises Refused without a run, or when the folder cannot be written.
    """
    said = content(ctx, words=words)
    folder = to or ctx.settings.briefs / said["run_id"]
    written = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind, data in (("html", as_html(said).encode()), ("pdf", as_pdf(said)), ("json", as_json(said))):
            target = folder / NAMES[kind]
            write_whole(target, data)
            written[kind] = target
    except OSError as error:
        raise Refused(
            f"The brief cannot be written: {error.strerror}", where=str(folder), todo="Choose another folder: --to DIR"
        ) from error
    return written
