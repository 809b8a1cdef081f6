"""Which capacities a country lacks, by its assessors or by figures, and the types of programme that fit each (M21).

Missing is only what somebody assessed as missing or a figure says; what nobody looked at stays not assessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tocsin.catalog.development import KINDS, Capacity, Programme, lens
from tocsin.catalog.library import library
from tocsin.core.context import Context
from tocsin.response.register.assessments.answers import citation, in_force
from tocsin.response.register.assessments.seen import differing, gravest
from tocsin.response.register.country.figures import Series, newest, series_of
from tocsin.response.register.country.support import of_sectors, projects_in
from tocsin.response.register.models import Answer
from tocsin.response.register.portfolio.screening import evidence

STATES: dict[str, str] = {
    "missing": "missing, by assessment",
    "partly": "partly missing, by assessment",
    "data": "missing, by figures; nobody has assessed it",
    "there": "there, by assessment",
    "unknown": "assessed, and not known",
    "not_assessed": "not assessed",
}
LACKING = ("missing", "partly", "data")
_OF: dict[str, str] = {"present": "missing", "partly": "partly", "unknown": "unknown", "absent": "there"}
Row = dict[str, Any]


def capacities(ctx: Context, place_id: str) -> list[Row]:
    """Return every capacity of the list: how it stands, who or what says so, and for one that is missing what fits."""
    answers: dict[str, list[Answer]] = {}
    for row in in_force(place_id):
        answers.setdefault(row.code, []).append(row)
    series = series_of(ctx, place_id)
    projects = projects_in(place_id)
    return [_capacity(one, answers, series, projects) for one in lens().capacities.values()]


def _capacity(
    one: Capacity, answers: dict[str, list[Answer]], series: dict[str, Series], projects: Sequence[Row]
) -> Row:
    said = [_said(code, answers.get(code, [])) for code in one.indicators]
    data = [_figure(series.get(column), column, sign, bound) for column, sign, bound in one.data]
    state = _state([s["state"] for s in said])
    by_figures = any(d["beyond"] for d in data)
    if state == "not_assessed" and by_figures:
        state = "data"
    lacking = state in LACKING or by_figures
    return {
        "id": one.id,
        "name": one.name,
        "kind": one.kind,
        "kind_name": KINDS[one.kind],
        "factor": one.factor,
        "why": one.why,
        "state": state,
        "state_said": STATES[state],
        "lacking": lacking,
        "differ": by_figures and state in {"there", "unknown"},
        "said": said,
        "data": data,
        "factor_alone": state == "not_assessed" and bool(answers.get(one.factor)),
        "basis": one.basis_label,
        "programmes": [_programme(p, projects) for p in lens().programmes_for(one.id)] if lacking else [],
    }


def _said(code: str, rows: list[Answer]) -> Row:
    return {
        "code": code,
        "text": library().framework.indicators[code].text,
        "state": gravest(rows) if rows else "",
        "differ": differing(rows),
        "answers": [
            {
                "by": str(row.person) if row.person else row.post,
                "state": row.state,
                "at": row.at.date().isoformat(),
                "cite": citation(row),
            }
            for row in rows
        ],
    }


def _state(states: Sequence[str]) -> str:
    """Return how a capacity stands: the gravest of its indicators; one that nobody answered leaves the rest as it is.

    ``there`` needs every indicator to be answered as absent.
    """
    for state in ("present", "partly"):
        if state in states:
            return _OF[state]
    if all(state == "absent" for state in states):
        return "there"
    return "unknown" if "unknown" in states else "not_assessed"


def _figure(series: Series | None, column: str, sign: str, bound: float) -> Row:
    last = newest(series) if series else None
    value = last["value"] if last else None
    beyond = value is not None and (value <= bound if sign == "<=" else value >= bound)
    return {
        "column": column,
        "label": series["label"] if series else column,
        "unit": series["unit"] if series else "",
        "source_id": series["source_id"] if series else "",
        "release": series["release"] if series else "",
        "period": last["period"] if last else None,
        "value": value,
        "status": last["status"] if last else "",
        "bound": f"{'at or below' if sign == '<=' else 'at or above'} {bound:g}",
        "beyond": beyond,
    }


def _programme(one: Programme, projects: Sequence[Row]) -> Row:
    options = library().options
    here = of_sectors(projects, one.sectors)
    return {
        "id": one.id,
        "name": one.name,
        "what": one.what,
        "needs": one.needs,
        "may_harm": one.may_harm,
        "options": [
            {"id": o, "name": options[o].name, "grade": options[o].evidence_grade} for o in one.options if o in options
        ],
        "evidence": evidence(one.evidence),
        "here": [{"project": p["project"], "title": p["title"], "dates": p["dates"]} for p in here],
        "basis": one.basis_label,
    }
