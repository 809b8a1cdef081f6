"""How often somebody looked at the scores of a target: each look makes the comparison kinder to who looked.

One line a look in ``<home>/hub/looks.jsonl``, appended, never edited.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Damaged
from tocsin.evidence.hub import shelf

NAME = "looks.jsonl"


def add(ctx: Context, target: str, models: Sequence[str]) -> None:
    """Record a look at the scores of a target and the models in it."""
    file = shelf.root(ctx) / NAME
    file.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"at": iso(ctx.now()), "target": target, "models": sorted(set(models))}, ensure_ascii=False)
    with file.open("a", encoding="utf-8") as out:
        out.write(line + "\n")


def count(ctx: Context, target: str) -> int:
    """Return the looks at a target so far. Raises Damaged when the list cannot be read."""
    file = shelf.root(ctx) / NAME
    if not file.is_file():
        return 0
    try:
        return sum(json.loads(line)["target"] == target for line in file.read_text(encoding="utf-8").splitlines())
    except (ValueError, KeyError, TypeError):
        raise Damaged("The list of looks cannot be read", where=str(file), todo="Restore it from a copy") from None
