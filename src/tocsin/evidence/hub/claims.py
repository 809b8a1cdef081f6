"""What a file claims, in one shape whatever shape it came in: one row a number, all still text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from tocsin.evidence.sources.issues import Issue

CLAIM = ("origin", "target", "place", "horizon", "output_type", "output_type_id", "value")
PEOPLE = ("forecaster", "made_at")
ROW = "_row"


@dataclass
class Claims:
    """The rows of a file: ``_row`` (from 1 under the header) and the columns of ``CLAIM``, as text, blank as empty.

    ``named`` gives the file's own name of a column, for the findings. ``people`` rows also have ``PEOPLE``. A column
    the file should have and has not is absent here, and ``issues`` says so. ``draws`` are a count's samples where the
    file is too long to hold as text (ViEWS): one row a place and step, columns place_id, origin, target, horizon,
    samples (list of numbers), already checked. ``codes`` is what the place column holds where the shape fixes it.
    """

    frame: pl.DataFrame
    named: Mapping[str, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    rows_in: int = 0
    codes: str | None = None
    draws: pl.DataFrame | None = None

    def called(self, column: str) -> str:
        """Return what the file calls a column."""
        return self.named.get(column, column)


def nothing() -> pl.DataFrame:
    """Return no claims, with the right columns."""
    return pl.DataFrame(schema={ROW: pl.Int64, **dict.fromkeys(CLAIM, pl.String)})
