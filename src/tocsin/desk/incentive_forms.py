"""The forms of an incentive model and a programme: rows of fields to plain values, and back for what was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MORE_ACTORS, MORE_LINES, MORE_BARGAINS, EFFECT_ROWS = 3, 4, 1, 3
MOST_ROWS = 200 + MORE_LINES
"""One more than a model takes reaches it, and is refused there in words."""
ACTOR, LINE = ("name", "kind"), ("actor", "course", "flow", "unit", "low", "high", "says", "source", "bargain")
BARGAIN = ("name", "parties", "says")
EFFECT = ("do", "line", "actor", "course", "flow", "unit", "low", "high", "says", "source", "harmed", "wrong_if")
EFFECTS: dict[str, str] = {"scale": "multiplies it by", "add": "adds to it"}
Rows = list[dict[str, str]]


def model_form(posted: Any, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows of the form: what was typed, else the version shown, each with empty rows below."""
    if posted is not None:
        rows = {kind: _rows(posted, kind, fields) for kind, fields in _KINDS}
        return {"as_of": posted.get("as_of", ""), "why": posted.get("why", ""), **rows}
    names = {a["id"]: a["name"] for a in content.get("actors", [])}
    bargains = {b["id"]: b["name"] for b in content.get("bargains", [])}
    lines = [
        {**ln, "actor": names[ln["actor"]], "bargain": bargains.get(ln["bargain"], "")}
        for ln in content.get("lines", [])
    ]
    held = [{**b, "parties": "; ".join(names[p] for p in b["parties"])} for b in content.get("bargains", [])]
    return {
        "as_of": content.get("as_of", ""),
        "why": "",
        "actors": [*content.get("actors", []), *({} for _ in range(MORE_ACTORS))],
        "lines": [*lines, *({} for _ in range(MORE_LINES))],
        "bargains": [*held, *({} for _ in range(MORE_BARGAINS))],
    }


_KINDS = (("actors", ACTOR), ("lines", LINE), ("bargains", BARGAIN))


def _rows(posted: Any, kind: str, fields: tuple[str, ...]) -> Rows:
    """Return every row of one kind as typed, the empty ones too."""
    found = []
    for n in range(MOST_ROWS):
        if f"{kind}-{n}-{fields[0]}" not in posted:
            break
        found.append(
            {"id": posted.get(f"{kind}-{n}-id", ""), **{f: posted.get(f"{kind}-{n}-{f}", "").strip() for f in fields}}
        )
    return found


def given_model(posted: Any, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model as ``options.incentives`` reads it. Rows without a name or a reason are left out."""
    actors = [r for r in _rows(posted, "actors", ACTOR) if r["name"]]
    known = {a["name"]: a["id"] for a in before.get("actors", [])}
    by_name = _ids(actors, "name", known, "a")
    bargains = [r for r in _rows(posted, "bargains", BARGAIN) if r["name"]]
    of_bargain = _ids(bargains, "name", {b["name"]: b["id"] for b in before.get("bargains", [])}, "b")
    lines = [r for r in _rows(posted, "lines", LINE) if r["says"] or r["low"] or r["high"]]
    taken = {r["id"] for r in lines if r["id"]}
    free = (f"l{n}" for n in range(1, 10_000) if f"l{n}" not in taken)
    return {
        "as_of": posted.get("as_of", ""),
        "actors": [{"id": by_name[r["name"]], "name": r["name"], "kind": r["kind"]} for r in actors],
        "lines": [
            {
                **{f: r[f] for f in LINE},
                "id": r["id"] or next(free),
                "actor": by_name.get(r["actor"], r["actor"] or "(no actor)"),
                "bargain": of_bargain.get(r["bargain"], r["bargain"]),
            }
            for r in lines
        ],
        "bargains": [
            {
                "id": of_bargain[r["name"]],
                "name": r["name"],
                "parties": [by_name.get(p.strip(), p.strip()) for p in r["parties"].split(";") if p.strip()],
                "says": r["says"],
            }
            for r in bargains
        ],
    }


def _ids(rows: Rows, field: str, known: Mapping[str, str], letter: str) -> dict[str, str]:
    """Return an id for each name: the one it had, else one made of its letters, else its number."""
    found: dict[str, str] = {}
    for n, row in enumerate(rows, 1):
        name = row[field]
        made = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:36]
        own = known.get(name) or made or f"{letter}{n}"
        found.setdefault(name, own if own not in found.values() else f"{own[:34]}_{n}")
    return found


def programme_form(posted: Any) -> dict[str, Any]:
    """Return the form of a programme: what was typed, or empty rows."""
    if posted is None:
        return {"name": "", "says": "", "project": "", "effects": [{} for _ in range(EFFECT_ROWS)]}
    return {**{f: posted.get(f, "") for f in ("name", "says", "project")}, "effects": _rows(posted, "effects", EFFECT)}


def given_programme(posted: Any) -> dict[str, Any]:
    """Return a programme as ``options.incentives`` reads it: each row of the form is one assumption and one effect."""
    rows = [r for r in _rows(posted, "effects", EFFECT) if r["says"] or r["low"] or r["high"]]
    return {
        "name": posted.get("name", ""),
        "says": posted.get("says", ""),
        "assumptions": [
            {"id": f"e{n}", **{f: r[f] for f in ("low", "high", "says", "source", "harmed", "wrong_if")}}
            for n, r in enumerate(rows, 1)
        ],
        "effects": [
            {
                "do": r["do"],
                "by": f"e{n}",
                **({"line": r["line"]} if r["line"] else {f: r[f] for f in ("actor", "course", "flow", "unit")}),
            }
            for n, r in enumerate(rows, 1)
        ],
    }
