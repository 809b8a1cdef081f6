"""Reads the frameworks into one shape. The United Nations' own files are read by ``catalog.library``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tocsin.catalog.cards import Card
from tocsin.catalog.frameworks.protocol import ProtocolCard
from tocsin.catalog.frameworks.schema import Crossing, Framework, Question, QuestionRow, Translation, reference
from tocsin.catalog.library import ROOT, library
from tocsin.catalog.rows import Factor, Indicator, Row
from tocsin.catalog.tables import read_rows
from tocsin.catalog.yaml_files import looked_at
from tocsin.core.errors import Damaged, Misuse

UN, US, EVIDENCE = "un_framework", "us_araf", "evidence_protocol"
IDS = (UN, US, EVIDENCE)
CARDS: dict[str, type[Card]] = {US: Card, EVIDENCE: ProtocolCard}
TRANSLATIONS = "frameworks/translations.csv"
CROSSWALK = "frameworks/crosswalk.csv"
Texts = dict[str, dict[str, tuple[str, str]]]


def known() -> dict[str, Framework]:
    """Return every framework by its id. Raises Damaged with the first fault of the files."""
    return dict(_read(ROOT))


def get(framework_id: str) -> Framework:
    """Return a framework. Raises Misuse for an id there is not."""
    if framework_id not in known():
        raise Misuse(f"There is no framework {framework_id!r}", todo=f"Choose one of {', '.join(known())}")
    return known()[framework_id]


@cache
def crossings(root: Path = ROOT) -> tuple[Crossing, ...]:
    """Return the crosswalk in the order of its file. Raises Damaged with its first fault."""
    return tuple(rows(root, CROSSWALK, Crossing, "id"))


def rows(root: Path, label: str, kind: type[Row], key: str) -> list:
    """Return the rows of a file. Raises Damaged with its first fault, where it stands."""
    read, faults = read_rows(root / label, kind, label, key)
    for fault in faults:
        raise Damaged(
            f"The catalogue has a fault: {fault.value!r}: {fault.rule}",
            where=f"{fault.file}, line {fault.line}",
            todo=f"{fault.todo}; tocsin catalog lint lists every fault",
        )
    return [row for _, row in read]


@cache
def _read(root: Path) -> dict[str, Framework]:
    texts: Texts = {}
    for row in rows(root, TRANSLATIONS, Translation, "id"):
        framework, code, language = row.id.split(":")
        texts.setdefault(reference(framework, code), {})[language] = (row.text, row.status)
    return {UN: _un(root, texts), **{name: _other(root, name, texts) for name in CARDS}}


def _un(root: Path, texts: Texts) -> Framework:
    """Return the United Nations' framework in the common shape: a factor stands in its class, a sign in its factor."""
    un = library(root).framework
    questions: dict[str, Question] = {}
    for f in un.factors.values():
        questions[f.code] = _un_question(f, f.class_, f.name, "factor", texts)
        for i in un.of_factor(f.code):
            questions[i.code] = _un_question(i, f.code, i.text, "indicator", texts)
    groups = {name: name for name in un.card.classes} | {f.code: f.name for f in un.factors.values()}
    return Framework(UN, un.card.title, un.card.version, un.card.basis, un.card, groups, questions)


def _other(root: Path, name: str, texts: Texts) -> Framework:
    """Return a framework whose questions stand in a ``questions.csv``."""
    label = f"frameworks/{name}/framework.yml"
    card, faults = looked_at(CARDS[name], root / label, label)
    if card is None:
        raise Damaged(f"The catalogue has a fault: {faults[0].rule}", where=f"{label}, {faults[0].column}")
    questions = {
        q.code: Question(
            q.code,
            name,
            q.group,
            q.text,
            q.kind,
            q.asked_once_as or None,
            q.basis,
            q.basis_label,
            q.wording,
            q.source,
            {"en": (q.text, q.wording), **texts.get(reference(name, q.code), {})},
        )
        for q in rows(root, f"frameworks/{name}/questions.csv", QuestionRow, "code")
    }
    return Framework(name, card.title, card.version, card.basis, card, dict(card.groups), questions)


def _un_question(row: Factor | Indicator, group: str, text: str, kind: str, texts: Texts) -> Question:
    """Return a factor or a sign as a question; all of them are paraphrased."""
    source = f"A/70/741-S/2016/71, {'risk factor' if kind == 'factor' else 'indicator'} {row.code}"
    said = {"en": (text, "paraphrase"), **texts.get(reference(UN, row.code), {})}
    return Question(row.code, UN, group, text, kind, None, row.basis, row.basis_label, "paraphrase", source, said)
