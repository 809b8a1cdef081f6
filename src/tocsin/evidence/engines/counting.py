"""From event files to place-months on an engine of one's choice."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Literal, get_args

import narwhals as nw
import polars as pl

from tocsin.core.errors import Misuse
from tocsin.evidence.engines import canonical, expression
from tocsin.evidence.engines.schema import COUNTS, PLACE_MONTHS
from tocsin.evidence.engines.step import Rows, Step
from tocsin.evidence.made_up import refuse_synthetic

Engine = Literal["duckdb", "polars", "spark"]
ENGINES: tuple[str, ...] = get_args(Engine)
_MODULES = {"duckdb": "duck", "polars": "polars_engine", "spark": "spark"}


def loaded(engine: str) -> ModuleType:
    """Return the module of an engine: one that is not used is never imported. Raises Misuse for an unknown name."""
    if engine not in _MODULES:
        raise Misuse(f"{engine!r} is not an engine", todo=f"Choose one of {', '.join(ENGINES)}")
    return importlib.import_module(f"tocsin.evidence.engines.{_MODULES[engine]}")


def run(
    files: Sequence[Path],
    step: Step,
    engine: str = "duckdb",
    *,
    master: str = "",
    threads: int | None = None,
    made_up: bool = False,
) -> Rows:
    """Run a step over files of events on an engine. ``made_up`` is for benchmarks alone: it lets labelled files in.

    Raises Misuse for an unknown engine or one that cannot run, Refused for a file labelled as made up.
    """
    module = loaded(engine)
    if not made_up:
        refuse_synthetic(files)
    rows: Rows = module.run(files, step, master=master, threads=threads)
    return rows


def counts(
    files: Sequence[Path], engine: str = "duckdb", *, added_to: int | None = None, master: str = ""
) -> pl.DataFrame:
    """Return the sums by place and month of event files, in the columns of ``COUNTS``. Raises as ``run`` does."""
    if not files:
        return pl.DataFrame(schema=COUNTS)
    rows = run(files, partial(expression.counts, added_to=added_to), engine, master=master)
    return canonical.table(*rows, COUNTS)


def place_months(
    files: Sequence[Path],
    engine: str = "duckdb",
    *,
    added_to: int | None = None,
    master: str = "",
    made_up: bool = False,
) -> pl.DataFrame:
    """Return the place-months of event files, in the columns of ``PLACE_MONTHS``, in one pass on one engine.

    Raises Misuse for an unknown engine or one that cannot run, Refused for a file labelled as made up.
    """
    if not files:
        return pl.DataFrame(schema=PLACE_MONTHS)
    rows = run(files, partial(expression.whole, added_to=added_to), engine, master=master, made_up=made_up)
    return canonical.table(*rows, PLACE_MONTHS)


def from_sums(sums: pl.DataFrame) -> pl.DataFrame:
    """Return the place-months of sums already made: the same expression, over a small table."""
    if sums.is_empty():
        return pl.DataFrame(schema=PLACE_MONTHS)
    result = nw.to_native(expression.place_months(nw.from_native(sums.lazy()))).collect()
    return canonical.table(result.columns, result.rows(), PLACE_MONTHS)
