"""The guide to how a situation is taken up, and its ten questions: ``procedures/guide.yml``.

One file feeds the page ``/process`` and ``docs/explain/process.md``. Each question is answered in the words of a step.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from tocsin.catalog.basis import Based
from tocsin.catalog.library import library
from tocsin.catalog.links import Slug
from tocsin.catalog.tables import Finding
from tocsin.catalog.yaml_files import faultless, looked_at

FILE = "procedures/guide.yml"
PATH = Path(__file__).parent / FILE


class Step(BaseModel):
    """One step: what happens in it, and the procedures it speaks of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Slug
    title: str = Field(min_length=3)
    procedures: list[str]
    says: str = Field(min_length=40)


class Question(BaseModel):
    """A question with its choices; ``answer`` counts from 1, ``proof`` stands word for word in the step."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str = Field(min_length=10)
    choices: list[str] = Field(min_length=2)
    answer: int = Field(ge=1)
    step: str
    proof: str = Field(min_length=8)


class Guide(Based):
    """The whole file."""

    title: str
    steps: list[Step]
    quiz: list[Question]


def check(path: Path = PATH) -> list[Finding]:
    """Return the faults of the file: a proof that is not in its step, a choice or procedure that is not there."""
    read, findings = looked_at(Guide, path, FILE)
    if read is None:
        return findings
    lines = path.read_text(encoding="utf-8").splitlines()

    def fault(column: str, value: str, rule: str) -> None:
        at = next((n for n, text in enumerate(lines, start=1) if value[:30] in text), 1)
        findings.append(Finding(FILE, at, column, value[:60], rule, "Correct the entry"))

    steps = {step.id: step for step in read.steps}
    for step in read.steps:
        for code in step.procedures:
            if code not in library().procedures:
                fault("procedures", code, "names nothing in procedures/procedures.csv")
    for one in read.quiz:
        if one.step not in steps:
            fault("step", one.step, "names no step")
        elif one.proof not in steps[one.step].says:
            fault("proof", one.proof, f"does not stand in the step {one.step}")
        if one.answer > len(one.choices):
            fault("answer", one.question, "names no choice")
    return findings


@cache
def guide() -> Guide:
    """Return the guide. Raises Damaged when the file does not hold together."""
    return faultless(Guide, PATH, FILE, check())


def as_markdown() -> str:
    """Return the guide as a page of the docs; its links lead to the headings of the steps."""
    told = guide()
    known = library().procedures
    lines = [
        f"# {told.title}",
        "",
        "This page is written by `make reference` from `src/tocsin/catalog/procedures/guide.yml`;",
    ]
    lines += [
        "do not edit it. At the desk the same guide stands at `/process`, each step with the questions of the",
        "docket",
    ]
    lines[-1] += f" that concern it. Basis: {told.basis}."
    for number, step in enumerate(told.steps, start=1):
        lines += ["", f"## {number}. {step.title}", "", *_wrapped(step.says)]
        if step.procedures:
            named = "; ".join(f"{c} {known[c].body}: {known[c].procedure}" for c in step.procedures)
            lines += ["", *_wrapped(f"Procedures: {named}.")]
    lines += ["", "## Ten questions", "", "Each is answered in the step named behind it."]
    where = {step.id: (n, step.title) for n, step in enumerate(told.steps, start=1)}
    for number, one in enumerate(told.quiz, start=1):
        step_number, title = where[one.step]
        lines += ["", *_wrapped(f"**{number}.** {one.question} (step {step_number}, {title})"), ""]
        lines += [line for choice in one.choices for line in _wrapped(f"- {choice}")]
    answers = ", ".join(f"{n}: {one.choices[one.answer - 1]}" for n, one in enumerate(told.quiz, start=1))
    lines += ["", "## Answers", "", *_wrapped(f"{answers}.")]
    return "\n".join(lines) + "\n"


def _wrapped(text: str) -> list[str]:
    """Return text in lines of at most 118 characters."""
    import textwrap

    return textwrap.wrap(" ".join(text.split()), 118, break_long_words=False, break_on_hyphens=False)
