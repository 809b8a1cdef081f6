"""A change since last time that nobody explained: another state, with no word and nothing newer to rest it on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tocsin.core.clock import iso
from tocsin.response.register.assessments.answers import citation
from tocsin.response.register.assessments.frames import FRAMEWORK, codes_of
from tocsin.response.register.assessments.words import sources_of
from tocsin.response.register.models import Answer


def unexplained(place_id: str, framework: str = FRAMEWORK, number: int | None = None) -> list[dict[str, Any]]:
    """Return the changes of state that nobody explained, in the order of the framework; of one round with ``number``.

    Each answer is held against the same assessor's last one, or, for a first answer, against the last that anybody
    had given before (before the round opened, for a sheet). It is explained by a note, by why it was revised, or by
    evidence that the earlier answer did not cite and that is not dated before it. Rows: ``code, before, after,
    earlier, later`` (citations), ``by, at``.
    """
    rows = list(
        Answer.objects.filter(place_id=place_id, framework=framework)
        .select_related("person", "supersedes", "sheet__round")
        .order_by("id")
    )
    order = {code: n for n, code in enumerate(codes_of(framework))}
    by_code: dict[str, list[Answer]] = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row)
    found = []
    for given in by_code.values():
        for row in given:
            if number is not None and (row.sheet is None or row.sheet.round.number != number):
                continue
            earlier = _earlier(row, given)
            if earlier is not None and earlier.state != row.state and not explained(earlier, row):
                found.append(_told(earlier, row))
    return sorted(found, key=lambda one: order.get(one["code"], len(order)))


def explained(earlier: Answer, later: Answer) -> bool:
    """Tell whether an answer says why it differs: in words, or by evidence newer than the earlier one."""
    if later.note.strip() or later.why.strip() or later.beside_id:
        return True
    cited = {source.link for source in sources_of(earlier.evidence, earlier.grades)}
    new = [source for source in sources_of(later.evidence, later.grades) if source.link not in cited]
    return any(not source.dated or source.dated >= earlier.at.date().isoformat() for source in new)


def _earlier(row: Answer, given: Sequence[Answer]) -> Answer | None:
    """Return the answer that an answer changed, if any."""
    shown = {one.pk for one in given}
    if row.supersedes_id in shown:
        return row.supersedes
    since = row.sheet.round.opened_at if row.sheet else row.at
    before = [one for one in given if one.pk < row.pk and one.at <= since and _round(one) != _round(row)]
    return before[-1] if before else None


def _round(row: Answer) -> int | None:
    """Return the round of an answer; one in the open is of a round of its own."""
    return row.sheet.round_id if row.sheet else -row.pk


def _told(earlier: Answer, later: Answer) -> dict[str, Any]:
    return {
        "code": later.code,
        "before": earlier.state,
        "after": later.state,
        "earlier": citation(earlier),
        "later": citation(later),
        "by": str(later.person) if later.person else later.post,
        "at": iso(later.at),
    }
