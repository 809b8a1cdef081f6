"""A technique in lines for the terminal."""

from __future__ import annotations

from typing import Any

from tocsin.response.register.techniques import kinds
from tocsin.response.register.techniques.matrix import DIAGNOSTIC


def lines(told: dict[str, Any]) -> list[str]:
    """Return a technique as lines of text."""
    found = [f"{told['title']} {told['technique']} on {told['place_id']}: {told['question']}"]
    if told["item"]:
        found.append(f"It serves item {told['item']}.")
    found += [f"  {s['post']}{' (' + s['person'] + ')' if s['person'] else ''}: {s['state']}" for s in told["seats"]]
    if told["state"] == "blind":
        found.append(f"Blind until all have handed in, or {told['closes_at']}.")
    for part in kinds.kind(told["kind"]).parts:
        if part.id != "cell":
            found += [line for row in told["parts"][part.id] for line in _part(part, row)]
    if told["analysis"] is not None:
        found += _analysis(told)
    return found + [f"Missing: {sentence}." for sentence in told["missing"]]


def _part(part: kinds.Part, row: dict[str, Any]) -> list[str]:
    words = row["words"]
    if row["withdrawn"]:
        return [f"{row['key']}  taken back"]
    rest = [f for f in part.fields if f != part.main and words[f.name] not in ("", False, [])]
    said = [f"{f.label}: {_said(f, words[f.name])}" for f in rest]
    head = f"{row['key']}  {_said(part.main, words[part.main.name])} [{row['post']}, {row['at']}]"
    more = []
    if "watch" in row:
        more.append(f"watched by tripwire {row['tripwire']['id']}" if row["tripwire"] else f"look by {row['look_on']}")
        more += ["OVERDUE"] if row["overdue"] else []
    if row.get("lowered_because"):
        more.append(f"counts for less: {row['lowered_because']}")
    return [head, *(f"      {line}" for line in (*said, *more))]


def _said(field: kinds.Field, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return "yes" if value is True else dict(field.choices).get(value, str(value))


def _analysis(told: dict[str, Any]) -> list[str]:
    analysis, found = told["analysis"], []
    for one in analysis["by_seat"]:
        order = " < ".join(" = ".join(group) for group in one["order"])
        found.append(f"As {one['by']} marks it, from the least spoken against: {order}")
        found += [f"  {h}: {said['score']} against it, from {said['rows']} rows" for h, said in one["against"].items()]
        found += [f"  {e} {DIAGNOSTIC[said['says']]}" for e, said in one["evidence"].items()]
        for turn in one["sensitive"]:
            if turn["first_changes"]:
                first = " or ".join(turn["order"][0])
                found.append(f"  It hangs on {turn['evidence']}: {turn['if']}, {first} is least spoken against")
    if analysis["by_seat"]:
        found.append("A score is no probability, and what nothing speaks against is not thereby so.")
    if analysis["differ"]:
        found.append(
            f"They differ on {', '.join(analysis['differ'])}; opposed on {', '.join(analysis['opposed']) or 'none'}"
        )
    return found
