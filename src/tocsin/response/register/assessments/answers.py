"""The assessment of a place: one assessor's answer to one question of the framework, appended and never edited.

Nothing is added up. Several assessors stand side by side and their disagreement stays; a new answer supersedes the
same assessor's last one and leaves it readable. An answer is cited as ``assessment:<id>``.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from tocsin.catalog.geography import places
from tocsin.catalog.library import library
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.register import situations
from tocsin.response.register.assessments import support
from tocsin.response.register.assessments.frames import FRAMEWORK, codes_of, frame
from tocsin.response.register.assessments.words import Source, Words, checked
from tocsin.response.register.models import Answer, Round
from tocsin.response.register.people import Actor, may

CITATION = "assessment:"
FIELDS = ("state", "trend", "confidence", "evidence", "no_evidence_reason", "note")


def answer(
    ctx: Context,
    actor: Actor,
    place_id: str,
    code: str,
    *,
    state: str,
    trend: str,
    confidence: str,
    evidence: str = "",
    grade: str = "",
    no_evidence_reason: str = "",
    note: str = "",
    framework: str = FRAMEWORK,
) -> Answer:
    """Append an answer in the open and enter it; it supersedes this assessor's last answer to the same question.

    ``code`` is an indicator (``7.5``) or a factor (``RF7``). ``evidence`` is a link or a citation, with its Admiralty
    ``grade`` where there is one; without evidence ``no_evidence_reason`` says why. Raises Misuse for a place, code or
    choice there is not; Refused when neither evidence nor a reason is given, when both are, when the actor may not
    assess, or has a seat in a round that is still blind: the others would read it.
    """
    may(actor, "assess").enforce()
    known(place_id, code, framework)
    words = checked(
        state=state,
        trend=trend,
        confidence=confidence,
        sources=[Source(evidence, grade)],
        no_evidence_reason=no_evidence_reason,
        note=note,
    )
    return in_the_open(ctx, actor, place_id, code, words, framework=framework)


def in_the_open(
    ctx: Context,
    actor: Actor,
    place_id: str,
    code: str,
    words: Words,
    *,
    framework: str = FRAMEWORK,
    suggestion: str = "",
    beside: Answer | None = None,
) -> Answer:
    """Append an answer outside any round, of words that were checked. Raises as ``answer``."""
    from tocsin.response.register.record import enter

    may(actor, "assess").enforce()
    blind = blind_round(actor, place_id, framework)
    if blind is not None:
        raise Refused(
            f"{actor.post} is invited to round {blind.number} on {place_id}: an answer in the open would be read",
            todo=f"Answer in your sheet of round {blind.number}; it is revealed when all have submitted",
        )
    with transaction.atomic():
        situations.ensure(ctx, place_id)
        made = append(
            ctx,
            actor,
            place_id,
            code,
            words,
            framework=framework,
            supersedes=last_of(actor, place_id, code, framework),
            suggestion=suggestion,
            beside=beside,
        )
        enter(ctx, kind="assessment.answered", body={**body(made), "by": actor.body()})
    return made


def append(ctx: Context, actor: Actor, place_id: str, code: str, words: Words, **more: Any) -> Answer:
    """Write the row of an answer, without its entry in the ledger."""
    return Answer.every.create(
        place_id=place_id, code=code, person=actor.person, post=actor.post, at=ctx.now(), **words.plain(), **more
    )


def body(row: Answer) -> dict[str, Any]:
    """Return an answer as the ledger is given it."""
    return {
        **{field: getattr(row, field) for field in (*FIELDS, "grades", "why", "suggestion")},
        "answer": row.pk,
        "framework": row.framework,
        "code": row.code,
        "place_id": row.place_id,
        "supersedes": row.supersedes_id,
        "beside": row.beside_id,
    }


def blind_round(actor: Actor, place_id: str, framework: str) -> Round | None:
    """Return the round, not revealed yet, that this post is invited to; None when there is none."""
    rounds = Round.objects.filter(place_id=place_id, framework=framework, revealed_at=None).order_by("number")
    return next((one for one in rounds if actor.post in {seat["post"] for seat in one.invited}), None)


def last_of(actor: Actor, place_id: str, code: str, framework: str) -> Answer | None:
    """Return this assessor's last answer in the open to a question."""
    mine = Answer.objects.filter(framework=framework, place_id=place_id, code=code, post=actor.post)
    return mine.filter(person=actor.person).order_by("-id").first()


def grid(place_id: str) -> list[dict[str, Any]]:
    """Return the framework for one place: factors with their indicators, each with the answers in force.

    A factor row: ``code, name, class, definition, tempo, verified, basis_label, answers[], disagree, answered, of,
    indicators[]``. An indicator row: ``code, text, verified, basis_label, answers[], disagree``. ``answers`` holds one
    answer an assessor (see ``view``); empty means that nobody has looked. ``answered`` counts questions looked at,
    whatever the answer: it is coverage and never a score.
    """
    kept = library().framework
    by_code: dict[str, list[dict[str, Any]]] = {}
    for row in in_force(place_id):
        by_code.setdefault(row.code, []).append(view(row))
    rows = []
    for factor in kept.factors.values():
        signs = []
        for sign in kept.of_factor(factor.code):
            given = by_code.get(sign.code, [])
            signs.append(
                {
                    "code": sign.code,
                    "text": sign.text,
                    "verified": sign.verified,
                    "basis_label": sign.basis_label,
                    "answers": given,
                    "disagree": _disagree(given),
                }
            )
        given = by_code.get(factor.code, [])
        rows.append(
            {
                "code": factor.code,
                "name": factor.name,
                "class": factor.class_,
                "definition": factor.definition,
                "tempo": factor.tempo,
                "verified": factor.verified,
                "basis_label": factor.basis_label,
                "answers": given,
                "disagree": _disagree(given),
                "answered": sum(bool(s["answers"]) for s in signs),
                "of": len(signs),
                "indicators": signs,
            }
        )
    return rows


def in_force(place_id: str, at: datetime | None = None, *, framework: str = FRAMEWORK) -> list[Answer]:
    """Return the last answer of each assessor to each question, in the order of the framework.

    With ``at``, what was known then: given by that moment, and of a sheet only when its round was revealed by it.
    """
    last: dict[tuple[str, str, int | None], Answer] = {}
    rows = Answer.objects.filter(place_id=place_id, framework=framework).select_related(
        "person", "supersedes", "beside", "sheet__round"
    )
    if at is not None:
        rows = rows.filter(at__lte=at).filter(Q(sheet=None) | Q(sheet__round__revealed_at__lte=at))
    for row in rows.order_by("id"):
        last[row.code, row.post, row.person_id] = row
    order = {code: n for n, code in enumerate(codes_of(framework))}
    both = [one for row in last.values() for one in ([row.beside, row] if row.beside else [row])]
    return sorted(both, key=lambda a: (order.get(a.code, len(order)), a.post, a.pk))


def history(place_id: str, code: str | None = None, *, framework: str = FRAMEWORK) -> list[dict[str, Any]]:
    """Return every answer ever given, oldest first, each with what it changed against the one it supersedes."""
    rows = Answer.objects.filter(place_id=place_id, framework=framework).select_related("person", "supersedes")
    if code is not None:
        known(place_id, code, framework)
        rows = rows.filter(code=code)
    return [view(row) for row in rows.order_by("id")]


def citation(row: Answer) -> str:
    """Return the id under which decisions cite an answer: ``assessment:<id>``."""
    return f"{CITATION}{row.pk}"


def cited(text: str) -> Answer | None:
    """Return the answer that ``assessment:<id>`` names; None when it names none."""
    number = text.removeprefix(CITATION)
    if not text.startswith(CITATION) or not re.fullmatch(r"[0-9]{1,18}", number):
        return None
    return Answer.objects.filter(pk=int(number)).select_related("person", "supersedes").first()


def view(row: Answer) -> dict[str, Any]:
    """Return an answer as plain values, with what changed against the answer it supersedes.

    ``changed`` maps a field to ``[before, after]``; empty when the assessor looked again and nothing had changed,
    None for a first answer.
    """
    before = row.supersedes
    changed = None
    if before is not None:
        pairs = {field: [getattr(before, field), getattr(row, field)] for field in FIELDS}
        changed = {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}
    confidence, lowered = support.standing(row)
    return {
        "id": row.pk,
        "citation": citation(row),
        "code": row.code,
        **{field: getattr(row, field) for field in FIELDS},
        "sources": support.sources(row),
        "confidence_now": confidence,
        "lowered_because": lowered or None,
        "why": row.why,
        "suggestion": row.suggestion,
        "round": row.sheet.round.number if row.sheet else None,
        "beside": row.beside_id,
        "post": row.post,
        "assessor": str(row.person) if row.person else row.post,
        "at": iso(row.at),
        "supersedes": row.supersedes_id,
        "changed": changed,
    }


def _disagree(given: list[dict[str, Any]]) -> bool:
    """Tell whether assessors differ on the state. Unknown differs from every other answer."""
    return len({a["state"] for a in given}) > 1


def known(place_id: str, code: str, framework: str) -> None:
    """Raise Misuse for a place, a framework or a question there is not."""
    if place_id not in places():
        raise Misuse(f"{place_id!r} is not a place", todo="Write its three letters, as in SDN")
    asked = list(frame(framework).questions)
    if code not in asked:
        raise Misuse(
            f"{code!r} is no question of the framework",
            todo=f"Give one of {asked[0]} to {asked[-1]}; tocsin assess place PLACE lists them",
        )
