"""Which door leads there: ``tocsin options route``, ``plan``, ``forums``, ``outcome`` and ``advisory``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.clock import in_words, parse_date
from tocsin.core.errors import Misuse, Refused
from tocsin.core.files import write_whole

if TYPE_CHECKING:
    from tocsin.core.context import Context
    from tocsin.options.routes import Found, Wish
    from tocsin.options.routes.plan import Plan

SHOWN = 10
Goal = Annotated[str, typer.Argument(help="An option, an output or family of outputs, a body, procedure:U14, or any")]
Place = Annotated[str, typer.Option("--place", help="ISO 3166 code of three letters, or a name")]
Asker = Annotated[str, typer.Option("--asker", help="Kind of whoever asks, as ngo or un-member")]
NoAlly = Annotated[bool, typer.Option("--no-ally", help="No state carries the ask: doors that take it directly")]
Held = Annotated[list[str] | None, typer.Option("--held", help="What is there already, as on-the-agenda; repeatable")]
Absent = Annotated[list[str] | None, typer.Option("--not", help="What is not to be had, as host-consent; repeatable")]


def register(app: typer.Typer) -> None:
    """Add the commands to the group of options."""
    group = next(g.typer_instance for g in app.registered_groups if g.name == "options")
    assert group is not None
    for command in (route, plan, forums, outcome, advisory):
        group.command(command.__name__)(command)


def _wish(ctx: Context, goal: str, place: str, by: str, **given: Any) -> Wish:
    from tocsin.options.routes import Wish
    from tocsin.response.docket.acts.bell import find_place

    return Wish(
        goal,
        find_place(place),
        parse_date(by),
        ctx.now().date(),
        asker=given.get("asker", ""),
        ally=not given.get("no_ally"),
        held=frozenset(given.get("held") or ()),
        absent=frozenset(given.get("absent") or ()),
    )


def route(
    goal: Goal,
    *,
    place: Place,
    by: Annotated[str, typer.Option("--by", help="The day it must be there, as 2026-12-24")],
    asker: Asker = "",
    no_ally: NoAlly = False,
    held: Held = None,
    absent: Absent = None,
    show_all: Annotated[bool, typer.Option("--all", help="Print every path and every closed door")] = False,
) -> None:
    """Find the lawful paths to a goal by a day: who asks whom, what counts are needed, what can stop it.

    Exit code 1 when no lawful path arrives in time; what would have to change is then said.
    """
    from tocsin.catalog.library import library
    from tocsin.options.routes import find

    ready()
    found = find(_wish(context(), goal, place, by, asker=asker, no_ally=no_ally, held=held, absent=absent), library())
    emit(found.as_dict(), lambda: _found(found, show_all=show_all))
    if not found.paths and (found.goal.kinds or found.goal.option is None):
        raise typer.Exit(1)


def plan(
    goal: Goal,
    *,
    place: Place,
    meeting: Annotated[str, typer.Option("--meeting", help="The day of the meeting, as 2026-12-24")],
    asker: Asker = "",
    no_ally: NoAlly = False,
    held: Held = None,
    absent: Absent = None,
    path: Annotated[int, typer.Option("--path", help="Which path, as route numbers them; 0 chooses the surest")] = 0,
    table: Annotated[Path | None, typer.Option("--csv", help="Write the asks to a table, too")] = None,
    calendar: Annotated[Path | None, typer.Option("--ics", help="Write the asks to a calendar file, too")] = None,
) -> None:
    """Date the asks back from a target meeting: recipients and deadlines, as text, table and calendar."""
    from tocsin.catalog.geography import places
    from tocsin.catalog.library import library
    from tocsin.options.routes.ics import as_ics
    from tocsin.options.routes.plan import plan as made

    ready()
    ctx = context()
    wish = _wish(ctx, goal, place, meeting, asker=asker, no_ally=no_ally, held=held, absent=absent)
    done = made(wish, library(), choice=path)
    written = {}
    if table is not None:
        write_whole(table, done.as_csv().encode())
        written["csv"] = str(table)
    if calendar is not None:
        write_whole(calendar, as_ics(done, places()[wish.place_id].name, ctx.now()).encode())
        written["ics"] = str(calendar)
    emit({**done.as_dict(), "written": written}, lambda: _planned(done, written))


def forums(
    *,
    place: Place,
    by: Annotated[str, typer.Option("--by", help="The day by which to be seen; a year from today otherwise")] = "",
    first: Annotated[str, typer.Option("--first", help="What decides first: signal | access | time")] = "signal",
    asker: Asker = "",
    no_ally: NoAlly = False,
    held: Held = None,
    absent: Absent = None,
) -> None:
    """Order the forums in which a situation is seen: threshold, lead time, signal, and what it costs in access."""
    from datetime import timedelta

    from tocsin.catalog.library import library
    from tocsin.options.routes.forums import RULE, ranked

    ready()
    ctx = context()
    day = by or (ctx.now().date() + timedelta(365)).isoformat()
    wish = _wish(ctx, "any", place, day, asker=asker, no_ally=no_ally, held=held, absent=absent)
    seen = ranked(wish, library(), first=first)
    told = {"place_id": wish.place_id, "by": day, "first": first, "rule": RULE, "forums": [s.as_dict() for s in seen]}

    def text() -> str:
        lines = [f"{RULE}.", ""]
        for s in seen:
            f = s.forum
            when = f"{in_words(s.path.earliest)} to {in_words(s.path.latest)}" if s.path else s.why
            lines.append(f"{s.rank or '–':>3}. {f.forum} ({f.procedure}), {f.place}: {when}")
            lines.append(f"       Threshold: {f.threshold}. Signal {f.signal}: {f.signal_says}.")
            lines.append(f"       Cost to access {f.access}: {f.access_says}. [{f.basis_label}]")
        return "\n".join(lines)

    emit(told, text)


def outcome(
    kind: Annotated[str, typer.Argument(help="A form, as press-statement; without one the ladder is listed")] = "",
) -> None:
    """Say what a press statement, presidential statement, resolution … means, and what it does not mean."""
    from tocsin.catalog.outcome_forms import RULE, forms

    known = forms()
    if kind and kind not in known:
        raise Misuse(f"{kind[:60]!r} is no form that is known", todo=f"Choose one of {', '.join(known)}")
    rows = [known[kind]] if kind else list(known.values())
    told = [{**f.model_dump(), "basis_label": f.basis_label} for f in rows]

    def text() -> str:
        lines = [RULE, ""]
        for f in rows:
            rung = f"rung {f.rung} of 6 in the Council, " if f.rung else ""
            lines.append(f"{f.id}: {f.name} ({rung}{f.body}) [{f.basis_label}]")
            if kind:
                lines += [
                    f"  Agreed by: {f.agreed_by}",
                    f"  Binds: {f.binds}",
                    *(f"  It means: {one}" for one in f.means),
                    *(f"  It does not mean: {one}" for one in f.means_not),
                    f"  Next: {f.next}",
                    f"  Procedures: {', '.join(f.procedures)}",
                ]
        return "\n".join(lines)

    emit({"rule": RULE, "forms": told}, text)


def _found(found: Found, *, show_all: bool) -> str:
    w = found.wish
    lines = [f"{found.goal.says}: {w.place_id}, by {in_words(w.by)}, from {in_words(w.today)}."]
    shown = found.paths if show_all else found.paths[:SHOWN]
    if not found.paths and found.goal.kinds:
        lines.append("No lawful path arrives in time.")
    for n, path in enumerate(shown, start=1):
        lines += _path(path, f"{n:>3}.")
    if len(shown) < len(found.paths):
        lines.append(f"     … and {len(found.paths) - len(shown)} more: add --all")
    for path in found.late if show_all or not found.paths else []:
        lines += _path(path, "  Too late:")
    if found.changes:
        lines += ["What would have to change:", *(f"     {c}" for c in found.changes)]
    if found.closed:
        lines.append(f"Closed: {len(found.closed)}")
        lines += [f"     {c['procedure']} {c['body']}, {c['name']}: {c['why']}" for c in
                  (found.closed if show_all else found.closed[:SHOWN])]  # fmt: skip
    return "\n".join([*lines, *(f"{note}." for note in found.notes)])


def _path(path: Any, mark: str) -> list[str]:
    sure = "in time even at its slow end" if path.sure else "too late at its slow end"
    lines = [f"{mark} {path.gives}: {in_words(path.earliest)} to {in_words(path.latest)}, {sure}"]
    lines += [f"       Only if: {c}" for c in path.conditions]
    for step in path.steps:
        r = step.route
        lines.append(f"     {r.id} {r.body}: {r.procedure} [{r.legal_basis}; {r.basis_label}]")
        lines += [f"       {a.who} → {a.whom}: {a.what}" + (f" ({a.count})" if a.count else "") for a in step.asks]
    lines += [f"       Can be stopped: {b}" for b in path.blocks]
    lines += [f"       Way around: {x['to']} {x['body']}: {x['why']}" for x in path.ways_around]
    return lines


def _planned(done: Plan, written: dict[str, str]) -> str:
    lines = [
        f"{done.says}: {done.wish.place_id}, meeting {in_words(done.wish.by)}; path {done.choice} of {done.choices}.",
        *(f"Only if: {c}" for c in done.path.conditions),
    ]
    for a in done.asks:
        counts = f" ({a.count})" if a.count else ""
        lines += [
            f"{a.number:>3}. by {in_words(a.ask_by)} ({a.state}): {a.recipient}: {a.ask}{counts}",
            f"       {a.procedure} {a.body}; asked by {a.who}; last day {in_words(a.last_day)}, "
            f"needed by {in_words(a.needed_by)} [{a.basis}]",
        ]
    lines += [f"{note}." for note in done.notes]
    return "\n".join([*lines, *(f"Written: {where}" for where in written.values())])


def advisory(
    *,
    item: Annotated[int | None, typer.Option("--item", help="Number of a docket item")] = None,
    place: Annotated[str | None, typer.Option("--place", help="ISO 3166 code of three letters, or a name")] = None,
    file: Annotated[Path | None, typer.Option("--to", help="Write the draft to a text file, too")] = None,
) -> None:
    """Draft an advisory to the UN joint office: each element from the record, or shown missing."""
    if (item is None) == (place is None):
        raise Misuse("Name an item or a place", todo="Write --item N or --place P")
    ready()
    from tocsin.cli.options import row_of
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.docket.models import Item
    from tocsin.response.oversight.advisory import draft

    ctx = context()
    place_id = find_place(place) if place is not None else ""
    if item is not None:
        known = Item.objects.filter(pk=item).first()
        if known is None or not known.place_id:
            raise Refused(f"There is no docket item {item} about a place", todo="See tocsin docket list")
        place_id = known.place_id
    done = draft(ctx, place_id, row_of(ctx, place_id))
    if file is not None:
        write_whole(file, done.text().encode())
    emit({"item": item, **done.as_dict(), "written": str(file) if file else None}, done.text)
