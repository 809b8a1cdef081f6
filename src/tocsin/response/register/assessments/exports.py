"""A round as JSON and as CSV: the same inputs give the same bytes, whichever assessor asks."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from tocsin.core.context import Context
from tocsin.core.words import in_cell
from tocsin.response.register.assessments import tables
from tocsin.response.register.assessments.forms import source_line
from tocsin.response.register.assessments.words import Source
from tocsin.response.register.models import Round

COLUMNS = (
    "place_id",
    "round",
    "group",
    "code",
    "text",
    "basis",
    "post",
    "assessor",
    "state",
    "trend",
    "confidence",
    "confidence_now",
    "lowered_because",
    "evidence",
    "no_evidence_reason",
    "note",
    "why",
    "at",
    "citation",
    "unexplained_change_from",
)


def as_plain(ctx: Context, one: Round) -> dict[str, Any]:
    """Return a round with everything that may be seen of it now: the head alone while it is blind."""
    return {**tables.head(one), "revealed": tables.grid(ctx, one)}


def as_json(ctx: Context, one: Round) -> str:
    """Return a round as JSON, keys sorted."""
    return json.dumps(as_plain(ctx, one), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def as_csv(ctx: Context, one: Round) -> str:
    """Return a round as CSV, a row an answer; the header alone while it is blind."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    shown = tables.grid(ctx, one) or {"groups": [], "unexplained": []}
    flagged = {change["later"]: change["before"] for change in shown["unexplained"]}
    for group in shown["groups"]:
        for question in group["questions"]:
            for answer in (a for cell in question["cells"] for a in cell):
                evidence = "\n".join(source_line(Source(s["link"], s["grade"], s["dated"])) for s in answer["sources"])
                row = {
                    **{k: answer[k] for k in COLUMNS if k in answer},
                    "place_id": one.place_id,
                    "round": one.number,
                    "group": group["code"],
                    "text": question["text"],
                    "basis": question["basis_label"],
                    "evidence": evidence,
                    "unexplained_change_from": flagged.get(answer["citation"], ""),
                }
                writer.writerow({k: in_cell(v) for k, v in row.items()})
    return file.getvalue()
