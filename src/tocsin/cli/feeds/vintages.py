"""``tocsin feeds vintages``: the vintages of a source, and two of them side by side with the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit
from tocsin.core.errors import Misuse

if TYPE_CHECKING:
    from tocsin.evidence.store.revisions import Compared

SHOWN = 40


def register(group: typer.Typer) -> None:
    """Add the command to its group."""
    group.command("vintages")(vintages)


def vintages(  # noqa: PLR0917 - three arguments and the filters
    source: Annotated[
        str, typer.Argument(help="A source, as ucdp_ged; left out, every source with its vintages.")
    ] = "",
    old: Annotated[str, typer.Argument(help="The earlier vintage: its number, or how its name begins.")] = "",
    new: Annotated[str, typer.Argument(help="The later vintage; the newest when left out.")] = "",
    place: Annotated[list[str] | None, typer.Option("--place", help="Three letters, as SDN; may be repeated.")] = None,
    figure: Annotated[list[str] | None, typer.Option("--figure", help="One figure; may be repeated.")] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="changed | added | withdrawn; may be repeated.")
    ] = None,
    first: Annotated[str, typer.Option("--from", help="First period, as 2023 or 2023-05.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last period.")] = "",
    compare: Annotated[bool, typer.Option("--compare", help="Lay the newest fetch beside what was before it.")] = False,
) -> None:
    """List the vintages of a source; with OLD (and NEW) or --compare, show two of them, the biggest revision first."""
    from tocsin.evidence.store import revisions
    from tocsin.evidence.store import vintages as room

    store = context().settings.store
    named = room.sources_with_vintages(store)
    if source and source not in named:
        raise Misuse(f"There is no vintage of {source!r} here", todo=f"Choose one of {', '.join(named)}")
    if not (old or compare):
        found = {s: [v.as_dict() for v in room.vintages(store, s)] for s in ([source] if source else named)}
        emit({"vintages": found}, lambda: _list(found))
        return
    if not source:
        raise Misuse("Two vintages are of one source", todo="Name it: tocsin feeds vintages SOURCE OLD NEW")
    asked = revisions.Asked(
        places=tuple(place or ()),
        figures=tuple(figure or ()),
        kinds=_kinds(kind),
        first=first,
        last=last,
    )
    found_ = revisions.compare(store, source, old, new, asked)
    body = {
        "old": found_.old.as_dict(),
        "new": found_.new.as_dict(),
        "together": found_.together,
        "sums": found_.sums,
        "rows": found_.rows.to_dicts(),
    }
    emit({"source": source, **body}, lambda: _side_by_side(found_))


def _kinds(given: list[str] | None) -> tuple[str, ...]:
    from tocsin.evidence.store.revisions import KINDS

    if wrong := sorted(set(given or ()) - set(KINDS)):
        raise Misuse(f"{wrong[0]!r} is no kind of revision", todo=f"Choose of {', '.join(KINDS)}")
    return tuple(given or ("changed",))


def _list(found: dict[str, list[dict[str, Any]]]) -> str:
    lines = []
    for source, every in found.items():
        lines.append(f"{source}: {len(every)} vintage{'s' if len(every) != 1 else ''}")
        for number, v in enumerate(every, 1):
            said = f"published {v['published']}" if v["published"] else "no publisher's date"
            lines.append(
                f"  {number}  {v['name']}  {v['release']}; known from {v['known_on']} ({v['basis']}), {said}, "
                f"{v['rows']:,} rows"
            )
    return "\n".join([*lines, "Two side by side: tocsin feeds vintages SOURCE OLD NEW"])


def _side_by_side(found: Compared) -> str:
    lines = [
        f"{found.old.source_id}: {found.old.release} (known from {found.old.known_on}) beside "
        f"{found.new.release} (known from {found.new.known_on})"
    ]
    if found.together > 1:
        lines.append(f"  What one fetch brought in {found.together} files is taken together.")
    for s in found.sums:
        lines.append(
            f"  {s['figure']}: {s['changed']:,} changed, {s['added']:,} added, {s['withdrawn']:,} withdrawn; over what "
            f"both have {_number(s['old'])} then, {_number(s['new'])} now ({_number(s['difference'], sign=True)})"
        )
    if found.rows.is_empty():
        return "\n".join([*lines, "No figure that was asked for was revised."])
    lines.append(f"  {'place':<6} {'period':<8} {'old':>14} {'new':>14} {'difference':>14}  figure")
    for row in found.rows.head(SHOWN).iter_rows(named=True):
        told = f"{_number(row['difference'], sign=True):>14}" if row["difference"] is not None else f"{row['kind']:>14}"
        if row["what"]:
            lines.append(f"  {row['place_id']:<6} {row['period']:<10} {row['kind']:<9} {row['what']}")
            continue
        lines.append(
            f"  {row['place_id']:<6} {row['period']:<8} {_number(row['old']):>14} {_number(row['new']):>14} {told}  "
            f"{row['figure']}"
        )
    more = found.rows.height - SHOWN
    return "\n".join([*lines, *([f"  … and {more:,} more; --json has all"] if more > 0 else [])])


def _number(value: float | None, *, sign: bool = False) -> str:
    """Return a figure as people write it; a missing one is a word."""
    if value is None:
        return "not known"
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return f"+{text}" if sign and value > 0 else text
