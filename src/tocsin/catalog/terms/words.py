"""The word of each vocabulary for each concept: ``words.csv``, beside what ``terms.csv`` says of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tocsin.catalog.basis import basis_label
from tocsin.catalog.library import ROOT, TERMS, library
from tocsin.catalog.rows import Row, Words
from tocsin.catalog.rows import Term as TermRow
from tocsin.catalog.tables import Finding, read_rows
from tocsin.core.errors import Damaged, Misuse

FILE = "terms/words.csv"
VOCABULARIES: dict[str, str] = {
    "un": "United Nations",
    "us": "US government",
    "eu_au": "EU and AU",
    "ngo": "NGO",
    "data": "data and research",
}
COLUMNS = {"un": "un", "us": "us_government", "eu_au": "eu_au", "ngo": "ngo", "data": "academic_data"}
"""Where ``terms.csv`` says at length what a vocabulary means by a concept."""


class WordsRow(Row):
    """The words for one concept: the first of a cell is said, the others are known when read. Empty: no own word."""

    id: str
    un: Words
    us: Words
    eu_au: Words
    ngo: Words
    data: Words


@dataclass(frozen=True)
class Term:
    """A concept as one vocabulary says it. ``own`` is False when it has no word of its own: then the concept's name.

    ``said_of`` is what ``terms.csv`` says of the concept in this vocabulary; ``others`` the words of the rest.
    """

    id: str
    vocabulary: str
    text: str
    own: bool
    warning: str
    basis: str
    basis_label: str
    concept: str
    said_of: str
    others: dict[str, str]


def vocabulary(name: str) -> str:
    """Return the id of a vocabulary. Raises Misuse for one there is not."""
    if name not in VOCABULARIES:
        raise Misuse(f"{name!r} is no vocabulary", todo=f"Choose one of {', '.join(VOCABULARIES)}")
    return name


def say(concept: str, words: str) -> Term:
    """Return the word of a vocabulary for a concept (``T21``). Raises Misuse for what does not exist."""
    known = everything()
    if concept not in known:
        raise Misuse(f"There is no concept {concept!r}", todo="See tocsin catalog show terms")
    row, forms = known[concept]
    spoken = {name: _first(forms, name) for name in VOCABULARIES}
    own = spoken[vocabulary(words)]
    said_of = str(getattr(row, COLUMNS[words]))
    return Term(
        id=concept,
        vocabulary=words,
        text=own or _plain(row.concept),
        own=bool(own),
        warning="" if row.false_friend_warning == "-" else row.false_friend_warning,
        basis=row.basis,
        basis_label=basis_label(row.basis),
        concept=row.concept,
        said_of="" if said_of == "-" else said_of,
        others={name: word for name, word in spoken.items() if word and name != words},
    )


@cache
def everything(root: Path = ROOT) -> dict[str, tuple[TermRow, WordsRow]]:
    """Return each concept with its words. Raises Damaged with the first fault."""
    for fault in check(root):
        raise Damaged(
            f"The catalogue has a fault: {fault.rule}", where=f"{fault.file}, line {fault.line}", todo=fault.todo
        )
    forms = {row.id: row for _, row in read_rows(root / FILE, WordsRow, FILE, "id")[0]}
    return {key: (row, forms[key]) for key, row in library(root).terms.items()}


def check(root: Path = ROOT) -> list[Finding]:
    """Return the faults of the file: what cannot be read, words for no concept, concepts without words."""
    rows, found = read_rows(root / FILE, WordsRow, FILE, "id")
    concepts, _ = read_rows(root / TERMS, TermRow, TERMS, "id")
    known = {row.id for _, row in concepts}
    for line, row in rows:
        if row.id not in known:
            found.append(
                Finding(FILE, line, "id", row.id, f"names nothing in {TERMS}", "Correct it, or add the concept")
            )
        for name in VOCABULARIES:
            words = [word.casefold() for word in getattr(row, name)]
            for word in {w for w in words if words.count(w) > 1}:
                found.append(Finding(FILE, line, name, word, "stands twice in the cell", "Remove one"))
        if not any(getattr(row, name) for name in VOCABULARIES):
            found.append(Finding(FILE, line, "un", "", "no vocabulary has a word", "Fill one, or remove the concept"))
    missing = known - {row.id for _, row in rows}
    found += [Finding(FILE, 1, "id", key, "has no row of words", "Add one") for key in sorted(missing)]
    return found


def _first(row: WordsRow, name: str) -> str:
    forms: tuple[str, ...] = getattr(row, name)
    return forms[0] if forms else ""


def _plain(concept: str) -> str:
    """Return a concept's name as it stands within a sentence; abbreviations keep their capitals."""
    return concept if concept[:2].isupper() else concept[:1].lower() + concept[1:]
