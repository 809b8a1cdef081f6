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
from tocsin.response.register.assessments.frames import FRAMEWORK, codes_of, frame
from tocsin.response.register.models import Answer
from tocsin.response.register.people import Actor, may

CITATION = "assessment:"
LINKS = {"http", "https", "doi", "warning", "source", "assessment"}
FIELDS = ("state", "trend", "confidence", "evidence", "no_evidence_reason", "note")
MOST_TEXT = 4000
LEAST_WORDS = 2


def choices() -> dict[str, dict[str, str]]:
    """Return what may be answered, with its meaning: ``states``, ``trends``, ``confidences``."""
    card = library().framework.card
    return {"states": card.states, "trends": card.trends, "confidences": card.confidences}


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
    no_evidence_reason: str = "",
    note: str = "",
    framework: str = FRAMEWORK,
) -> Answer:
    """Append an answer and enter it in the ledger; it supersedes this assessor's last answer to the same question.

    ``code`` is an indicator (``7.5``) or a factor (``RF7``). ``evidence`` is a link or a citation; without one
    ``no_evidence_reason`` says why. Raises Misuse for a place, code or choice there is not; Refused when neither
    evidence nor a reason is given, when both are, or when the actor may not assess.
    """
    may(actor, "assess").enforce()
    _known(place_id, code, framework)
    _among("states", "state", state)
    _among("trends", "trend", trend)
    _among("confidences", "confidence", confidence)
    said = _evidence(evidence, no_evidence_reason)
    if len(note) > MOST_TEXT:
        raise Refused(f"The note has {len(note)} characters", todo=f"Keep it to {MOST_TEXT}; link the rest")
    from tocsin.response.register.record import enter

    with transaction.atomic():
        situations.ensure(ctx, place_id)
        last = _last(place_id, code, actor, framework)
        made = Answer.objects.create(
            framework=framework,
            code=code,
            place_id=place_id,
            state=state,
            trend=trend,
            confidence=confidence,
            evidence=said[0],
            no_evidence_reason=said[1],
            note=note.strip(),
            person=actor.person,
            post=actor.post,
            at=ctx.now(),
            supersedes=last,
        )
        body = {field: getattr(made, field) for field in FIELDS}
        enter(
            ctx,
            kind="assessment.answered",
            body={
                **body,
                "answer": made.pk,
                "framework": framework,
                "code": code,
                "place_id": place_id,
                "supersedes": last.pk if last else None,
                "by": actor.body(),
            },
        )
    return made


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
    rows = Answer.objects.filter(place_id=place_id, framework=framework).select_related("person", "supersedes")
    if at is not None:
        rows = rows.filter(at__lte=at).filter(Q(sheet=None) | Q(sheet__round__revealed_at__lte=at))
    for row in rows.order_by("id"):
        last[row.code, row.post, row.person_id] = row
    order = {code: n for n, code in enumerate(codes_of(framework))}
    return sorted(last.values(), key=lambda a: (order.get(a.code, len(order)), a.post, a.pk))


def history(place_id: str, code: str | None = None, *, framework: str = FRAMEWORK) -> list[dict[str, Any]]:
    """Return every answer ever given, oldest first, each with what it changed against the one it supersedes."""
    rows = Answer.objects.filter(place_id=place_id, framework=framework).select_related("person", "supersedes")
    if code is not None:
        _known(place_id, code, framework)
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
    return {
        "id": row.pk,
        "citation": citation(row),
        "code": row.code,
        **{field: getattr(row, field) for field in FIELDS},
        "post": row.post,
        "assessor": str(row.person) if row.person else row.post,
        "at": iso(row.at),
        "supersedes": row.supersedes_id,
        "changed": changed,
    }


def _last(place_id: str, code: str, actor: Actor, framework: str) -> Answer | None:
    """Return this assessor's answer in force to a question."""
    mine = Answer.objects.filter(framework=framework, place_id=place_id, code=code, post=actor.post)
    return mine.filter(person=actor.person).order_by("-id").first()


def _disagree(given: list[dict[str, Any]]) -> bool:
    """Tell whether assessors differ on the state. Unknown differs from every other answer."""
    return len({a["state"] for a in given}) > 1


def _known(place_id: str, code: str, framework: str) -> None:
    """Raise Misuse for a place, a framework or a question there is not."""
    if place_id not in places():
        raise Misuse(f"{place_id!r} is not a place", todo="Write its three letters, as in SDN")
    known = list(frame(framework).questions)
    if code not in known:
        raise Misuse(
            f"{code!r} is no question of the framework",
            todo=f"Give one of {known[0]} to {known[-1]}; tocsin assess PLACE lists them",
        )


def _among(kind: str, name: str, value: str) -> None:
    """Raise Misuse for a choice there is not, naming those there are."""
    known = choices()[kind]
    if value not in known:
        raise Misuse(f"{value!r} is not a {name}", todo=f"Choose one of {', '.join(known)}")


def _evidence(evidence: str, reason: str) -> tuple[str, str]:
    """Return evidence and reason for none, trimmed. Raises Refused unless exactly one of them says something."""
    evidence, reason = evidence.strip(), reason.strip()
    if not re.search(r"\w", evidence + reason):
        raise Refused(
            "An answer needs evidence or the reason why there is none",
            todo="Give a link or a citation, or say why there is none",
        )
    if evidence and reason:
        raise Refused("Evidence and a reason for none were both given", todo="Give one of them; use the note for more")
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):(?=\S)", evidence)
    if scheme and scheme[1].lower() not in LINKS:
        raise Refused(
            f"{scheme[1]}: is not a link that can be kept as evidence",
            todo=f"Give a link with {', '.join(sorted(LINKS))}, or a citation in words",
        )
    if not scheme and len(re.findall(r"\w+", evidence + reason)) < LEAST_WORDS:
        raise Refused(
            "One word is neither a citation nor a reason why there is none",
            todo="Give a link, or name the document and its date; or say in words why there is none",
        )
    if len(evidence) > MOST_TEXT or len(reason) > MOST_TEXT:
        raise Refused(
            f"More than {MOST_TEXT} characters were given", todo="Link the document and keep the answer short"
        )
    return evidence, reason
