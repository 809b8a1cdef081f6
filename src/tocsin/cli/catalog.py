"""``tocsin catalog``: check what Tocsin knows, and look at it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli.output import emit
from tocsin.core.errors import Misuse

KINDS = ("options", "procedures", "groups", "cases", "terms", "factors", "indicators")


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="What Tocsin knows: check it, look at it.")
    group.command("lint")(lint)
    group.command("show")(show)
    app.add_typer(group, name="catalog")


def lint() -> None:
    """Check every file of the catalogue; exit code 1 when there is a fault."""
    from tocsin.catalog.lint import check_all, files

    findings = check_all()
    count = len(files())

    def text() -> str:
        lines = [f.sentence() for f in findings]
        lines.append(f"{count} files checked, {len(findings)} fault{'' if len(findings) == 1 else 's'}.")
        return "\n".join(lines)

    emit({"files": count, "findings": [f.as_dict() for f in findings]}, text)
    if findings:
        raise typer.Exit(1)


def show(
    kind: Annotated[str, typer.Argument(help=f"One of: {', '.join(KINDS)}")],
    id: Annotated[str | None, typer.Argument(help="One row, by its id")] = None,  # noqa: A002 - the word of the file
    phase: Annotated[str | None, typer.Option(help="Options of this phase only")] = None,
    non_coercive: Annotated[bool, typer.Option("--non-coercive", help="Options that are not coercive only")] = False,
) -> None:
    """Show a kind of row, or one row with how far it was checked."""
    rows = _rows(kind)
    if phase or non_coercive:
        rows = _options_only(kind, rows, phase, non_coercive=non_coercive)
    if id is not None:
        if id not in rows:
            raise Misuse(f"There is no {kind} row {id!r}", todo=f"tocsin catalog show {kind} lists them")
        rows = {id: rows[id]}
    objects = [_object(row) for row in rows.values()]
    emit({"kind": kind, "rows": objects}, lambda: _text(objects, whole=id is not None))


def _rows(kind: str) -> dict[str, Any]:
    """Return the rows of a kind by id. Raises Misuse for a kind there is not."""
    from tocsin.catalog.library import library

    known = library()
    tables: dict[str, dict[str, Any]] = {
        "options": known.options,
        "procedures": known.procedures,
        "groups": known.groups,
        "cases": known.cases,
        "terms": known.terms,
        "factors": known.framework.factors,
        "indicators": known.framework.indicators,
    }
    if kind not in tables:
        raise Misuse(f"The catalogue has no {kind!r}", todo=f"Choose one of {', '.join(KINDS)}")
    return tables[kind]


def _options_only(kind: str, rows: dict[str, Any], phase: str | None, *, non_coercive: bool) -> dict[str, Any]:
    """Return the options of a phase, or the non-coercive ones (M6)."""
    from tocsin.catalog.rows import PHASES

    if kind != "options":
        raise Misuse("--phase and --non-coercive choose among options", todo="tocsin catalog show options")
    if phase is not None and phase not in PHASES:
        raise Misuse(f"{phase!r} is not a phase", todo=f"Choose one of {', '.join(PHASES)}")
    return {
        key: row
        for key, row in rows.items()
        if (phase is None or phase in row.phase) and (row.coercive == "no" or not non_coercive)
    }


def _object(row: Any) -> dict[str, Any]:
    """Return a row as plain values with its mark."""
    return {**row.model_dump(by_alias=True), "verified": row.verified, "basis_label": row.basis_label}


def _text(objects: list[dict[str, Any]], *, whole: bool) -> str:
    """Return the rows as text: one line a row, or every cell of one row."""
    if whole:
        width = max(len(key) for key in objects[0])
        return "\n".join(f"{key:<{width}}  {_cell(value)}" for key, value in objects[0].items())
    lines = []
    for o in objects:
        name = o.get("name") or o.get("procedure") or o.get("country") or o.get("concept") or o.get("text")
        lines.append(f"{o.get('id') or o.get('code'):<6} {name}  [{o['basis_label']}]")
    return "\n".join([*lines, f"{len(objects)} rows."])


def _cell(value: object) -> str:
    """Return a value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return "; ".join(map(str, value)) or "none"
    return "not known" if value is None or value == "" else str(value)
