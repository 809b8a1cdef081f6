"""What an answer says, checked before it is kept: a choice, and graded evidence or the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tocsin.catalog.admiralty import graded
from tocsin.catalog.library import library
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import said

LINKS = {"http", "https", "doi", "warning", "source", "assessment", "report", "run"}
MOST_TEXT = 4000
MOST_NOTE = 100_000
LEAST_WORDS = 2


@dataclass(frozen=True)
class Source:
    """One piece of evidence: a link or a citation, its Admiralty grade, and the day it is of; both may be empty."""

    link: str
    grade: str = ""
    dated: str = ""


@dataclass(frozen=True)
class Words:
    """An answer's words. ``evidence`` has one source a line, and ``grades`` one ``{grade, dated}`` for each line."""

    state: str
    trend: str
    confidence: str
    evidence: str
    grades: tuple[dict[str, str], ...]
    no_evidence_reason: str
    note: str
    why: str

    def plain(self) -> dict[str, Any]:
        """Return the words as plain values."""
        return {**asdict(self), "grades": list(self.grades)}


def choices() -> dict[str, dict[str, str]]:
    """Return what may be answered, with its meaning: ``states``, ``trends``, ``confidences``."""
    card = library().framework.card
    return {"states": card.states, "trends": card.trends, "confidences": card.confidences}


def checked(
    *,
    state: str,
    trend: str,
    confidence: str,
    sources: Sequence[Source] = (),
    no_evidence_reason: str = "",
    note: str = "",
    why: str = "",
    graded_all: bool = False,
) -> Words:
    """Return the words of an answer, trimmed. With ``graded_all`` every source needs its grade.

    Raises Misuse for a choice or a grade there is not; Refused when neither evidence nor a reason is given, when both
    are, or when a text is too long.
    """
    _among("states", "state", state)
    _among("trends", "trend", trend)
    _among("confidences", "confidence", confidence)
    given = [Source(said(s.link, MOST_TEXT), s.grade.strip(), s.dated.strip()) for s in sources if s.link.strip()]
    reason = said(no_evidence_reason, MOST_TEXT)
    _enough(given, reason)
    if graded_all and any(not s.grade for s in given):
        raise Refused("A source has no grade", todo="Give a letter A–F and a figure 1–6; F6 cannot be judged")
    return Words(
        state,
        trend,
        confidence,
        "\n".join(" ".join(s.link.split()) for s in given),
        tuple({"grade": graded(s.grade) if s.grade else "", "dated": _day(s.dated)} for s in given),
        reason,
        said(note, MOST_NOTE),
        said(why, MOST_TEXT),
    )


def sources_of(evidence: str, grades: Sequence[dict[str, str]]) -> list[Source]:
    """Return the sources that an answer cites, a line each; an answer without grades has none, and says so."""
    lines = evidence.splitlines()
    padded = [*grades, *({"grade": "", "dated": ""} for _ in lines)]
    return [Source(line, g["grade"], g["dated"]) for line, g in zip(lines, padded, strict=False)]


def _day(text: str) -> str:
    return parse_date(text).isoformat() if text else ""


def _among(kind: str, name: str, value: str) -> None:
    """Raise Misuse for a choice there is not, naming those there are."""
    known = choices()[kind]
    if value not in known:
        raise Misuse(f"{value!r} is not a {name}", todo=f"Choose one of {', '.join(known)}")


def _enough(given: Sequence[Source], reason: str) -> None:
    """Raise Refused unless evidence or a reason for none says something, and not both."""
    evidence = " ".join(s.link for s in given)
    if not re.search(r"\w", evidence + reason):
        raise Refused(
            "An answer needs evidence or the reason why there is none",
            todo="Give a link or a citation, or say why there is none",
        )
    if evidence and reason:
        raise Refused("Evidence and a reason for none were both given", todo="Give one of them; use the note for more")
    for text in [s.link for s in given] or [reason]:
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):(?=\S)", text) if given else None
        if scheme and scheme[1].lower() not in LINKS:
            raise Refused(
                f"{scheme[1]}: is not a link that can be kept as evidence",
                todo=f"Give a link with {', '.join(sorted(LINKS))}, or a citation in words",
            )
        if not scheme and len(re.findall(r"\w+", text)) < LEAST_WORDS:
            raise Refused(
                "One word is neither a citation nor a reason why there is none",
                todo="Give a link, or name the document and its date; or say in words why there is none",
            )
