"""What a proposed option says, field by field, checked as the catalogue's own files are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from tocsin.catalog.extras import HOME_LETTER, conditions
from tocsin.catalog.library import Library
from tocsin.catalog.rows import Mechanism, Option, OptionRow
from tocsin.core.errors import Misuse
from tocsin.core.words import SHORT, said

LISTS = (
    "phase",
    "actors_with_authority",
    "procedures",
    "preconditions",
    "risk_factors",
    "strategy",
    "known_risks",
    "historical_cases",
    "cases",
    "may_harm",
)
"""Fields that hold several values; in a form one a line, in a file a list."""
NUMBERS = ("lead_days_min", "lead_days_max")
TEXTS = (
    "name",
    "instrument",
    "coercive",
    "evidence_grade",
    "evidence_text",
    "evidence_tool",
    "mechanism",
    "needs_people",
    "needs_money",
    "needs_kit",
    "needs_access",
    "basis",
)
CITED = "cited"
FIELDS = (*TEXTS, *NUMBERS, *LISTS, CITED)
NEEDED = ("mechanism", "needs_people", "needs_money", "may_harm")
PLACEHOLDER = f"{HOME_LETTER}00"
"""The id of an option that has none yet."""


def template(option: Option | None = None) -> dict[str, Any]:
    """Return every field with the values of an option, or empty: what a contributor fills in."""
    if option is None:
        return {f: [] if f in (*LISTS, CITED) else 0 if f in NUMBERS else "" for f in FIELDS} | {"basis": "memory"}
    row = option.model_dump(mode="json")
    row[CITED] = [{k: c[k] for k in ("source", "title", "finds", "says")} for c in row[CITED]]
    row["evidence_grade"] = option.stated_grade or option.evidence_grade
    return {field: row[field] for field in FIELDS}


def cleaned(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a proposal with texts made safe. Raises Misuse for a field there is not or a wrong kind."""
    unknown = sorted(set(given) - set(FIELDS))
    if unknown:
        raise Misuse(f"An option has no field {unknown[0]!r}", todo=f"Its fields are {', '.join(FIELDS)}")
    found: dict[str, Any] = {}
    for field in FIELDS:
        value = given.get(field, [] if field in (*LISTS, CITED) else "")
        found[field] = _value(field, value)
    found["basis"] = found["basis"] or "memory"
    return found


def _value(field: str, value: Any) -> Any:
    if field in LISTS:
        parts = value if isinstance(value, list | tuple) else str(value).split("\n")
        return [text for text in (" ".join(said(str(part), SHORT).split()) for part in parts) if text]
    if field == CITED:
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise Misuse("cited holds studies, each with source, title, finds and says", todo="Write a list of them")
        return [{str(k)[:20]: " ".join(said(str(v), SHORT).split()) for k, v in row.items()} for row in value]
    if field in NUMBERS:
        try:
            return int(str(value).strip())
        except ValueError:
            raise Misuse(f"{field}: {str(value)[:40]!r} is no number of days", todo="Write whole days") from None
    return " ".join(said(str(value), SHORT).split())


def option_of(content: Mapping[str, Any], library: Library, option_id: str = "", **known: Any) -> Option:
    """Return proposed fields as an option. Raises Misuse with the first fault, naming its field.

    ``known`` are fields that the catalogue sets itself: version, credit, reviewed, published_on, evidence_grade.
    """
    name = option_id or PLACEHOLDER
    studies = [
        {**row, "id": f"{name.lower()}-{n}", "option": name, "basis": content["basis"]}
        for n, row in enumerate(content[CITED], 1)
    ]
    values = {**content, CITED: studies, "id": name, "origin": "home", **known}
    values["stated_grade"] = values["evidence_grade"]
    values["mechanism_basis"] = values["basis"]
    try:
        option = Option.model_validate(values)
        how = {f: values[f] for f in Mechanism.model_fields if f in values}
        Mechanism.model_validate({**how, "id": name})
    except ValidationError as error:
        fault = error.errors()[0]
        at = ".".join(map(str, fault["loc"]))
        message = str(fault["msg"]).removeprefix("Value error, ")
        if fault["type"] == "literal_error":
            message = f"must be one of {fault['ctx']['expected']}"
        raise Misuse(f"{at or 'option'}: {message}".replace("option: ", ""), todo="Correct this field") from None
    _references(option, library)
    return option


def _references(option: Option, library: Library) -> None:
    """Raise Misuse for a factor, procedure, case or condition that names nothing, or a circle of conditions."""
    known: Iterable[tuple[str, tuple[str, ...], Mapping[str, Any]]] = (
        ("risk_factors", option.risk_factors, library.framework.factors),
        ("procedures", option.procedures, library.procedures),
        ("cases", option.cases, library.cases),
    )
    for field, names, there in known:
        for name in names:
            if name not in there:
                raise Misuse(f"{field}: {name!r} names nothing in the catalogue", todo="Correct this field")
    others: dict[str, OptionRow] = {**library.options, option.id: option}
    rows = [(n, row) for n, row in enumerate(others.values(), 1)]
    for fault in conditions(rows, "the catalogue"):
        raise Misuse(f"preconditions: {fault.value} {fault.rule}", todo="Correct the id in brackets")


def changes(content: Mapping[str, Any], before: Option | None) -> list[dict[str, Any]]:
    """Return what a proposal changes in an option: field, before, after; every field that is filled for a new one."""
    old = template(before)
    return [
        {"field": f, "before": old[f] if before else None, "after": content[f]}
        for f in FIELDS
        if content[f] != old[f] and (before or content[f])
    ]
