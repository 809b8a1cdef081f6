"""The answers of an assessment put into a form, with what the form cannot hold carried along and listed as lost.

A form is a framework with its sheet. Nothing is dropped: what a sheet has no place for travels in a declared extension
(``carried``), so that the way there and back loses no field. A form's own sheet is never made to say more than it asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from tocsin.catalog.cards import FIELDS
from tocsin.catalog.frameworks.reading import EVIDENCE, UN, crossings, get, known
from tocsin.catalog.frameworks.schema import Crossing, Framework, Question, reference
from tocsin.core.errors import Misuse, Refused

EXTENSION = "tocsin.carried/1"
SAYS = (
    "What this form has no place for travels under “carried” of each answer, and is listed under “losses”. "
    "Reading the file back puts every field where it was. “reads” is made for the eye and is not read back."
)
ORDER = ("close", "broader", "narrower", "related", "inverse")
TURNED = {"broader": "narrower", "narrower": "broader"}


@dataclass(frozen=True)
class Given:
    """One answer as it was given, in whatever framework it was asked. None: the form it came from does not say."""

    framework: str
    code: str
    place_id: str | None = None
    state: str | None = None
    trend: str | None = None
    confidence: str | None = None
    finding: str | None = None
    evidence: str | None = None
    no_evidence_reason: str | None = None
    post: str | None = None
    assessor: str | None = None
    at: str | None = None
    id: str | None = None
    supersedes: str | None = None


@dataclass(frozen=True)
class Placed:
    """Where an answer stands in a form: the question, how near it is, and what its counterpart cannot hold of it."""

    question: Question | None
    relation: str
    lost: str


def fill(answers: Sequence[Given], form: str, place_id: str, as_of: str) -> dict[str, Any]:
    """Return a form filled with answers. Raises Misuse for a form that takes no answers.

    Keys: ``form, title, version, place_id, as_of, wording, basis, extension, answers[], unplaced[], not_answered[],
    losses[]``. An answer: ``question, text, relation, reads, held{}, carried{}``. The same answers give the same file.
    """
    frame = taking_answers(form)
    placed = [(given, place(given, frame)) for given in sorted(answers, key=_sorting)]
    here = [(given, at) for given, at in placed if at.question is not None]
    order = {code: n for n, code in enumerate(frame.questions)}
    here.sort(key=lambda pair: order[pair[1].question.code])  # type: ignore[union-attr]
    apart = [(given, at) for given, at in placed if at.question is None]
    answered = {at.question.code for _, at in here if at.question}
    return {
        "form": frame.id,
        "title": frame.title,
        "version": frame.version,
        "place_id": place_id,
        "as_of": as_of,
        "wording": frame.card.wording,
        "sheet": frame.card.sheet,
        "basis": frame.basis,
        "extension": {"name": EXTENSION, "says": SAYS},
        "answers": [_row(given, at, frame) for given, at in here],
        "unplaced": [_row(given, at, frame) for given, at in apart],
        "not_answered": [
            {"question": q.code, "text": q.text, "asked_once_as": q.asked_once_as}
            for q in frame.questions.values()
            if q.code not in answered and q.kind != "level"
        ],
        "losses": losses(placed, frame),
    }


def read_back(filled: Any) -> list[Given]:
    """Return the answers of a filled form, each where it was asked. Raises Refused, naming a faulty row."""
    if not isinstance(filled, dict) or not isinstance(filled.get("answers"), list):
        raise Refused("The file is no filled form", todo="Give a file that tocsin framework fill has written")
    form = taking_answers(str(filled.get("form")))
    found = []
    for part in ("answers", "unplaced"):
        listed = filled.get(part, [])
        for n, row in enumerate(listed if isinstance(listed, list) else [None]):
            found.append(_given(row, form, f"{part}[{n}]"))
    return sorted(found, key=_sorting)


def place(given: Given, frame: Framework) -> Placed:
    """Return where an answer stands in a form.

    A sheet that asks for a state takes an answer under the same question or a close one only: a state may not be moved
    to a question that asks something else. A sheet of prose takes it under the nearest there is.
    """
    if given.framework == frame.id:
        return Placed(frame.questions[given.code], "own", "")
    ranks = ORDER if "state" in frame.card.lacks else ORDER[:1]
    best = min(
        (c for c in _crossed(given) if c[1] in ranks and c[0].partition(":")[0] == frame.id),
        key=lambda c: ORDER.index(c[1]),
        default=None,
    )
    if best is None:
        near = [c[0].partition(":")[2] for c in _crossed(given) if c[0].startswith(f"{frame.id}:")]
        beside = f"; {', '.join(near)} is near and asks something else" if near else ""
        return Placed(None, "none", f"the form does not ask this{beside}")
    return Placed(frame.questions[best[0].partition(":")[2]], best[1], best[2])


def losses(placed: Iterable[tuple[Given, Placed]], frame: Framework) -> list[dict[str, Any]]:
    """Return what the form cannot hold of these answers: by field, then by question, each with how many it concerns."""
    pairs = list(placed)
    found = []
    for field in FIELDS:
        n = sum(getattr(given, field) not in {None, ""} for given, at in pairs if at.question)
        if n and field in frame.card.lacks:
            found.append({"kind": "field", "what": field, "why": frame.card.lacks[field], "answers": n})
    counted: dict[tuple[str, str, str], int] = {}
    for given, at in pairs:
        if at.lost:
            group = _factor(given)
            target = at.question.code if at.question else ""
            counted[group, target, at.lost] = counted.get((group, target, at.lost), 0) + 1
    found += [
        {"kind": "question", "what": what, "under": under, "why": why, "answers": n}
        for (what, under, why), n in counted.items()
    ]
    return found


def taking_answers(form: str) -> Framework:
    """Return a framework whose sheet takes answers. Raises Misuse for another."""
    frame = get(form)
    if form == EVIDENCE:
        others = ", ".join(name for name in known() if name != EVIDENCE)
        raise Misuse(f"{form} grades evidence and takes no answers about a place", todo=f"Choose one of {others}")
    return frame


def _row(given: Given, at: Placed, frame: Framework) -> dict[str, Any]:
    """Return one answer in the form: what its sheet holds, and the rest carried."""
    values = asdict(given)
    holds = frame.card.holds if at.question else {}
    own = {"framework": given.framework, "code": given.code} if at.relation != "own" else {}
    return {
        "question": at.question.code if at.question else None,
        "text": at.question.text if at.question else None,
        "relation": at.relation,
        "why": at.lost,
        "reads": _reads(given, at),
        "held": {f: values[f] for f in FIELDS if f in holds},
        "carried": {**own, **{f: values[f] for f in FIELDS if f not in holds}},
    }


def _reads(given: Given, at: Placed) -> str:
    """Return an answer of another framework as a sentence for whoever reads the form; empty for its own."""
    if at.relation == "own" and given.state is None:
        return ""
    asked = get(given.framework).questions[given.code].text
    said = [given.state or "no state given"]
    said += [f"trend {given.trend}"] if given.trend and given.trend != "unknown" else []
    said += [f"confidence {given.confidence}"] if given.confidence else []
    name = "UN" if given.framework == UN else "ARAF"
    return f"{name} {given.code}, {asked}: {', '.join(said)}"


def _given(row: Any, form: Framework, where: str) -> Given:
    """Return one row as the answer it was. Raises Refused when a part is missing, unknown or no text."""
    if not isinstance(row, dict) or not all(isinstance(row.get(k, {}), dict) for k in ("held", "carried")):
        raise Refused("A row is no answer", where=where, todo="Each has question, held and carried")
    values = {**row.get("held", {}), **row.get("carried", {})}
    framework = str(values.pop("framework", form.id))
    code = str(values.pop("code", row.get("question")))
    if framework not in known() or code not in known()[framework].questions:
        raise Refused(f"{reference(framework, code)} is no question", where=where, todo="See tocsin framework show")
    wrong = sorted(set(values) - {f.name for f in fields(Given)})
    wrong += sorted(k for k, v in values.items() if v is not None and not isinstance(v, str))
    if wrong:
        raise Refused(f"{', '.join(wrong)}: no field of an answer, or no text", where=where, todo="Remove or mend it")
    return Given(framework, code, **values)


def _crossed(given: Given) -> list[tuple[str, str, str]]:
    """Return (question, relation, what it cannot hold of this answer); rows of the sign itself before its factor's."""
    for asked in (reference(given.framework, given.code), reference(given.framework, _factor(given))):
        found = [_seen_from(row, asked) for row in crossings() if asked in {row.a, row.b} and row.a and row.b]
        if found:
            return found
    return []


def _seen_from(row: Crossing, asked: str) -> tuple[str, str, str]:
    if row.a == asked:
        return row.b, row.relation, row.b_cannot_hold
    return row.a, TURNED.get(row.relation, row.relation), row.a_cannot_hold


def _factor(given: Given) -> str:
    """Return the code of the factor of an indicator; any other code as it is."""
    question = get(given.framework).questions[given.code]
    return question.group if question.kind == "indicator" else question.code


def _sorting(given: Given) -> tuple[int, int, str, str]:
    frame = known()[given.framework]
    return (list(known()).index(frame.id), list(frame.questions).index(given.code), given.post or "", given.id or "")
