"""The answers about a place, as the forms of the frameworks take them: one way from the register to every export."""

from __future__ import annotations

from typing import Any

from tocsin.catalog.frameworks.forms import Given, fill
from tocsin.catalog.frameworks.reading import UN, US
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.response.register import assessments
from tocsin.response.register.models import Answer

FORMS = (UN, US)


def given(place_id: str) -> list[Given]:
    """Return the answers in force about a place, to every framework that is answered; blind ones are not among them."""
    return [_given(row) for framework in FORMS for row in assessments.in_force(place_id, framework=framework)]


def filled(ctx: Context, place_id: str, form: str) -> dict[str, Any]:
    """Return a form filled with the answers in force (see ``fill``). Raises Misuse for a form that takes none."""
    return fill(given(place_id), form, place_id, iso(ctx.now()))


def _given(row: Answer) -> Given:
    return Given(
        framework=row.framework,
        code=row.code,
        place_id=row.place_id,
        state=row.state,
        trend=row.trend,
        confidence=row.confidence,
        finding=row.note,
        evidence=row.evidence,
        no_evidence_reason=row.no_evidence_reason,
        post=row.post,
        assessor=str(row.person) if row.person else row.post,
        at=iso(row.at),
        id=assessments.citation(row),
        supersedes=f"{assessments.CITATION}{row.supersedes_id}" if row.supersedes_id else None,
    )
