"""The frames that can be answered, alike whatever their file: the questions of each, with the group they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tocsin.catalog import discriminators, frameworks
from tocsin.catalog.basis import verified
from tocsin.catalog.library import library
from tocsin.core.errors import Misuse

FRAMEWORK = "un_framework"


@dataclass(frozen=True)
class Asked:
    """One question of a frame. ``group`` is the code of the factor or line it stands in."""

    code: str
    group: str
    text: str
    help: str
    verified: bool
    basis_label: str


@dataclass(frozen=True)
class Frame:
    """A frame: its groups in order, each with a title, and its questions by code, in order."""

    id: str
    title: str
    groups: dict[str, str]
    questions: dict[str, Asked]

    def of_group(self, group: str) -> list[Asked]:
        """Return the questions of a group, in order."""
        return [q for q in self.questions.values() if q.group == group]


@cache
def frames() -> dict[str, Frame]:
    """Return every frame that can be answered, by its id."""
    return {frame.id: frame for frame in (_un(), _us(), _lines())}


def frame(framework: str) -> Frame:
    """Return a frame. Raises Misuse with the list of those there are."""
    if framework not in frames():
        raise Misuse(f"{framework!r} is no framework that can be answered", todo=f"Choose {', '.join(frames())}")
    return frames()[framework]


def codes_of(framework: str) -> list[str]:
    """Return the codes of a frame's questions in order; empty for a frame there is not."""
    return list(frames()[framework].questions) if framework in frames() else []


def _un() -> Frame:
    """Return the UN Framework: each factor as a whole, then its indicators."""
    kept = library().framework
    questions: dict[str, Asked] = {}
    for factor in kept.factors.values():
        whole = f"{factor.name}, the factor as a whole"
        questions[factor.code] = Asked(
            factor.code, factor.code, whole, factor.definition, factor.verified, factor.basis_label
        )
        for sign in kept.of_factor(factor.code):
            questions[sign.code] = Asked(sign.code, factor.code, sign.text, "", sign.verified, sign.basis_label)
    return Frame(FRAMEWORK, kept.card.title, {f.code: f.name for f in kept.factors.values()}, questions)


def _us() -> Frame:
    """Return the US form: the questions that are not asked already by the UN Framework."""
    kept = frameworks.get("us_araf")
    questions = {q.code: Asked(q.code, q.group, q.text, "", verified(q.basis), q.basis_label) for q in kept.asked()}
    groups = {code: title for code, title in kept.groups.items() if any(q.group == code for q in questions.values())}
    return Frame(kept.id, kept.title, groups, questions)


def _lines() -> Frame:
    """Return atrocity or conflict: the questions of each line, then those beside both."""
    kept = discriminators.discriminators()
    groups = {**{line: one.title for line, one in kept.lines.items()}, "beside": "Beside both lines"}
    questions = {
        q.code: Asked(q.code, q.line or "beside", q.text, q.help, q.verified, q.basis_label) for q in kept.questions
    }
    return Frame(discriminators.ID, kept.title, groups, questions)
