"""HXL: the row of hashtags under a table's header, read and written (hxlstandard.org, tagging conventions 1.1).

A tag is a hashtag with attributes in any order: ``#affected +idps +f``. A pattern matches a tag that has its hashtag
and at least its attributes. Whitespace and case carry no meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

TAG = re.compile(r"^\s*#\s*([a-z][a-z0-9_]*)((?:\s*\+\s*[a-z][a-z0-9_]*)*)\s*$", re.IGNORECASE)
WITHIN = 25
"""The standard lets a tag row stand after at most 24 rows of headers."""


class Tag(NamedTuple):
    """A hashtag and its attributes, in small letters."""

    name: str
    attributes: frozenset[str]

    def __str__(self) -> str:
        """Return the tag as it is written: attributes in order of the alphabet."""
        return "#" + "+".join([self.name, *sorted(self.attributes)])

    def has(self, pattern: Tag) -> bool:
        """Tell whether a pattern matches this tag."""
        return self.name == pattern.name and pattern.attributes <= self.attributes


def parse(text: object) -> Tag | None:
    """Return the tag that a cell holds; None when it holds none."""
    found = TAG.match(str(text)) if text is not None else None
    if found is None:
        return None
    attributes = (part.strip().lower() for part in found[2].split("+"))
    return Tag(found[1].lower(), frozenset(filter(None, attributes)))


def row_at(records: Sequence[Sequence[object]]) -> int | None:
    """Return which of a table's first records is its tag row; None when none is.

    Every cell of it that is filled is a tag, and one at least is.
    """
    for at, record in enumerate(records[:WITHIN]):
        filled = [cell for cell in record if str(cell or "").strip()]
        if filled and all(parse(cell) for cell in filled):
            return at
    return None


def tags(records: Sequence[Sequence[object]]) -> dict[str, Tag]:
    """Return the tag of each column by the column's name: the cell above the tag, or the tag itself without header."""
    at = row_at(records)
    if at is None:
        return {}
    header = records[at - 1] if at else records[0]
    return {
        str(title or "").strip(): tag
        for title, cell in zip(header, records[at], strict=False)
        if (tag := parse(cell)) and str(title or "").strip()
    }


def row(columns: Sequence[str], tagged: Mapping[str, str]) -> list[str]:
    """Return the tag row of a table to be written, an empty cell where a column has no tag."""
    return [str(parse(tagged.get(c, "")) or "") for c in columns]
