"""``tocsin feeds quarantine list | show | mend | release | undo``: rows that break a rule, and their mending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse
from tocsin.core.numbers import counted

if TYPE_CHECKING:
    from tocsin.evidence.quarantine import Row

Source = Annotated[str, typer.Argument(help="A source, as ucdp_ged.")]
Number = Annotated[int, typer.Argument(min=1, help="The row, as list shows it.")]
Which = Annotated[
    str, typer.Option("--file", help="How the file's name or hash begins; none: the newest with quarantined rows.")
]
Why = Annotated[str, typer.Option(help="The reason, in a few words.")]
Name = Annotated[str, typer.Option(help="The whole name of the person who does it.")]
By = Annotated[str, typer.Option(help="The post you act under.")]


def register(group: typer.Typer) -> None:
    """Add the commands to their group."""
    own = typer.Typer(no_args_is_help=True, help="Rows that break a rule: opened, mended, released, taken back.")
    for command, name in ((listing, "list"), (show, "show"), (mend, "mend"), (release, "release"), (undo, "undo")):
        own.command(name)(command)
    group.add_typer(own, name="quarantine")


def listing(
    source: Annotated[str, typer.Argument(help="A source; left out, every source with its files.")] = "",
    file: Which = "",
    before: Annotated[str, typer.Option(help="Of many files: those before this one, by its name.")] = "",
) -> None:
    """List files with quarantined rows; of one source, the rows of its newest with the rules they break."""
    from tocsin.evidence import quarantine as room
    from tocsin.evidence.store import home

    ctx = context()
    if not source:
        found = [f for s in home.known(ctx) for f in room.files(ctx, s)]
        aside = {s: rows for s in home.known(ctx) if (rows := room.bundled(ctx, s))}
        lines = [
            f"{f.source_id}: {f.file} of {f.came_at}, {f.outcome}; {counted(f.rows, 'row')} quarantined  {f.name}"
            for f in found
        ] or ["No row of any file that came here is quarantined."]
        lines += [f"{s}: rows set aside in the bundled figures: tocsin feeds quarantine list {s}" for s in aside]
        emit({"files": [f.as_dict() for f in found], "bundled": aside}, "\n".join(lines))
        return
    every, aside_here = room.files(ctx, source, before), room.bundled(ctx, source)
    if not every and not file:
        said = [f"No row of {source} that came here is quarantined.", *_bundled(source, aside_here)]
        emit({"files": [], "file": None, "rows": [], "bundled": aside_here}, "\n".join(said))
        return
    seen = room.opened(ctx, room.file_of(ctx, source, file or (every[0].name if before and every else "")))
    body = {"files": [f.as_dict() for f in every], "file": seen.file.as_dict()}
    lines = [f"{seen.file.file} of {seen.file.came_at} ({seen.file.name}): {counted(len(seen.rows), 'row')}."]
    if not seen.rows:
        lines.append(f"By today's rules none is quarantined. Load it again: tocsin load {source} FILE")
    lines += [f"  row {r.row}: {r.state}. {_rules(r)}" for r in seen.rows]
    lines += [f"Another file: --file {f.name}  ({f.file})" for f in every if f != seen.file]
    if len(every) == room.MOST:
        lines.append(f"There may be more: tocsin feeds quarantine list {source} --before {every[-1].name}")
    lines += _bundled(source, aside_here)
    emit({**body, "rows": [r.as_dict() for r in seen.rows], "bundled": aside_here}, "\n".join(lines))


def show(source: Source, row: Number, file: Which = "") -> None:
    """Open one row: its columns as they came, the rules it broke, what was mended of it and by whom."""
    from tocsin.evidence import quarantine as room

    seen = room.opened(context(), room.file_of(context(), source, file))
    one = seen.row(row)
    lines = [f"Row {row} of {seen.file.file}: {one.state}.", *(f"  {i.rule}: {i.message}" for i in one.issues)]
    for column, value in one.came.items():
        mended = f"  mended: {one.mend.now[column]!r}" if one.mend and column in one.mend.now else ""
        lines.append(f"  {column} = {'(nothing)' if value is None else repr(value)}{mended}")
    if one.needed:
        lines.append(f"In doubt, to be said by whoever mends it: {', '.join(one.needed)}")
    if one.mend:
        lines.append(f"Mended by {one.mend.name} ({one.mend.post}) on {one.mend.at}: {one.mend.why}")
        lines += [f"  it breaks {i['rule']} still: {i['message']}" for i in one.against]
    emit({"file": seen.file.as_dict(), **one.as_dict()}, "\n".join(lines))


def mend(
    source: Source,
    row: Number,
    *,
    values: Annotated[list[str], typer.Option("--set", help="COLUMN=VALUE; may be repeated.")],
    why: Why,
    name: Name,
    by: By,
    file: Which = "",
) -> int:
    """Put values in the place of the publisher's, judged anew by the same rules; nothing is in force before release."""
    ready()
    from tocsin.desk import quarantined
    from tocsin.evidence import quarantine as room
    from tocsin.response.register.people import cli_actor

    ctx = context()
    given = dict(_pair(text) for text in values)
    drafted = quarantined.mend(ctx, cli_actor(by), room.file_of(ctx, source, file), row, given, why=why, name=name)
    body = {"source": source, "row": row, "now": drafted.row.now, "holds": drafted.holds, "against": drafted.issues}
    if drafted.holds:
        said = f"Row {row} breaks no rule now. Put it in force: tocsin feeds quarantine release {source}"
    else:
        said = "\n".join(
            [f"Kept; row {row} stays quarantined."]
            + [f"  {i['rule']}: {i['message']} (row {i['row']}, {i['column']}, {i['value']})" for i in drafted.issues]
        )
    emit(body, said)
    return 0 if drafted.holds else 1


def release(
    source: Source,
    *,
    why: Why,
    name: Name,
    by: By,
    rows: Annotated[
        list[int] | None, typer.Option("--row", help="One row; may be repeated. None: all that wait.")
    ] = None,
    file: Which = "",
    replacing: Annotated[
        str, typer.Option(help="Why figures in force are wrong that would fall. Without it, none falls.")
    ] = "",
) -> int:
    """Put mended rows in force, as a vintage of its own; no count in force falls unless --replacing says why."""
    ready()
    from tocsin.desk import quarantined
    from tocsin.evidence import quarantine as room
    from tocsin.response.register.people import cli_actor

    ctx = context()
    asked = room.file_of(ctx, source, file)
    done = quarantined.release(ctx, cli_actor(by), asked, rows or [], why=why, name=name, replacing=replacing)
    outcome = done.outcome
    body: dict[str, Any] = {
        "source": source,
        "rows": list(done.rows),
        "vintage": done.load or None,
        "outcome": outcome.outcome,
        "rows_in": outcome.rows_in,
        "rows_accepted": outcome.rows_accepted,
        "rows_quarantined": outcome.rows_quarantined,
        "issues": outcome.issues,
        "todo": outcome.todo or None,
    }
    if done.load:
        said = f"{len(done.rows)} mended row{'s' * (len(done.rows) != 1)} in force as {done.load}; "
        said += f"{outcome.rows_quarantined or 0} of the file stay quarantined. Now: tocsin refresh"
    else:
        found = [i for i in outcome.issues if i["weight"] == "file"]
        said = f"Not released: {found[0]['message'] if found else 'the file is refused'}. Nothing was changed. "
        said += 'If the figures in force are wrong, add --replacing "WHY"'
    emit(body, said)
    return 0 if done.load else 1


def undo(
    source: Source,
    vintage: Annotated[str, typer.Argument(help="How the release's name begins; none: the newest.")] = "",
    *,
    why: Why,
    name: Name,
    by: By,
) -> None:
    """Take a release back: the vintage before it is in force again, and its rows are quarantined as they came."""
    ready()
    from tocsin.desk import quarantined
    from tocsin.response.register.people import cli_actor

    done = quarantined.undo(context(), cli_actor(by), source, vintage, why=why, name=name)
    rows = ", ".join(map(str, done.rows))
    said = f"{done.load} is taken back: row {rows} quarantined again; in force: {done.in_force or 'bundled figures'}."
    if done.laid_again:
        said += f" Laid again without it: {', '.join(done.laid_again)}."
    body = {"source": source, "vintage": done.load, "rows": list(done.rows), "in_force": done.in_force or None}
    emit({**body, "laid_again": list(done.laid_again), "todo": done.said or None}, f"{said} {done.said}".strip())


def _bundled(source: str, rows: list[dict[str, Any]]) -> list[str]:
    """Return what is said of rows set aside in the bundled figures; nothing when there are none."""
    if not rows:
        return []
    lines = [f"Set aside in the bundled figures ({rows[0]['file']}, which does not come with the program):"]
    for i in rows:
        value = f" ({i['value']!r})" if i["value"] is not None else ""
        lines.append(f"  row {i['row']}: {i['rule']} in {i['column'] or 'the line'}: {i['message']}{value}")
    return [*lines, f"Load the publisher's file, and they can be opened and mended: tocsin load {source} FILE"]


def _pair(text: str) -> tuple[str, str]:
    """Return a column and its value. Raises Misuse."""
    column, mark, value = text.partition("=")
    if not mark or not column.strip():
        raise Misuse(f"{text[:60]!r} says no column and value", todo="Write --set COLUMN=VALUE")
    return column.strip(), value


def _rules(row: Row) -> str:
    """Return the rules a row broke, in one line, and what its mend breaks still."""
    broke = "; ".join(f"{i.rule} in {i.column or 'the line'} ({i.value or i.message})" for i in row.issues)
    rules = ", ".join(sorted({str(i["rule"]) for i in row.against}))
    still = f" Mended, it breaks {rules} still." if rules else ""
    return f"Broke {broke}.{still}"
