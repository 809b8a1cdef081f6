"""What the toolbox covers: the number of options for each risk factor, phase and instrument (M47)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from tocsin.catalog.library import Library
from tocsin.catalog.rows import INSTRUMENTS, PHASES
from tocsin.core.words import in_cell

COLUMNS = ("factor", "factor_name", "phase", "instrument", "options", "not_coercive", "ids")


@dataclass(frozen=True)
class Cell:
    """The options for one factor in one phase by one instrument; none at all is a gap."""

    factor: str
    phase: str
    instrument: str
    options: tuple[str, ...]
    not_coercive: int

    @property
    def empty(self) -> bool:
        """Whether the catalogue has nothing here."""
        return not self.options


@dataclass(frozen=True)
class Coverage:
    """Every cell, by the order of the framework, the phases and the instruments."""

    cells: tuple[Cell, ...]
    factors: dict[str, str]

    @property
    def empty(self) -> list[Cell]:
        """The cells without an option."""
        return [cell for cell in self.cells if cell.empty]

    def of(self, factor: str, phase: str) -> list[Cell]:
        """Return the cells of a factor in a phase, one an instrument."""
        return [cell for cell in self.cells if cell.factor == factor and cell.phase == phase]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, as ``tocsin options coverage --json`` prints them."""
        return {
            "cells": [
                {
                    "factor": c.factor,
                    "phase": c.phase,
                    "instrument": c.instrument,
                    "options": len(c.options),
                    "not_coercive": c.not_coercive,
                    "ids": list(c.options),
                }
                for c in self.cells
            ],
            "count": len(self.cells),
            "empty": len(self.empty),
            "note": NOTE,
        }

    def as_csv(self) -> str:
        """Return the matrix as CSV, one cell a line, with the columns of ``COLUMNS``."""
        out = io.StringIO()
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(COLUMNS)
        for c in self.cells:
            ids = " ".join(c.options)
            said = (c.factor, self.factors[c.factor], c.phase, c.instrument, len(c.options), c.not_coercive, ids)
            rows.writerow(map(in_cell, said))
        return out.getvalue()


NOTE = (
    "A number says how many options the catalogue has, and nothing of how well they work. An empty cell is something "
    "nobody has written down here; some cannot be filled"
)


def matrix(library: Library, *, factor: str = "", phase: str = "", instrument: str = "") -> Coverage:
    """Return the matrix of the catalogue, or the part of it for one factor, phase or instrument."""
    found: dict[tuple[str, str, str], list[tuple[str, bool]]] = {}
    for option in library.options.values():
        for code in option.risk_factors:
            for when in option.phase:
                found.setdefault((code, when, option.instrument), []).append((option.id, option.coercive == "no"))
    factors = {code: row.name for code, row in library.framework.factors.items() if factor in {"", code}}
    cells = [
        Cell(code, when, kind, tuple(name for name, _ in here), sum(peaceful for _, peaceful in here))
        for code in factors
        for when in PHASES
        if phase in {"", when}
        for kind in INSTRUMENTS
        if instrument in {"", kind}
        for here in [found.get((code, when, kind), [])]
    ]
    return Coverage(tuple(cells), factors)
