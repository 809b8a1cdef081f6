"""``tocsin options``: what can be done about an item or a place, and what cannot any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse, Refused

if TYPE_CHECKING:
    from tocsin.core.context import Context
    from tocsin.options import Answer
    from tocsin.options.window import Window
    from tocsin.response.docket.asked import Asked

SHOWN = 12


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="What can be done, by whom, how fast, and what is lost already.")
    group.command("match")(match)
    group.callback()(_group)
    app.add_typer(group, name="options")


def _group() -> None:
    """Keep ``match`` a command of its own."""


def match(
    *,
    item: Annotated[int | None, typer.Option("--item", help="Number of a docket item")] = None,
    place: Annotated[str | None, typer.Option("--place", help="ISO 3166 code of three letters, or a name")] = None,
    factors: Annotated[str | None, typer.Option("--factors", help="Risk factors seen, as RF7,RF8")] = None,
    phase: Annotated[str | None, typer.Option("--phase", help="upstream | imminent | ongoing | aftermath")] = None,
    days: Annotated[int | None, typer.Option("--days", help="Days within which an effect must be felt")] = None,
    onset: Annotated[str | None, typer.Option("--onset", help="The last day instead of --days, as 2026-12-24")] = None,
    chances: Annotated[
        str | None, typer.Option("--chances", help="Chance that it comes by each day instead: 14=0.1,90=0.4")
    ] = None,
    weight: Annotated[list[str] | None, typer.Option("--weight", help="Move a weight: factors=3; repeatable")] = None,
    actors: Annotated[
        str | None, typer.Option("--actors", help="Who is at hand or can be reached, by kind or name: states,leaders")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--last-package", help="Options last chosen here, to be flagged: D05")
    ] = None,
    non_coercive: Annotated[bool, typer.Option("--non-coercive", help="Rule coercive options out")] = False,
    instrument: Annotated[list[str] | None, typer.Option("--instrument", help="Only these; repeatable")] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Print every option, not the first ones only")] = False,
) -> None:
    """List the options that fit an item (--item N) or a place (--place P), and those that are lost.

    With --item the factors, phase and days come from the assessment, the board and the level unless they are given.
    """
    if (item is None) == (place is None):
        raise Misuse(
            "Name an item or a place", todo="Write --item N, or --place P --factors RF7,RF8 --phase imminent --days 30"
        )
    from tocsin.options import Constraints
    from tocsin.options.weights import parse

    given: dict[str, Any] = {
        "factors": _listed(factors, upper=True),
        "phase": phase,
        "constraints": Constraints(non_coercive=non_coercive, instruments=tuple(instrument or ())),
        "weights": parse(weight or ()),
        "actors": _names(actors),
        "last_package": _listed(last, upper=True),
    }
    ready()
    given["window"] = _window(chances)
    if given["window"] is not None and (days is not None or onset is not None):
        raise Misuse("--chances says how long there is already", todo="Leave --days and --onset out")
    given["days"] = given["window"].last if given["window"] else _days(context(), days, onset)
    found = _about_place(context(), place, given) if place is not None else _about_item(context(), item or 0, given)
    told = {"item": item, "place_id": found.answer.question.place_id, "said": found.said, **found.answer.as_dict()}
    emit(told, lambda: _text(found.answer, found.said, show_all=show_all))


def _listed(text: str | None, *, upper: bool = False) -> tuple[str, ...] | None:
    """Read ``RF7,RF8``; None when nothing was written."""
    if text is None:
        return None
    parts = (part.strip() for part in text.replace(";", ",").split(",") if part.strip())
    return tuple(part.upper() if upper else part.casefold().replace(" ", "_") for part in parts)


def _names(text: str | None) -> tuple[str, ...]:
    """Read ``states, Kofi Annan``: names as they are written."""
    return tuple(part.strip() for part in (text or "").replace(";", ",").split(",") if part.strip())


def _window(text: str | None) -> Window | None:
    """Read ``14=0.1,90=0.4``: the chance that it comes by each of these days. Raises Misuse for anything else."""
    from tocsin.options.window import from_chances

    if text is None:
        return None
    try:
        ends = [(int(day), float(chance)) for day, chance in (part.split("=") for part in text.split(","))]
    except ValueError:
        raise Misuse(f"{text[:60]!r} is no list of chances by day", todo="Write them as 14=0.1,90=0.4") from None
    return from_chances(ends, "by the chances given")


def _days(ctx: Context, days: int | None, onset: str | None) -> int | None:
    """Return the days left as given, or counted to a day. Raises Misuse when both are given or the day is past."""
    if onset is None:
        return days
    from tocsin.core.clock import parse_date

    left = (parse_date(onset) - ctx.now().date()).days
    if days is not None:
        raise Misuse("Both --days and --onset say how long there is", todo="Give one of them")
    if left < 0:
        raise Misuse(f"{onset} is past", todo="Give today or a later day")
    return left


def _about_place(ctx: Context, place: str, given: dict[str, Any]) -> Asked:
    """Ask about a place. Raises Misuse unless factors, phase and days are all given: there is no item to ask."""
    from tocsin.response.docket import asked
    from tocsin.response.docket.acts.bell import find_place

    missing = [f"--{name}" for name in ("factors", "phase", "days") if given[name] is None]
    if missing:
        raise Misuse(f"With --place, give {', '.join(missing)} too", todo="Or ask about an item: --item N")
    place_id = find_place(place)
    return asked.of_place(ctx, place_id, row_of(ctx, place_id), **given)


def _about_item(ctx: Context, number: int, given: dict[str, Any]) -> Asked:
    """Ask about a docket item. Raises Refused when there is none of this number."""
    from tocsin.response.docket import asked
    from tocsin.response.docket.models import Item

    found = Item.objects.filter(pk=number).first()
    if found is None:
        raise Refused(f"There is no docket item {number}", todo="See tocsin docket list")
    return asked.of_item(ctx, found, row_of(ctx, found.place_id), **given)


def row_of(ctx: Context, place_id: str) -> dict[str, Any] | None:
    """Return the place's row of the newest board; None without a run or when the run leaves the place out."""
    from tocsin.response.register import runs

    run = runs.latest(ctx.settings.home)
    return next((r for r in run.board() if r["place_id"] == place_id), None) if run else None


def _text(answer: Answer, said: list[str], *, show_all: bool) -> str:
    """Return the answer as text: the first options in full, then one line each, then what is lost."""
    q = answer.question
    lines = [
        f"{q.place_id}, {q.phase}, {q.days_left} days left at most from {q.asked_on}, "
        f"factors {', '.join(q.factors) or 'none'}: {len(answer.options) - 1} options can still arrive, "
        f"{len(answer.lost)} are lost.",
        *said,
        *answer.notes,
        answer.sensitivity,
        *(line.said for line in answer.portfolio),
        "",
    ]
    real = [m for m in answer.options if m.id != "NOTHING"]
    shown = real if show_all else real[:SHOWN]
    for m in [*shown, answer.options[-1]]:
        lines += [
            f"{m.rank:>3}. {m.id} {m.name}  [{m.instrument}; {m.basis_label}]",
            *(f"       {reason}" for reason in m.reasons),
            *(f"       Against: {said}" for said in m.against),
            *(f"       Tried: {c.name}: {c.outcome}" for c in m.cases if c.outcome),
            f"       Presumes: {'; '.join(m.preconditions)}",
            f"       Authority: {'; '.join(m.authority.actors)}",
            f"       {m.timing[:1].upper()}{m.timing[1:]}. Evidence {m.evidence['grade']}: {m.evidence['text']}",
            f"       Known harm: {'; '.join(m.harms)}",
        ]
    if len(shown) < len(real):
        lines.append(f"     … and {len(real) - len(shown)} more: add --all")
    lines += ["", "Lost:" if answer.lost else "Nothing is lost yet."]
    lines += [f"     {x.id} {x.name}: had to be started by {x.lost_on}" for x in answer.lost]
    return "\n".join(lines)
