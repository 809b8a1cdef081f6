"""How the quality of a decision in an exercise is scored: criteria declared in ``catalog/replays/rubric.yml``."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, model_validator

from tocsin.catalog.yaml_files import checked
from tocsin.core.words import substantial
from tocsin.options import NOTHING
from tocsin.response.docket.models import Decision
from tocsin.response.register.reports.models import Reading


class Criterion(BaseModel):
    """One thing that a good decision does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str


class Rubric(BaseModel):
    """The criteria, in the order in which they are shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    basis: str
    criteria: tuple[Criterion, ...]

    @model_validator(mode="after")
    def _known(self) -> Rubric:
        if {c.id for c in self.criteria} != set(MET):
            raise ValueError(f"the criteria are {', '.join(MET)}")
        return self


def _weighed(decision: Decision) -> set[str]:
    return {*decision.options_seen, *decision.options_chosen, *decision.options_rejected} - {NOTHING}


def _differed(decision: Decision) -> bool:
    """Tell whether the two readers of a report behind the question graded its severity differently."""
    numbers = {b["row"] for w in decision.item.warnings.all() for b in w.because if b.get("source_id") == "reports"}
    graded: dict[int, set[int | None]] = {}
    for reading in Reading.objects.filter(report__in=[int(n) for n in numbers if str(n).isdigit()]):
        graded.setdefault(reading.report_id, set()).add(reading.severity)
    return any(len(severities) > 1 for severities in graded.values())


MET: dict[str, Callable[[Decision], bool]] = {
    "options": lambda d: len(_weighed(d)) >= 2,
    "rejected": lambda d: bool(set(d.options_rejected)),
    "nothing": lambda d: d.kind == "decline" or NOTHING in d.options_rejected,
    "cites": lambda d: bool(d.cites),
    "reasons": lambda d: substantial(d.reasons),
    "dissent": lambda d: bool(d.dissent.strip()) or not _differed(d),
    "review": lambda d: d.review_on is not None or d.defer_to is not None,
    "in_time": lambda d: not d.item.lapses.filter(clock="decision", due__lte=d.at).exists(),
}


@cache
def rubric() -> Rubric:
    """Return the declared rubric. Raises Damaged when its criteria are not those that can be judged."""
    text = (files("tocsin.catalog.replays") / "rubric.yml").read_text(encoding="utf-8")
    return checked(Rubric, text, "rubric", "replays/rubric.yml")


def score(decision: Decision) -> dict[str, bool]:
    """Return for each criterion whether a decision meets it."""
    return {criterion.id: MET[criterion.id](decision) for criterion in rubric().criteria}
