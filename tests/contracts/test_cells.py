"""No table that leaves the program makes a spreadsheet compute: every writer of CSV is tried with cells that would."""

from __future__ import annotations

import ast
import csv
import io
import itertools
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import polars as pl
import pytest

SRC = Path(__file__).resolve().parents[2] / "src" / "tocsin"
COMPUTED = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "a\r=1+1", "＝1+1")
WRITERS = {"writer", "DictWriter", "write_csv", "write_excel", "Workbook"}


class Same(dict[str, Any]):
    """A row that has the same text under every name."""

    def __init__(self, text: str, **rest: Any) -> None:
        super().__init__(rest)
        self.text = text

    def __missing__(self, name: str) -> str:
        return self.text

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]

    __getattr__ = __missing__


def frame(t: str) -> pl.DataFrame:
    from tocsin.evidence.sheets import in_cells

    return in_cells(pl.DataFrame({"place": [t], "n": [-1]}))


def form(t: str) -> bytes:
    from tocsin.catalog.frameworks import tables

    row = {**dict.fromkeys(tables.TOP, t), "held": {}, "carried": {"framework": t, "code": t}}
    word = {"concept": t, "meant": t, "word": t, "warning": t}
    lost = {"under": t, "kind": t, "what": t, "answers": 1, "why": t}
    return tables.as_csv({"answers": [row], "unplaced": [row], "not_answered": [row], "losses": [lost],
                          "words": {"said": [word]}})  # fmt: skip


def edition(t: str) -> bytes:
    from tocsin.catalog.frameworks.editions import csv_file

    return csv_file(["a"], [[t]])


def coverage(t: str) -> str:
    from tocsin.options.coverage import Cell, Coverage

    return Coverage((Cell("f", t, t, (t,), 0),), {"f": t}).as_csv()


def plan(t: str) -> str:
    from tocsin.options.routes.plan import Plan

    with patch.object(Plan, "as_dict", lambda _: {"asks": [Same(t)]}):
        return Plan.as_csv(Plan.__new__(Plan))


def projects(t: str) -> bytes:
    from tocsin.response.register.portfolio.show import as_csv

    told = Same(t, reviewed=Same(t))
    return b"".join(as_csv([Same(t, sectors=[Same(t)], left_out=[Same(t)], flags=[told])]))


def answers(t: str) -> str:
    from tocsin.response.register.assessments import exports

    answer = {**dict.fromkeys(exports.COLUMNS, t), "citation": t, "sources": []}
    group = {"code": t, "questions": [{"text": t, "basis_label": t, "cells": [[answer]]}]}
    with patch.object(exports.tables, "grid", lambda *_: {"groups": [group], "unexplained": []}):
        return exports.as_csv(None, SimpleNamespace(place_id=t, number=1))  # type: ignore[arg-type]


def sheet(t: str) -> str:
    from tocsin.response.register.assessments import forms

    with patch.object(forms, "rows", lambda *_: [dict.fromkeys(forms.COLUMNS, t)]):
        return forms.as_csv(None, None)  # type: ignore[arg-type]


def activities(t: str) -> bytes:
    from tocsin.response.register.activities import listing

    with patch.object(listing, "_cell", lambda *_: t):
        return listing.as_csv([SimpleNamespace(restricted=False, organisation=t, ref=t)])  # type: ignore[list-item]


def institutions(t: str) -> bytes:
    from tocsin.response.register.country.institutions import as_csv

    figure = Same(t, points=[Same(t, value=-1.0)])
    return as_csv([{"kind": "court", "figures": [figure], "words": [Same(t)], "support": [Same(t)]}])


def labels(t: str) -> str:
    from tocsin.response.docket.will import as_csv

    columns = ("said_on", "by", "use", "label", "words", "document", "recorded_by", "ledger_seq")
    return as_csv([{**dict.fromkeys(columns, t), "opened": [Same(t)], "closed": []}])


def package(t: str) -> bytes:
    from tocsin.response.docket.packages import show

    with patch.object(show, "package", lambda _: {"lines": [Same(t)]}):
        return show.as_csv(SimpleNamespace(item_id=1, version=1, rapid=False))  # type: ignore[arg-type]


def order(t: str) -> str:
    from tocsin.response.docket import ranked

    facts = SimpleNamespace(kind=t, number=1, place_id=t, level=t, due=None)
    row = SimpleNamespace(rank=1, facts=facts, total=-1.0, points=Same(t), override=t, why=t)
    rules = SimpleNamespace(name="d", version="1", priorities=SimpleNamespace(weights={}, ties=()))
    shown = SimpleNamespace(version="1", run_id=None, at=None, items=[row], tasks=[])
    with patch.object(ranked.directive, "version", lambda _: rules), patch.object(ranked, "iso", lambda _: ""):
        return ranked.as_csv(shown)  # type: ignore[arg-type]


def reports(t: str) -> str:
    from tocsin.response.docket.reports.show import as_csv

    return as_csv([Same(t)])


def findings(t: str) -> str:
    from tocsin.response.oversight.documents.show import COLUMNS, as_csv

    row = dict.fromkeys(COLUMNS, t)
    return as_csv([{**row, "evidence": row, "carried": {"fate": t, "became_number": 1}}])


def tools(t: str) -> bytes:
    from tocsin.desk.pages import tools as page

    with patch.object(page, "_rows", lambda _: [dict.fromkeys(page.COLUMNS, t)]):
        return bytes(page.as_csv(SimpleNamespace(method="GET", GET={})).content)  # type: ignore[arg-type]


def figures(t: str) -> str:
    from tocsin.evidence.indicators.words import TAGGED, as_csv

    return as_csv([dict.fromkeys(TAGGED, t)])


def polars(t: str) -> str:
    return frame(t).write_csv()


TRIED: dict[str, Callable[[str], str | bytes]] = {
    "catalog/frameworks/tables.py": form,
    "catalog/frameworks/editions.py": edition,
    "options/coverage.py": coverage,
    "options/routes/plan.py": plan,
    "response/register/portfolio/show.py": projects,
    "response/register/assessments/exports.py": answers,
    "response/register/assessments/forms.py": sheet,
    "response/register/activities/listing.py": activities,
    "response/register/country/institutions.py": institutions,
    "response/docket/will.py": labels,
    "response/docket/packages/show.py": package,
    "response/docket/ranked.py": order,
    "response/docket/reports/show.py": reports,
    "response/oversight/documents/show.py": findings,
    "desk/pages/tools.py": tools,
    "evidence/indicators/words.py": figures,
    "evidence/sheets.py": polars,
}
GUARDED = {"cli/panel.py", "cli/media.py", "evidence/hub/template.py", "evidence/forecast/score/rows.py"}
"""They write a frame of polars, and only as ``in_cells`` gives it: held below, call by call."""
WITHIN = {
    "response/register/forecasts/exports.py": "every cell goes through in_cell: tests/response/register/forecasts",
    "evidence/sources/carriers.py": "a workbook's cells, to be read at once as text",
    "evidence/hub/taken.py": "a file that is taken in at once and deleted",
    "evidence/engines/canonical.py": "hashed", "evidence/hub/ensemble.py": "hashed", "evidence/kept.py": "hashed",
    "evidence/panel/as_known.py": "hashed", "evidence/sources/parts.py": "hashed",
}  # fmt: skip
"""Writers of which no person opens anything, and why."""


def calls(path: Path) -> list[ast.Call]:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text if any(w in text for w in WRITERS) else "")
    named = (n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute))
    return [n for n in named if n.func.attr in WRITERS]  # type: ignore[attr-defined]


def test_every_writer_of_tables_is_tried_or_says_why_not() -> None:
    found = {p.relative_to(SRC).as_posix(): calls(p) for p in SRC.rglob("*.py")}
    written = {name for name, there in found.items() if there}
    assert written == {*TRIED, *GUARDED, *WITHIN} - {"evidence/sheets.py"}
    for name in GUARDED:
        for call in found[name]:
            assert ast.unparse(call.func).startswith("in_cells("), f"{name}: {ast.unparse(call)}"  # type: ignore[arg-type]


@pytest.mark.parametrize("name", TRIED)
def test_no_cell_of_a_table_is_computed(name: str) -> None:
    for text in COMPUTED:
        told = TRIED[name](text)
        told = told.decode() if isinstance(told, bytes) else told
        cells = list(itertools.chain.from_iterable(csv.reader(io.StringIO(told, newline=""))))
        assert any(c.endswith(text[-3:]) for c in cells), f"{text!r} is not written at all: the try shows nothing"
        words = (c for c in cells if c and not c.lstrip("-").replace(".", "").isdigit())
        bad = [c for c in words if c.lstrip()[:1] in {*"=+-@＝"} or c[0] in "\t\r"]
        assert not bad, (text, bad)


def test_a_date_and_a_number_below_zero_stay_what_they_are() -> None:
    from tocsin.evidence.sheets import in_cells

    kept = pl.DataFrame({"on": [date(2026, 1, 1)], "n": [-1.5], "t": ["plain"]})
    assert in_cells(kept).equals(kept)
    assert in_cells(kept.clear()).equals(kept.clear())
