"""The frameworks as files for anybody: JSON-LD in the manner of SKOS, and CSV. Same catalogue, same bytes."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from tocsin.catalog.frameworks.reading import crossings, get, known
from tocsin.catalog.frameworks.schema import LANGUAGES, Framework, Question
from tocsin.core.words import in_cell

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
RIGHTS = (
    "CC BY 4.0 for the words of this edition, which are Tocsin's own paraphrase. The frameworks themselves are their "
    "publishers'; this edition is not theirs and was not approved by them."
)
BASE = "urn:tocsin:framework:"
"""Ids are names and lead nowhere: nothing has to be fetched to read an edition. The URN is not registered."""
MATCH = {
    "close": "skos:closeMatch",
    "broader": "skos:broadMatch",
    "narrower": "skos:narrowMatch",
    "related": "skos:relatedMatch",
    "inverse": "skos:relatedMatch",
}
CONTEXT: dict[str, Any] = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dct": "http://purl.org/dc/terms/",
    "tocsin": "urn:tocsin:vocabulary:",
}
COLUMNS = ["id", "framework", "code", "group", "kind", *(f"text_{language}" for language in LANGUAGES)]
COLUMNS += ["wording", "source", "basis", "asked_once_as", "counterparts"]
CROSSED = ["id", "a", "relation", "b", "a_cannot_hold", "b_cannot_hold", "basis"]


def files() -> dict[str, bytes]:
    """Return every file of the editions by its name."""
    made = {"LICENCE.txt": f"{RIGHTS}\n{LICENCE}\n".encode()}
    for framework in known().values():
        name = f"{framework.id}-{framework.version}"
        made[f"{name}.jsonld"] = as_jsonld(framework)
        made[f"{name}.csv"] = as_csv(framework)
    made["crosswalk.csv"] = crosswalk_csv()
    return made


def as_jsonld(framework: Framework) -> bytes:
    """Return a framework as a SKOS concept scheme in JSON-LD, its context written out."""
    scheme = f"{BASE}{framework.id}"
    groups = [
        {
            "@id": f"{scheme}:group:{group.replace(' ', '_')}",
            "@type": "skos:Collection",
            "skos:prefLabel": {"@language": "en", "@value": title},
            "skos:member": [{"@id": iri(q)} for q in framework.questions.values() if q.group == group],
        }
        for group, title in framework.groups.items()
        if group not in framework.questions
    ]
    graph: list[dict[str, Any]] = [
        {
            "@id": scheme,
            "@type": "skos:ConceptScheme",
            "dct:title": {"@language": "en", "@value": framework.title},
            "dct:source": framework.card.document,
            "dct:publisher": framework.card.publisher,
            "dct:license": {"@id": LICENCE},
            "dct:rights": RIGHTS,
            "dct:hasVersion": framework.version,
            "skos:editorialNote": [framework.card.wording, f"Basis: {framework.basis}", framework.card.sheet],
            "tocsin:holds": [f"{field}: {how}" for field, how in framework.card.holds.items()],
            "tocsin:lacks": [f"{field}: {why}" for field, why in framework.card.lacks.items()],
        },
        *(_concept(question, framework) for question in framework.questions.values()),
        *groups,
    ]
    return json_file({"@context": CONTEXT, "@graph": graph})


def as_csv(framework: Framework) -> bytes:
    """Return a framework as a table: one row a question."""
    return csv_file(
        COLUMNS,
        [
            [
                q.id,
                q.framework,
                q.code,
                q.group,
                q.kind,
                *(q.texts.get(language, ("", ""))[0] for language in LANGUAGES),
                q.wording,
                q.source,
                q.basis,
                q.asked_once_as or "",
                "; ".join(f"{relation} {other}" for relation, other in counterparts(q)),
            ]
            for q in framework.questions.values()
        ],
    )


def crosswalk_csv() -> bytes:
    """Return the crosswalk as a table, as it stands in the catalogue."""
    return csv_file(CROSSED, [[getattr(row, column) for column in CROSSED] for row in crossings()])


def counterparts(question: Question) -> list[tuple[str, str]]:
    """Return (relation, id) of each question of another framework that the crosswalk sets beside this one.

    Read from this question: ``narrower`` means that the other one is narrower.
    """
    found = []
    for row in crossings():
        if row.a == question.id and row.b:
            found.append((row.relation, row.b))
        elif row.b == question.id and row.a:
            found.append(({"broader": "narrower", "narrower": "broader"}.get(row.relation, row.relation), row.a))
    return found


def iri(question: Question) -> str:
    """Return the name of a question in the editions."""
    return f"{BASE}{question.framework}:{question.code}"


def _concept(question: Question, framework: Framework) -> dict[str, Any]:
    """Return a question as a concept; an indicator is narrower than its factor."""
    concept: dict[str, Any] = {
        "@id": iri(question),
        "@type": "skos:Concept",
        "skos:notation": question.code,
        "skos:prefLabel": [
            {"@language": language, "@value": text} for language, (text, _) in sorted(question.texts.items())
        ],
        "skos:inScheme": {"@id": f"{BASE}{framework.id}"},
        "dct:source": question.source,
        "skos:editorialNote": [
            f"wording: {status}" if language == "en" else f"wording in {language}: {status.replace('_', ', ')}"
            for language, (_, status) in sorted(question.texts.items())
        ]
        + [f"basis: {question.basis_label}"],
        "tocsin:kind": question.kind,
    }
    if question.group in framework.questions:
        concept["skos:broader"] = {"@id": iri(framework.questions[question.group])}
    if question.asked_once_as:
        concept["tocsin:askedOnceAs"] = {"@id": f"{BASE}{question.asked_once_as}"}
    for relation, other in counterparts(question):
        concept.setdefault(MATCH[relation], []).append({"@id": f"{BASE}{other}"})
    return concept


def find(framework_id: str, form: str) -> bytes:
    """Return one edition: ``jsonld`` or ``csv``."""
    framework = get(framework_id)
    return as_csv(framework) if form == "csv" else as_jsonld(framework)


def json_file(value: Any) -> bytes:
    """Return a JSON file, its keys in the order given."""
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def csv_file(header: list[str], rows: list[list[str]]) -> bytes:
    """Return a CSV file (RFC 4180 with line feeds); no cell is computed by a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[in_cell(cell) for cell in row] for row in rows])
    return out.getvalue().encode()
