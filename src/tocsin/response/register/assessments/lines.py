"""Atrocity and conflict as two lines, each with its own answers (M67). No number is made of either.

A place may have both, one or neither: calm between armed parties does not lower the line of atrocity, and fighting
does not raise it. The rule is the one written in ``catalog/discriminators/discriminators.yml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.catalog.discriminators import ID, LINES, discriminators
from tocsin.response.register.assessments.answers import citation, in_force
from tocsin.response.register.assessments.seen import differing
from tocsin.response.register.models import Answer

State = Answer.State


@dataclass(frozen=True)
class Lines:
    """The state of each line: present, partly, absent or unknown. Each has the citations and the dissent behind it.

    ``guards`` are the codes of questions beside the lines that somebody answered present or partly: warnings to
    whoever chooses, such as an option that would let a perpetrator consolidate.
    """

    atrocity: str
    conflict: str
    citations: Mapping[str, tuple[str, ...]]
    dissent: Mapping[str, tuple[str, ...]]
    guards: tuple[str, ...]


def lines(place_id: str, at: datetime | None = None) -> Lines:
    """Return the two lines of a place as known at ``at`` (None: now); unknown while nobody has answered."""
    given = in_force(place_id, at, framework=ID)
    of_line = {q.code: q.line for q in discriminators().questions}
    by_line = {line: [row for row in given if of_line.get(row.code) == line] for line in LINES}
    here = (State.PRESENT, State.PARTLY)
    return Lines(
        atrocity=state_of("atrocity", [(r.code, r.state) for r in by_line["atrocity"]]),
        conflict=state_of("conflict", [(r.code, r.state) for r in by_line["conflict"]]),
        citations={line: tuple(citation(row) for row in rows) for line, rows in by_line.items()},
        dissent={line: tuple(differing(rows)) for line, rows in by_line.items()},
        guards=tuple(dict.fromkeys(r.code for r in given if of_line.get(r.code, "") is None and r.state in here)),
    )


def state_of(line: str, given: Sequence[tuple[str, str]]) -> str:
    """Return the state of a line from (code, state) of every answer in force, by the rule of the catalogue."""
    questions = discriminators().of_line(line)
    deciding = {q.code for q in questions if q.deciding}
    said = {code: {state for c, state in given if c == code} for code in (q.code for q in questions)}
    if any(State.PRESENT in said[code] for code in deciding):
        return State.PRESENT.value
    every = set().union(*said.values())
    if every & {State.PRESENT, State.PARTLY}:
        return State.PARTLY.value
    if every and all(said[code] for code in deciding) and every == {State.ABSENT}:
        return State.ABSENT.value
    return State.UNKNOWN.value
