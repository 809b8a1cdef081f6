"""Forms of techniques, made from what ``kinds`` declares: fields with their values, and the matrix as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from tocsin.response.docket import technique_links
from tocsin.response.register.techniques import kinds
from tocsin.response.register.techniques.matrix import DIAGNOSTIC

Row = dict[str, Any]
SHOWN = 90
"""Characters of a part by which a list of choices names it."""


def typed(part: kinds.Part, said: QueryDict) -> Row:
    """Return what a form says of a part, field by field."""
    many = {f.name for f in part.fields if f.kind == "keys"}
    return {f.name: said.getlist(f.name) if f.name in many else said.get(f.name, "") for f in part.fields}


def fields(part: kinds.Part, values: Mapping[str, Any], told: Row, key: str) -> list[Row]:
    """Return the fields of a form: ``id, name, label, hint, kind, required, value, choices``."""
    return [
        {
            "id": f"f-{part.id}-{key or 'new'}-{f.name}".replace(".", "-"),
            "name": f.name,
            "label": f.label,
            "hint": f.hint,
            "kind": f.kind,
            "required": f.required,
            "value": values.get(f.name, ""),
            "choices": list(f.choices) if f.choices else _standing(f, told),
        }
        for f in part.fields
    ]


def shown(part: kinds.Part, row: Row, told: Row) -> list[tuple[str, Any]]:
    """Return what a part says beside the field it is known by: label and words, empty fields left out."""
    names = {key: name for f in part.fields if f.kind == "key" for key, name in _standing(f, told)}
    words = row["words"]
    said = []
    for f in part.fields:
        value = words[f.name]
        if f is part.main or value in ("", False, []):
            continue
        if f.kind == "link":
            value = technique_links.told(value)
        elif f.kind == "day":
            value = {"day": value}
        elif f.kind == "key":
            value = {"label": names.get(value, value), "href": f"#{value}"}
        elif isinstance(value, list):
            value = ", ".join(value)
        else:
            value = "yes" if value is True else dict(f.choices).get(value, value)
        said.append((f.label, value))
    return said


def table(told: Row, own: int | None) -> Row | None:
    """Return the matrix as rows of evidence, each with its cells; None for another kind of technique.

    A cell has the reader's ``own`` mark and those of ``others``; a row says what it tells apart as the reader marks it,
    or, where they marked nothing, as the first who did.
    """
    analysis = told["analysis"]
    if analysis is None:
        return None
    who = {s["seat"]: s for s in analysis["by_seat"]}
    leading = who.get(own) if own is not None and own in who else next(iter(who.values()), None)
    cells = {(c["evidence"], c["hypothesis"]): c for c in analysis["cells"]}
    text = {row["key"]: row for name in ("evidence", "hypothesis") for row in told["parts"][name]}
    rows = []
    for e in analysis["evidence"]:
        said = leading["evidence"].get(e) if leading else None
        row = {
            "key": e,
            "text": text[e]["words"]["text"],
            "words": text[e]["words"],
            "lowered": text[e]["lowered_because"],
            "says": DIAGNOSTIC[said["says"]] if said else "",
            "apart": bool(said) and said["says"] == "apart",
            "cells": [],
        }
        for h in analysis["hypotheses"]:
            cell = cells[e, h]
            marks = {int(seat): mark for seat, mark in cell["marks"].items()}
            others = [(who[seat]["by"], mark) for seat, mark in marks.items() if seat != own]
            mine = marks.get(own, "") if own is not None else ""
            row["cells"].append({"h": h, "own": mine, "others": others, "stand": cell["stand"]})
        rows.append(row)
    heads = [(h, text[h]["words"]) for h in analysis["hypotheses"]]
    return {
        "heads": heads,
        "rows": rows,
        "differ": analysis["differ"],
        "opposed": analysis["opposed"],
        "by_seat": [_sums(s) for s in analysis["by_seat"]],
        "marks": kinds.MARKS,
    }


def _sums(seat: Row) -> Row:
    """Return what one person's marks say, in words."""
    turns = [
        f"{t['evidence']}: {t['if']}, {' or '.join(t['order'][0])} is least spoken against"
        for t in seat["sensitive"]
        if t["first_changes"]
    ]
    return {
        **seat,
        "scores": list(seat["against"].items()),
        "said": " < ".join(" = ".join(group) for group in seat["order"]),
        "turns": turns,
        "others_turn": len(seat["sensitive"]) - len(turns),
    }


def _standing(field: kinds.Field, told: Row) -> list[tuple[str, str]]:
    """Return the parts that a field may name, each with the words it is known by."""
    if not field.of:
        return []
    part = kinds.kind(told["kind"]).part(field.of)
    return [
        (row["key"], f"{row['key']} {str(row['words'][part.main.name])[:SHOWN]}")
        for row in told["parts"][field.of]
        if not row["withdrawn"]
    ]
