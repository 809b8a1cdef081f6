"""Reads the agendas and the tags of options, and says of every fault where it stands."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from pathlib import Path

from tocsin.catalog.agendas.schema import Book, Tag
from tocsin.catalog.library import FILES, OPTIONS, ROOT, TERMS
from tocsin.catalog.rows import Term
from tocsin.catalog.tables import Finding, read_rows
from tocsin.catalog.yaml_files import faultless, looked_at
from tocsin.core.errors import Damaged

BOOK, TAGS = "agendas/agendas.yml", "agendas/tags.csv"


@cache
def book() -> Book:
    """Return the agendas. Raises Damaged with the first fault of the file."""
    return faultless(Book, ROOT / BOOK, BOOK, [f for f in check() if f.file == BOOK])


@cache
def tags() -> dict[str, Tag]:
    """Return the tag of each option by its id. Raises Damaged with the first fault of the file."""
    for fault in (f for f in check() if f.file == TAGS):
        raise Damaged(f"The catalogue has a fault: {fault.rule}", where=f"{TAGS}, line {fault.line}", todo=fault.todo)
    return {row.option: row for _, row in read_rows(ROOT / TAGS, Tag, TAGS, "option")[0]}


def check(root: Path = ROOT) -> list[Finding]:
    """Return the faults of both files: names of nothing, pairs that are missing, tags that contradict a tension."""
    read, found = looked_at(Book, root / BOOK, BOOK)
    if read is None:
        return found
    concepts = {row.id for _, row in read_rows(root / TERMS, Term, TERMS, "id")[0]}
    found += [
        Finding(BOOK, 1, f"agendas.{key}.term", agenda.term, f"names nothing in {TERMS}", "Correct it")
        for key, agenda in read.agendas.items()
        if agenda.term not in concepts
    ]
    given = [frozenset((p.a, p.b)) for p in read.pairs]
    wanted = [frozenset(pair) for pair in combinations(read.agendas, 2)]
    for pair in dict.fromkeys([*given, *wanted]):
        if given.count(pair) != 1 or pair not in wanted:
            rule = "each two agendas make one pair, and nothing else does"
            found.append(Finding(BOOK, 1, "pairs", ", ".join(sorted(pair)), rule, "Add or remove it"))
    found += [
        Finding(BOOK, 1, f"tensions.{key}", name, "is no agenda", f"Choose among {', '.join(read.agendas)}")
        for key, tension in read.tensions.items()
        for name in (*tension.helps, *tension.harms)
        if name not in read.agendas
    ]
    return found + _tags(root, read)


def _tags(root: Path, read: Book) -> list[Finding]:
    """Return the faults of the tags, and the options that have none."""
    rows, found = read_rows(root / TAGS, Tag, TAGS, "option")
    options = {row.id for _, row in read_rows(root / OPTIONS, FILES[OPTIONS][0], OPTIONS, "id")[0]}  # type: ignore[attr-defined]
    for line, row in rows:
        found += _named(line, row, read, options)
        known = [read.tensions[t] for t in row.tensions if t in read.tensions]
        for name, tension in zip([t for t in row.tensions if t in read.tensions], known, strict=True):
            if not set(tension.helps) & set(row.serves) or not set(tension.harms) & set(row.may_harm):
                rule = "helps or harms no agenda that the row serves or may harm"
                found.append(Finding(TAGS, line, "tensions", name, rule, "Correct the tension or the agendas"))
        unexplained = sorted(set(row.may_harm) - {name for tension in known for name in tension.harms})
        found += [
            Finding(TAGS, line, "may_harm", name, "no tension of the row says how", "Name the tension")
            for name in unexplained
        ]
    missing = sorted(options - {row.option for _, row in rows})
    found += [Finding(TAGS, 1, "option", o, "has no row of tags", "Say which agendas it serves") for o in missing]
    return found


def _named(line: int, row: Tag, read: Book, options: set[str]) -> list[Finding]:
    """Return what a row names that does not exist."""
    named = (
        ("option", (row.option,), options, f"names nothing in {OPTIONS}"),
        ("serves", row.serves, set(read.agendas), f"is no agenda of {BOOK}"),
        ("may_harm", row.may_harm, set(read.agendas), f"is no agenda of {BOOK}"),
        ("tensions", row.tensions, set(read.tensions), f"is no tension of {BOOK}"),
    )
    return [
        Finding(TAGS, line, column, value, rule, "Correct it")
        for column, values, known, rule in named
        for value in values
        if value not in known
    ]
