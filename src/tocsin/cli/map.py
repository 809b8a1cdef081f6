"""``tocsin map``: say what a table means, see what would be read, and have it as a source of this home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse
from tocsin.core.numbers import counted

if TYPE_CHECKING:
    from tocsin.evidence.sources import Part

Table = Annotated[Path, typer.Argument(help="A CSV, XLSX or Parquet table.")]
Said = Annotated[Path, typer.Argument(help="The mapping, a YAML file.")]
SHOWN = 8
MOST_BYTES = 200_000
"""Of a mapping, which a person writes."""


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="Tables of this home: what they mean, and whose they are.")
    group.command("suggest")(suggest)
    group.command("check")(check)
    group.command("add")(add)
    group.command("list")(listing)
    app.add_typer(group, name="map")


def suggest(file: Table, to: Annotated[Path, typer.Option("--to", help="The mapping to write.")]) -> None:
    """Write a mapping to fill in: columns found by title and HXL hashtag; what nobody can guess is left open."""
    from tocsin.core.files import write_whole
    from tocsin.evidence.sources import FileRefused
    from tocsin.evidence.sources.mapped_draft import draft

    if to.exists():
        raise Misuse(f"{to} is there already", todo="Give another name; nothing was written")
    try:
        text, guessed = draft(_table(file), file.stem)
    except FileRefused as refused:
        raise Misuse(
            refused.issue.message.capitalize(), where=str(file), todo="Give a CSV, XLSX or Parquet table"
        ) from None
    write_whole(to, text.encode())
    said = [f"Written: {to}. Fill in what begins with FILL, and look at every line:"]
    said += [f"  {what}: {column}" for what, column in guessed.items()]
    emit({"mapping": str(to), "guessed": guessed}, "\n".join([*said, f"Then: tocsin map check {to} {file}"]))


def check(mapping: Said, file: Table) -> int:
    """Say what is wrong with a mapping, or show what would be read of a table by it; nothing is kept."""
    from tocsin.evidence.sources import FileRefused
    from tocsin.evidence.sources.mapped import parse
    from tocsin.evidence.sources.mapped_read import read
    from tocsin.evidence.store.edges import too_many

    table_of = _table(file)
    found, faults = parse(_bytes(mapping))
    if found is None:
        lines = [f"{mapping.name} does not hold; nothing was read."]
        lines += [f"  {f.column or 'the file'}: {f.message}" for f in faults]
        emit({"holds": False, "issues": [f.as_dict() for f in faults]}, "\n".join(lines))
        return 1
    try:
        reading = read(found, [table_of], context().now())
    except FileRefused as refused:
        emit({"holds": True, "issues": [refused.issue.as_dict()], "rows": 0}, f"{file.name}: {refused.issue.message}.")
        return 1
    table = reading.tables["indicators"]
    first = table.head(SHOWN).to_dicts()
    issues = [i.as_dict() for i in reading.issues]
    lines = [
        f"{found.title} ({found.id}), {found.licence}.",
        f"{counted(reading.rows_in, 'row')}, {len(reading.bad):,} would be set aside; "
        f"{counted(table.height, 'figure')} of {counted(table['place_id'].n_unique(), 'place')}. The first:",
        *(f"  {r['place_id']} {r['period']:10} {r['label']}: {r['value']:,.6g} {r['unit']}" for r in first),
        *(f"  {i['rule']}: {i['message']}{_where(i)}" for i in issues[:SHOWN]),
        *(f"  {i.rule}: {i.message}. A load would refuse the file" for i in too_many(reading)),
        f"If this is what it means: tocsin map add {mapping}",
    ]
    plain = [{k: str(v) if k == "published" and v else v for k, v in r.items()} for r in first]
    emit({"holds": True, "rows": reading.rows_in, "set_aside": len(reading.bad), "figures": table.height,
          "first": plain, "issues": issues}, "\n".join(lines))  # fmt: skip
    return 1 if reading.bad else 0


def _where(issue: dict[str, Any]) -> str:
    where = ", ".join(f"{k} {issue[k]}" for k in ("row", "column", "value") if issue[k] is not None)
    return f" ({where})" if where else ""


def add(
    mapping: Said, by: Annotated[str, typer.Option("--by", help="The post under which it is declared.")] = "analyst"
) -> None:
    """Have a table as a source of this home from now on, entered in the ledger; its files are then loaded like any."""
    data = _bytes(mapping)
    ready()
    from tocsin.desk import sourced
    from tocsin.response.register.people import cli_actor

    found, path, entry = sourced.declare(context(), cli_actor(by), data)
    said = f"{found.id} is a source of this home ({found.title}, {found.licence}). Then: tocsin load {found.id} FILE"
    kept = {"id": found.id, "title": found.title, "licence": found.licence, "kept": str(path), "entry": entry}
    emit(kept, said if entry is not None else f"{said}\nIt was declared so already; nothing was entered.")


def listing() -> None:
    """List the sources that this home declares."""
    from tocsin.evidence.store import good, home

    ctx = context()
    rows = []
    for source_id in home.ids(ctx):
        found, held = home.mapping(ctx, source_id), good.as_of(ctx.settings.store, source_id, ctx.now().date())
        rows.append({"id": source_id, "title": found.title, "licence": found.licence,
                     "loaded": str(held["retrieved_at"]) if held else None})  # fmt: skip
    lines = [f"  {r['id']}: {r['title']}, {r['licence']}, {r['loaded'] or 'nothing loaded yet'}" for r in rows]
    none = "This home declares no source. Begin with: tocsin map suggest FILE --to MAPPING"
    emit({"sources": rows}, "\n".join(lines) or none)


def _there(path: Path) -> Path:
    if not path.is_file():
        raise Misuse(f"There is no file {path}", todo="Give the path of a file")
    return path


def _table(path: Path) -> Part:
    from tocsin.evidence.sources import Part

    return Part(path.name, _there(path))


def _bytes(path: Path) -> bytes:
    """Return a mapping as it stands. Raises Misuse when there is none, or it is longer than any."""
    if _there(path).stat().st_size > MOST_BYTES:
        raise Misuse(f"{path} is no mapping: it has more than {MOST_BYTES:,} bytes", todo="Give the mapping first")
    return path.read_bytes()
