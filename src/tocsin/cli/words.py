"""``tocsin words``: a text in the words of one vocabulary, read in those of another."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.output import emit
from tocsin.core.errors import Misuse, Refused

MOST_BYTES = 4_000_000
VOCABULARY_HELP = "un | us | eu_au | ngo | data"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("words")(words)


def words(
    file: Annotated[Path, typer.Argument(help="A text in UTF-8; - reads what is piped in")],
    *,
    source: Annotated[str, typer.Option("--from", help=f"The text is in the words of: {VOCABULARY_HELP}")],
    target: Annotated[str, typer.Option("--to", help=f"Read it in the words of: {VOCABULARY_HELP}")],
) -> None:
    """Mark each known word of a text with the word of another vocabulary and its false-friend warning.

    The file is only read: nothing is changed and nothing is kept.
    """
    from tocsin.catalog.terms import VOCABULARIES, marked

    found = marked(_read(file), source, target)

    def text() -> str:
        cut = "".join(
            piece if mark is None else f"{piece} [{' or '.join(mark.mapped)}{' †' if mark.warnings else ''}]"
            for piece, mark in found.pieces()
        )
        lines = [cut.rstrip("\n"), ""]
        lines += [
            f"† {mark.text} -> {' or '.join(mark.mapped)}: {'; '.join(mark.warnings)}"
            for mark in found.once()
            if mark.warnings
        ]
        lines += [
            f"  {mark.text}: {term.concept} has no word of its own in the {VOCABULARIES[target]} vocabulary"
            for mark in found.once()
            for term in mark.terms
            if not term.own
        ]
        lines.append(f"{len(found.marks)} known words, {VOCABULARIES[source]} to {VOCABULARIES[target]}.")
        lines.append("A word that is not marked may still be a false friend. The list is from memory, unreviewed.")
        return "\n".join(lines)

    emit(found.as_dict(), text)


def _read(file: Path) -> str:
    """Return the text of a file or of what is piped in. Raises Misuse or Refused, naming what is wrong with it."""
    from tocsin.core.words import said

    if str(file) == "-":
        raw = sys.stdin.buffer.read(MOST_BYTES + 1)
    elif not file.is_file():
        raise Misuse(f"There is no file {file}", todo="Give a text file, or - and pipe the text in")
    else:
        with file.open("rb") as opened:
            raw = opened.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise Refused("The text is longer than four million bytes", where=str(file), todo="Cut it into parts")
    try:
        return said(raw.decode("utf-8-sig"), MOST_BYTES)
    except UnicodeDecodeError:
        raise Refused("The file is not text in UTF-8", where=str(file), todo="Save it as UTF-8 text") from None
