"""What is known of whether an option works: the grade that holds now, and studies counted for, against and mixed.

Counts come from a data set that the user loads (``tocsin load ushmm_tools``); without it there is the grade, the words
beside it and the studies cited by hand, and that is said. Counts of studies are not sizes of effects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tocsin.catalog import withdrawn as register
from tocsin.catalog.overlay import lowered
from tocsin.catalog.rows import GRADES, Cited, FactorCounts, Option, ToolCounts
from tocsin.catalog.withdrawn import Withdrawal

NOT_LOADED = "Studies are not counted here: load the tools data set with tocsin load ushmm_tools FILE"
NO_TOOL = "No review counts the studies on this option: there is the grade, its words and what is cited by hand"


@dataclass(frozen=True)
class Effect:
    """An effect that is claimed, and how many studies found less of it (for), more (against), or neither."""

    outcome: str
    for_: int
    against: int
    mixed: int

    @property
    def studies(self) -> int:
        """All of them."""
        return self.for_ + self.against + self.mixed


@dataclass(frozen=True)
class Evidence:
    """The evidence on an option. ``for_``, ``against``, ``mixed``: studies on mass atrocities; None when not counted.

    ``grade`` holds now; ``stated_grade`` is what it was before ``lowered_because``. ``factors`` are features of context
    and design, with the studies in which the tool did more or less where they were present. ``basis`` says where the
    counts come from, or why there are none.
    """

    grade: str
    stated_grade: str
    text: str
    tool: str
    effects: tuple[Effect, ...]
    factors: tuple[FactorCounts, ...]
    cited: tuple[tuple[Cited, str], ...]
    basis: str
    lowered_because: tuple[str, ...]

    @property
    def for_(self) -> int | None:
        """Studies that found fewer mass atrocities; None when studies are not counted."""
        return self.effects[0].for_ if self.effects else None

    @property
    def against(self) -> int | None:
        """Studies that found more mass atrocities; None when studies are not counted."""
        return self.effects[0].against if self.effects else None

    @property
    def mixed(self) -> int | None:
        """Studies that found neither; None when studies are not counted."""
        return self.effects[0].mixed if self.effects else None

    @property
    def grade_words(self) -> str:
        """What the grade means."""
        return GRADES[self.grade]

    @property
    def helped_by(self) -> list[FactorCounts]:
        """Features where more studies found that the tool did more than found that it did less; most studied first."""
        return [f for f in self.factors if f.more > f.less]

    @property
    def hindered_by(self) -> list[FactorCounts]:
        """Features where more studies found that the tool did less."""
        return [f for f in self.factors if f.less > f.more]

    @property
    def undecided(self) -> list[FactorCounts]:
        """Features on which the studies found both as often, or neither."""
        return [f for f in self.factors if f.less == f.more]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, as commands print them."""
        cited = [{**c.model_dump(exclude={"option"}), "withdrawn": why} for c, why in self.cited]
        return {
            "grade": self.grade,
            "grade_words": self.grade_words,
            "stated_grade": self.stated_grade,
            "text": self.text,
            "tool": self.tool or None,
            "counted": bool(self.effects),
            "effects": [
                {"outcome": e.outcome, "for": e.for_, "against": e.against, "mixed": e.mixed} for e in self.effects
            ],
            "factors": [f.model_dump() for f in self.factors],
            "cited": cited,
            "basis": self.basis,
            "lowered_because": list(self.lowered_because),
        }


def evidence_of(
    option: Option,
    counts: Mapping[str, ToolCounts] | None = None,
    withdrawn: Mapping[str, Withdrawal] | None = None,
) -> Evidence:
    """Return the evidence on an option.

    ``counts`` by tool, where loaded (``response.register.tool_counts.loaded``). ``withdrawn`` by ``withdrawn.key``: the
    sources that may not be leaned on; None asks the register. An option of ``library()`` is lowered by them already.
    """
    gone = register.every() if withdrawn is None else withdrawn
    option = option if option.lowered_because else lowered(option, gone)
    counted = (counts or {}).get(option.evidence_tool) if option.evidence_tool else None
    effects: tuple[Effect, ...] = ()
    if counted is not None:
        effects = (
            Effect("mass atrocities", counted.ma_decrease, counted.ma_increase, counted.ma_mixed),
            Effect(
                "related outcomes: conflict, violence against civilians, rights violations",
                counted.related_decrease,
                counted.related_increase,
                counted.related_mixed,
            ),
        )
    return Evidence(
        grade=option.evidence_grade,
        stated_grade=option.stated_grade or option.evidence_grade,
        text=option.evidence_text,
        tool=option.evidence_tool,
        effects=effects,
        factors=counted.factors if counted else (),
        cited=tuple((c, _fate(c, gone)) for c in option.cited),
        basis=_basis(option, counted),
        lowered_because=option.lowered_because,
    )


def _fate(cited: Cited, gone: Mapping[str, Withdrawal]) -> str:
    found = gone.get(register.key(cited.source))
    return found.sentence if found else ""


def _basis(option: Option, counted: ToolCounts | None) -> str:
    if counted is None:
        return NOT_LOADED if option.evidence_tool else NO_TOOL
    left = f"; {len(counted.left_out)} withdrawn since and left out" if counted.left_out else ""
    told = f" ({counted.release})" if counted.release else ""
    which = f"{counted.studies} studies on {option.evidence_tool.lower()}"
    return f"{which}, counted from the loaded tools data set{told}{left}"
