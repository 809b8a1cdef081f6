"""Studies on tools of prevention, counted from the data set that the user loaded (``tocsin load ushmm_tools``).

Read from the store's own records; nothing of it is bundled or written anywhere else.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from tocsin.catalog import withdrawn
from tocsin.catalog.rows import FactorCounts, ToolCounts
from tocsin.core.errors import Damaged
from tocsin.core.settings import Settings

SOURCE = "ushmm_tools"


class Finding(NamedTuple):
    """What one study found of a tool, or (``factor``) of a feature where the tool was used."""

    tool: str
    factor: str
    outcome: str
    finds: str
    study: str
    source: str
    cite: str


def newest(settings: Settings) -> Path | None:
    """Return the folder of the load in force; None when the data set was never loaded here."""
    loads = settings.store / SOURCE / "loads"
    folders = sorted(p for p in loads.iterdir() if p.name[:1] != ".") if loads.is_dir() else []
    return folders[-1] if folders else None


def findings(settings: Settings) -> tuple[str, tuple[Finding, ...]]:
    """Return the release and its findings; empty when none is loaded. Raises Damaged when they cannot be read."""
    folder = newest(settings)
    return _read(folder) if folder else ("", ())


@lru_cache(maxsize=4)
def _read(folder: Path) -> tuple[str, tuple[Finding, ...]]:
    import duckdb  # only here: a command that opens no table need not wait for it

    try:
        record = json.loads((folder / "load.json").read_text(encoding="utf-8"))
        path = folder / record["tables"]["findings"]["path"]
        if hashlib.sha256(path.read_bytes()).hexdigest() != record["tables"]["findings"]["sha256"]:
            raise ValueError("it is not what was written")
        with duckdb.connect() as connection:
            connection.execute("SET threads TO 1")
            rows = connection.execute(
                f"SELECT {', '.join(Finding._fields)} FROM read_parquet(?)",  # noqa: S608 - our own column names
                [str(path)],
            ).fetchall()
    except (OSError, ValueError, KeyError, TypeError, duckdb.Error) as error:
        raise Damaged(
            f"The loaded studies cannot be read: {error}",
            where=str(folder),
            todo="Load them again: tocsin load ushmm_tools FILE",
        ) from None
    return str(record["release"]), tuple(Finding(*row) for row in rows)


def loaded(settings: Settings) -> dict[str, ToolCounts]:
    """Return the counts by tool; empty when nothing is loaded. Studies withdrawn since are left out, and named."""
    release, rows = findings(settings)
    gone = withdrawn.every()
    return _counted(release, rows, frozenset(name for name in gone if name))


@lru_cache(maxsize=8)
def _counted(release: str, rows: tuple[Finding, ...], gone: frozenset[str]) -> dict[str, ToolCounts]:
    whole: dict[str, Counter[str]] = defaultdict(Counter)
    features: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    studies: dict[str, set[str]] = defaultdict(set)
    left: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.source in gone:
            left[row.tool].add(row.source)
        elif row.factor:
            features[row.tool][row.factor][row.finds] += 1
        else:
            whole[row.tool][f"{row.outcome} {row.finds}"] += 1
            studies[row.tool].add(row.study)
    return {
        tool: ToolCounts(
            tool=tool,
            ma_decrease=whole[tool]["ma for"],
            ma_increase=whole[tool]["ma against"],
            ma_mixed=whole[tool]["ma mixed"],
            related_decrease=whole[tool]["related for"],
            related_increase=whole[tool]["related against"],
            related_mixed=whole[tool]["related mixed"],
            studies=len(studies[tool]),
            factors=_factors(features[tool]),
            left_out=tuple(sorted(left[tool])),
            release=release,
        )
        for tool in sorted({row.tool for row in rows})
    }


def _factors(counted: dict[str, Counter[str]]) -> tuple[FactorCounts, ...]:
    """Return the features of a tool, the most studied first."""
    found = [FactorCounts(factor=f, more=c["for"], less=c["against"], mixed=c["mixed"]) for f, c in counted.items()]
    return tuple(sorted(found, key=lambda f: (-(f.more + f.less + f.mixed), f.factor)))


def tools_citing(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return the tools among whose studies each source is, by the one name of the source."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in findings(settings)[1]:
        if row.source:
            found[row.source].add(row.tool)
    return {source: tuple(sorted(tools)) for source, tools in found.items()}
