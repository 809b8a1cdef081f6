"""Actions that pull against each other in one place: pairs of options or instruments, in a file a reviewer can read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tocsin.catalog.library import library
from tocsin.catalog.rows import INSTRUMENTS
from tocsin.catalog.tables import Finding
from tocsin.core.errors import Damaged

LABEL = "options/contradictions.yml"
PATH = Path(__file__).parent / LABEL


class Pair(BaseModel):
    """Two options, or kinds of option, and why both at once need one hand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    a: str
    b: str
    why: str = Field(min_length=12)


class Pairs(BaseModel):
    """The whole file: its basis, when somebody outside reviewed it (None: nobody has), and the pairs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    basis: str = Field(pattern=r"^(memory|read)\b")
    reviewed: date | None
    pairs: list[Pair]


def check(path: Path = PATH) -> list[Finding]:
    """Return the faults of the file: what cannot be read, what names no option, a pair of one, a pair twice."""
    try:
        with path.open(encoding="utf-8") as file:
            read = Pairs.model_validate(YAML(typ="safe").load(file))
    except ValidationError as error:
        return [
            Finding(LABEL, 1, ".".join(map(str, f["loc"])), str(f["input"])[:60], f["msg"], "Correct the entry")
            for f in error.errors()
        ]
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        return [Finding(LABEL, 1, "", "", f"the file cannot be read: {error}", "Mend it")]
    known, seen, found = {*library().options, *INSTRUMENTS}, set(), []
    for n, pair in enumerate(read.pairs):
        where = f"pairs.{n}"
        found += [
            Finding(LABEL, 1, where, side, "is no option and no instrument", "Correct it")
            for side in (pair.a, pair.b)
            if side not in known
        ]
        both = frozenset((pair.a, pair.b))
        if len(both) == 1 or both in seen:
            found.append(
                Finding(LABEL, 1, where, f"{pair.a}, {pair.b}", "a pair is of two, and given once", "Remove it")
            )
        seen.add(both)
    return found


@cache
def pairs() -> Pairs:
    """Return the checked file, read once. Raises Damaged with its first fault."""
    for finding in check():
        raise Damaged(
            f"The catalogue has a fault: {finding.rule}", where=f"{LABEL}, {finding.column}", todo=finding.todo
        )
    with PATH.open(encoding="utf-8") as file:
        return Pairs.model_validate(YAML(typ="safe").load(file))


def against(a: str, b: str) -> Pair | None:
    """Return the pair that two options make, by their ids or instruments; None when they make none."""
    options = library().options
    mine = {a, options[a].instrument} if a in options else {a}
    theirs = {b, options[b].instrument} if b in options else {b}
    return next((p for p in pairs().pairs if _meets(p, mine, theirs)), None)


def _meets(pair: Pair, mine: Iterable[str], theirs: Iterable[str]) -> bool:
    return (pair.a in mine and pair.b in theirs) or (pair.b in mine and pair.a in theirs)
