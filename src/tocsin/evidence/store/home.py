"""Sources of this home: tables that people here gave a meaning (``sources.mapped``), beside those of the program.

``<home>/sources/<id>/<moment>-<hash>.yml`` holds each version of a mapping, never changed; the newest is in force.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Refused, TocsinError
from tocsin.evidence.sources import Cell, FileRefused, Part, Reading, SourceSpec, loadable, read, spec
from tocsin.evidence.sources.mapped import Mapping, declared, parse
from tocsin.evidence.sources.mapped_read import opened_as
from tocsin.evidence.sources.mapped_read import read as read_mapped
from tocsin.evidence.sources.parts import open_parts
from tocsin.evidence.sources.raw import RawTable
from tocsin.evidence.store.files import sha256, write_bytes


def folder(ctx: Context) -> Path:
    """Return where the mappings of this home are kept."""
    return ctx.settings.home / "sources"


def ids(ctx: Context) -> tuple[str, ...]:
    """Return the sources declared in this home, sorted."""
    return tuple(sorted(p.name for p in folder(ctx).glob("*") if any(p.glob("*.yml"))))


def known(ctx: Context) -> tuple[str, ...]:
    """Return every source that a file can be loaded of here: the program's and this home's."""
    return (*loadable(), *ids(ctx))


def mapping(ctx: Context, source_id: str) -> Mapping:
    """Return the mapping in force of a source of this home. Raises KeyError, and Damaged when it cannot be read."""
    versions = sorted((folder(ctx) / source_id).glob("*.yml")) if source_id in ids(ctx) else []
    if not versions:
        raise KeyError(source_id)
    return _mapping(versions[-1])


@lru_cache(maxsize=64)
def _mapping(version: Path) -> Mapping:
    """Return the mapping of one version, which is never changed. Raises Damaged when it cannot be read."""
    found, faults = parse(version.read_bytes())
    if found is None:
        raise Damaged(
            f"A mapping of this home cannot be read: {faults[0].message}",
            where=str(version),
            todo="Restore it, or declare the source again: tocsin map add",
        )
    return found


def spec_of(ctx: Context, source_id: str) -> SourceSpec:
    """Return the declaration of a source of the program or of this home. Raises KeyError."""
    return spec(source_id) if source_id in loadable() else declared(mapping(ctx, source_id))


def every(ctx: Context) -> list[SourceSpec]:
    """Return the declaration of every source that a file can be loaded of here."""
    return [spec_of(ctx, source_id) for source_id in known(ctx)]


def declare(ctx: Context, data: bytes) -> tuple[Mapping, Path]:
    """Keep a mapping as a source of this home. Raises Refused with the first fault of one that does not hold.

    The same mapping again changes nothing; another one of the same id stands beside the earlier and is in force.
    """
    found, digest = judged(data), sha256(data)[:10]
    mine = folder(ctx) / found.id
    if in_force(ctx, found.id, data):
        return found, sorted(mine.glob("*.yml"))[-1]
    moment = (iso(ctx.now()) or "").replace(":", "").replace("-", "")
    path = mine / f"{moment}-{len(list(mine.glob('*.yml'))):04d}-{digest}.yml"
    write_bytes(path, data)
    return found, path


def judged(data: bytes) -> Mapping:
    """Return the mapping that bytes hold. Raises Refused with the first fault of one that does not hold."""
    found, faults = parse(data)
    if found is None:
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        where = f"entry {faults[0].column}" if faults[0].column else ""
        what = f"The mapping does not hold: {faults[0].message}{more}"
        raise Refused(what, where=where, todo="Mend it and add it again")
    return found


def in_force(ctx: Context, source_id: str, data: bytes) -> bool:
    """Whether a source of this home is declared by these very bytes already."""
    newest = sorted((folder(ctx) / source_id).glob("*.yml"))[-1:]
    return bool(newest) and newest[0].stem.endswith(sha256(data)[:10])


def read_here(
    ctx: Context, source_id: str, parts: Sequence[Part], cells: Sequence[Cell] = (), opened: RawTable | None = None
) -> Reading:
    """Read a file of a source of the program or of this home, with what people mended of it.

    ``opened`` is the table of these parts when they are open already (``open_here``); they are then not read again.
    Raises FileRefused, whatever a hostile file holds.
    """
    with _hostile():
        if source_id in loadable():
            return read(source_id, parts, ctx.now(), cells=cells, opened=opened)
        return read_mapped(mapping(ctx, source_id), parts, ctx.now(), cells, opened)


def open_here(ctx: Context, source_id: str, parts: Sequence[Part]) -> RawTable:
    """Open a file as one table of text, every column as it came, without judging it. Raises FileRefused as above."""
    with _hostile():
        if source_id in loadable():
            return open_parts(spec(source_id), parts)
        return open_parts(opened_as(mapping(ctx, source_id), parts)[1], parts)


@contextmanager
def _hostile() -> Iterator[None]:
    """Refuse a file over which a reader stumbles in a way that nobody foresaw."""
    try:
        yield
    except (FileRefused, TocsinError, MemoryError):
        raise
    except Exception as error:
        said = f"the reader stumbled over something that it does not know ({type(error).__name__})"
        raise FileRefused("unreadable", said) from error
