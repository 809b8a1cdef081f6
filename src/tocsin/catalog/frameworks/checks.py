"""Every fault in the files of the frameworks: what cannot be read, what names nothing, what is not crossed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tocsin.catalog.cards import FIELDS
from tocsin.catalog.frameworks.reading import CARDS, CROSSWALK, EVIDENCE, TRANSLATIONS, UN
from tocsin.catalog.frameworks.schema import LANGUAGES, Crossing, QuestionRow, Translation, reference
from tocsin.catalog.library import FACTORS, INDICATORS, ROOT
from tocsin.catalog.rows import Factor, Indicator
from tocsin.catalog.tables import Finding, read_rows
from tocsin.catalog.yaml_files import looked_at


def check(root: Path = ROOT) -> list[Finding]:
    """Return the faults of the frameworks' cards, questions, translations and crosswalk."""
    findings: list[Finding] = []
    factors, _ = read_rows(root / FACTORS, Factor, FACTORS, "code")
    indicators, _ = read_rows(root / INDICATORS, Indicator, INDICATORS, "code")
    known = {reference(UN, row.code) for _, row in [*factors, *indicators]}
    listed: dict[str, list[tuple[int, QuestionRow]]] = {}
    for name in CARDS:
        label = f"frameworks/{name}/questions.csv"
        listed[name], faults = read_rows(root / label, QuestionRow, label, "code")
        findings += faults
        known |= {reference(name, row.code) for _, row in listed[name]}
    for name, questions in listed.items():
        findings += _card(root, name, questions)
        findings += _once(f"frameworks/{name}/questions.csv", questions, known)
    return findings + _translations(root, known) + _crossed(root, known, [reference(UN, f.code) for _, f in factors])


def _card(root: Path, name: str, questions: list[tuple[int, QuestionRow]]) -> list[Finding]:
    """Return the faults of a card, and of questions in a group it does not have."""
    label = f"frameworks/{name}/framework.yml"
    card, found = looked_at(CARDS[name], root / label, label)
    if card is None:
        return found
    where = f"frameworks/{name}/questions.csv"
    for line, row in questions:
        if row.group not in card.groups:
            rule = f"is no group of {label}"
            found.append(Finding(where, line, "group", row.group, rule, f"Choose among {', '.join(card.groups)}"))
    both = sorted(set(card.holds) & set(card.lacks))
    found += [Finding(label, 1, "lacks", f, "is held and lacked at once", "Keep one") for f in both]
    if name != EVIDENCE:
        missing = sorted(set(FIELDS) - set(card.holds) - set(card.lacks))
        found += [Finding(label, 1, "holds", f, "is neither held nor lacked", "Say which") for f in missing]
    else:
        codes = {row.code for _, row in questions}
        found += [
            Finding(label, 1, "levels", step.code, f"is no question of {where}", "Correct it, or add the question")
            for step in card.levels  # type: ignore[attr-defined]
            if step.code not in codes
        ]
    return found


def _once(label: str, questions: list[tuple[int, QuestionRow]], known: set[str]) -> list[Finding]:
    """Return questions that are asked once as something that is no question, or as themselves."""
    own = label.split("/")[1]
    found = []
    for line, row in questions:
        target = row.asked_once_as
        if target and (target not in known or target.startswith(f"{own}:")):
            rule = "names no question of another framework"
            found.append(Finding(label, line, "asked_once_as", target, rule, "Write framework:code, or leave it empty"))
    return found


def _translations(root: Path, known: set[str]) -> list[Finding]:
    """Return translations of nothing, or into a language that is not offered."""
    rows, found = read_rows(root / TRANSLATIONS, Translation, TRANSLATIONS, "id")
    for line, row in rows:
        question, _, language = row.id.rpartition(":")
        if question not in known:
            found.append(Finding(TRANSLATIONS, line, "id", row.id, "translates no question", "Correct the code"))
        if language not in LANGUAGES or language == "en":
            rule = f"is not one of {', '.join(LANGUAGES[1:])}"
            found.append(
                Finding(TRANSLATIONS, line, "id", row.id, rule, "Correct the language, or add it to schema.py")
            )
    return found


def _crossed(root: Path, known: set[str], factors: Iterable[str]) -> list[Finding]:
    """Return crossings that name nothing or contradict themselves, and questions that none of them speaks of."""
    rows, found = read_rows(root / CROSSWALK, Crossing, CROSSWALK, "id")
    spoken: set[str] = set()
    for line, row in rows:
        for column in ("a", "b"):
            value = getattr(row, column)
            if value and value not in known:
                found.append(Finding(CROSSWALK, line, column, value, "names no question", "Write framework:code"))
            spoken.add(value)
        ends = bool(row.a) + bool(row.b)
        if ends != (1 if row.relation == "none" else 2):
            rule = "none has one end, every other relation two"
            found.append(Finding(CROSSWALK, line, "relation", row.relation, rule, "Correct the relation or the ends"))
        if row.a and row.b and row.a.partition(":")[0] == row.b.partition(":")[0]:
            found.append(Finding(CROSSWALK, line, "b", row.b, "stands in the same framework as a", "Correct the code"))
        if not (row.a_cannot_hold or row.b_cannot_hold):
            rule = "a crossing says what is lost"
            found.append(
                Finding(CROSSWALK, line, "a_cannot_hold", "", rule, "Write what the form cannot hold, or nothing")
            )
    wanted = [*factors, *sorted(k for k in known if k.startswith("us_araf:"))]
    found += [
        Finding(
            CROSSWALK, 1, "a", question, "no row speaks of this question", "Add a row, with relation none if need be"
        )
        for question in wanted
        if question not in spoken
    ]
    return found
