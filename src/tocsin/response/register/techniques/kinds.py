"""The techniques as declared: what each is for, what is said in it, and by whom. Forms, checks and help follow this.

After Heuer, *Psychology of Intelligence Analysis* (1999), ch. 8, and Heuer and Pherson, *Structured Analytic Techniques
for Intelligence Analysis* (competing hypotheses, key assumptions, indicators, what if, red team); Klein, *Performing
a Project Premortem* (2007). The names are theirs and the fields are ours: these are from memory of those books.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tocsin.core.errors import Misuse

FieldKind = Literal["text", "line", "choice", "day", "flag", "key", "keys", "case", "number", "link"]

MARKS = {
    "CC": "very consistent",
    "C": "consistent",
    "N": "neutral",
    "I": "inconsistent",
    "II": "very inconsistent",
    "NA": "does not apply",
}
DEGREES = {"high": "high", "moderate": "moderate", "low": "low"}
QUANTITIES = {
    "one_sided_deaths": "civilians killed in one-sided violence, in a month",
    "state_based_deaths": "people killed in fighting with a state, in a month",
    "non_state_deaths": "people killed in fighting between groups, in a month",
    "onset_risk": "risk that a mass killing begins, from 0 to 1",
    "onset_rise": "risk that a mass killing begins, times the last forecast",
}


@dataclass(frozen=True)
class Field:
    """One field of a part. ``of`` is the part that a ``key`` or ``keys`` names."""

    name: str
    label: str
    kind: FieldKind = "text"
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    of: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Part:
    """Something that is said in a technique. ``own`` parts are one seat's, and sealed while the technique is blind."""

    id: str
    title: str
    letter: str
    fields: tuple[Field, ...]
    own: bool = False
    after_reveal: bool = False

    @property
    def main(self) -> Field:
        """The field that a part is known by."""
        return next((f for f in self.fields if f.name in ("text", "name")), self.fields[0])


@dataclass(frozen=True)
class Kind:
    """A technique. ``blind`` is always, may or never."""

    id: str
    title: str
    does: str
    after: str
    parts: tuple[Part, ...]
    blind: Literal["always", "may", "never"] = "never"
    basis: str = "memory"

    def part(self, name: str) -> Part:
        """Return one part. Raises Misuse, naming those there are."""
        found = next((p for p in self.parts if p.id == name), None)
        if found is None:
            raise Misuse(
                f"{name!r} is no part of {self.title.lower()}", todo=f"It has {', '.join(p.id for p in self.parts)}"
            )
        return found


def _choice(name: str, label: str, choices: dict[str, str], *, required: bool = True, hint: str = "") -> Field:
    return Field(name, label, "choice", required, tuple(choices.items()), hint=hint)


HYPOTHESES = Kind(
    "hypotheses",
    "Competing hypotheses",
    "Holds each piece of evidence against every explanation, and keeps the one least spoken against.",
    "Heuer 1999, ch. 8; Heuer and Pherson",
    (
        Part(
            "hypothesis",
            "Hypothesis",
            "H",
            (
                Field("text", "What may be the case"),
                Field("deception", "It says that we are deceived, or wrong", "flag", required=False),
            ),
        ),
        Part(
            "evidence",
            "Evidence",
            "E",
            (
                Field("text", "What is seen, or is missing although it should be seen"),
                Field("link", "What it rests on", "link", hint="W1, A12, report 5, or a link to a source"),
                _choice("credibility", "Credibility", DEGREES),
                _choice("relevance", "Relevance", DEGREES),
            ),
        ),
        Part(
            "cell",
            "Cell",
            "",
            (
                Field("evidence", "Evidence", "key", of="evidence"),
                Field("hypothesis", "Hypothesis", "key", of="hypothesis"),
                _choice("mark", "The evidence is", MARKS),
                Field("why", "Why", "line", required=False),
            ),
            own=True,
        ),
    ),
    blind="may",
)

ASSUMPTIONS = Kind(
    "assumptions",
    "Key assumptions check",
    "Writes down what is taken for granted, why, and what would prove it wrong.",
    "Heuer and Pherson",
    (
        Part(
            "assumption",
            "Assumption",
            "K",
            (
                Field("text", "What is assumed"),
                Field("held_because", "Why it is held"),
                Field("wrong_if", "What would prove it wrong"),
                _choice(
                    "standing",
                    "It is",
                    {"supported": "supported", "caveat": "held with a caveat", "unsupported": "unsupported"},
                ),
                Field("caveat", "The caveat", "line", required=False),
                Field("review_on", "Look at it again on", "day"),
            ),
        ),
    ),
)

PREMORTEM = Kind(
    "premortem",
    "Premortem",
    "It is a year on, and it happened. Each says alone why, before anybody sees what the others said.",
    "Klein 2007",
    (
        Part(
            "reason",
            "Reason",
            "R",
            (
                _choice(
                    "although",
                    "It happened",
                    {"acted": "although we acted", "did_not_act": "and we did not act"},
                ),
                Field("text", "Why"),
                Field("early_sign", "What we would have seen first", "line", required=False),
            ),
            own=True,
        ),
        Part(
            "group",
            "Group of reasons",
            "G",
            (
                Field("name", "What they have in common", "line"),
                Field("reasons", "Reasons", "keys", of="reason"),
                Field("early_sign", "Early sign", hint="What would be seen first"),
                Field("done", "What is done about it"),
                Field("who", "By whom", "line", required=False),
            ),
            after_reveal=True,
        ),
    ),
    blind="always",
)

SCENARIOS = Kind(
    "scenarios",
    "Scenarios and indicators",
    "Names courses that events may take, and what to watch for each.",
    "Heuer and Pherson",
    (
        Part(
            "scenario",
            "Scenario",
            "S",
            (Field("name", "Name", "line"), Field("course", "What happens, in which order")),
        ),
        Part(
            "indicator",
            "Indicator",
            "I",
            (
                Field("scenario", "Scenario", "key", of="scenario"),
                Field("text", "What to watch"),
                Field("threshold", "The mark", "line", hint="From where on it counts, in words or a number"),
                Field("source", "Where it is seen", "line"),
                Field("means", "What it would mean"),
                Field("look_on", "Look by", "day", hint="Until a tripwire watches it, a person does"),
                Field("watched_by", "Who looks", "line"),
                _choice("quantity", "A quantity that a tripwire can read", QUANTITIES, required=False),
                Field("mark", "Its mark, as a number", "number", required=False),
            ),
        ),
        Part(
            "look",
            "Look",
            "L",
            (
                Field("indicator", "Indicator", "key", of="indicator"),
                _choice(
                    "found",
                    "The mark is",
                    {"reached": "reached", "not_reached": "not reached", "cannot_tell": "not to be told from here"},
                ),
                Field("text", "What was seen, where"),
                Field("look_on", "Look again by", "day"),
            ),
        ),
    ),
)

RED_TEAM = Kind(
    "red_team",
    "Red team",
    "A person by name argues against the view in force; the answer is recorded beside it.",
    "Heuer and Pherson",
    (
        Part("challenge", "Argument against", "C", (Field("text", "What is wrong with the view in force"),
             Field("rests_on", "What it rests on", "line", required=False)), own=True),
        Part("reply", "Answer", "A", (
            Field("challenge", "Argument", "key", of="challenge"),
            Field("text", "The answer"),
            _choice("changed", "It changed the view", {"yes": "yes", "in_part": "in part", "no": "no"}),
        )),
    ),
)  # fmt: skip

WILD_CARD = Kind(
    "wild_card",
    "Wild card",
    "Something unlikely that would change everything: how it would come, and what would be seen first.",
    "Heuer and Pherson (what if)",
    (
        Part(
            "wild_card",
            "Wild card",
            "W",
            (
                Field("text", "What happens"),
                Field("how", "How it could come to that"),
                Field("early_sign", "What would be seen first"),
                Field("done", "What is done to be ready"),
            ),
        ),
    ),
)

ANALOGIES = Kind(
    "analogies",
    "Analogies",
    "Past cases that come to mind: what is alike, what is not, and where the likeness breaks.",
    "Neustadt and May 1986",
    (
        Part(
            "analogy",
            "Analogy",
            "N",
            (
                Field("case", "Case", "case", hint="Of the catalogue, as C01, or a place and year in words"),
                Field("alike", "What is alike"),
                Field("different", "What is different"),
                Field("breaks", "Where the likeness breaks"),
                Field("lesson", "What follows for this question", required=False),
            ),
        ),
    ),
)

KINDS = {k.id: k for k in (HYPOTHESES, ASSUMPTIONS, PREMORTEM, SCENARIOS, RED_TEAM, WILD_CARD, ANALOGIES)}


def kind(name: str) -> Kind:
    """Return one kind. Raises Misuse, naming those there are."""
    if name not in KINDS:
        raise Misuse(f"{name!r} is no technique", todo=f"There are {', '.join(KINDS)}")
    return KINDS[name]
