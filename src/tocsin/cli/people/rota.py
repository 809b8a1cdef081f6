"""``tocsin people rota …``: plan, hand over, accept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.people.asked import By, account, clock_time
from tocsin.core.clock import iso, parse_date

if TYPE_CHECKING:
    from tocsin.response.register.models import Shift

Post = Annotated[str, typer.Argument(help="A post of the directive")]
Number = Annotated[int, typer.Argument(help="Number of the shift")]


def listing(
    post: Annotated[str | None, typer.Argument(help="A post; all without it")] = None,
    days: Annotated[int, typer.Option(help="How far ahead", min=1, max=366)] = 14,
) -> None:
    """Show who is on duty from now on, gaps and handovers that were not accepted among them."""
    ready()
    from tocsin.catalog import directive
    from tocsin.response.register import duty, rota

    now, rules = context().now(), directive.current()
    posts = [rules.post(post).id] if post else [p.id for p in rules.posts]
    rows: list[dict[str, Any]] = []
    for one in posts:
        shifts = duty.shifts_of(one)
        if not shifts:
            continue
        on = duty.on_duty(one, now)
        rows.append(
            {
                "post": one,
                "time_zone": rota.zone_of_post(one),
                "on_duty": on.get_username() if on else None,
                "watches": [_watch(w) for w in duty.watches(one, now, now + timedelta(days=days))],
                "shifts": [_shift(s) for s in shifts if s.ends_at > now],
            }
        )
    waiting = [
        {
            "post": s.post,
            "still_on_duty": s.person.get_username(),
            "should_accept": w.person.get_username(),
            "shift": w.pk,
        }
        for s, w in rota.pending(now)
    ]
    emit({"rota": rows, "not_accepted": waiting}, lambda: _text(rows, waiting))


def plan(  # noqa: PLR0917 - Typer reads the parameters
    post: Post,
    username: Annotated[str, typer.Argument(help="An account that holds the post or a deputy's")],
    start: Annotated[str, typer.Option("--from", help="Local time of the office, as in 2026-11-23T08:00")],
    end: Annotated[str, typer.Option("--to", help="Local time of the office")],
    zone: Annotated[str, typer.Option(help="Another time zone for both, as in Africa/Khartoum")] = "",
    by: By = "operator",
) -> None:
    """Plan one shift."""
    ready()
    from tocsin.catalog import directive
    from tocsin.response.register import people, rota

    directive.current().post(post)
    there = zone or rota.zone_of_post(post)
    made = rota.plan(
        context(),
        post,
        account(username),
        starts=rota.local(start, there),
        ends=rota.local(end, there),
        actor=people.cli_actor(by),
    )
    emit(
        _shift(made), f"Shift {made.pk}: {username} is on for {post} from {iso(made.starts_at)} to {iso(made.ends_at)}."
    )


def fill(  # noqa: PLR0917 - Typer reads the parameters
    post: Post,
    names: Annotated[str, typer.Argument(help="Accounts in turn, as in ada,ben,cleo")],
    start: Annotated[str, typer.Option("--from", help="The first day")],
    days: Annotated[int, typer.Option(help="How many days")],
    at: Annotated[str, typer.Option(help="Local time of the office at which they change")] = "08:00",
    by: By = "operator",
) -> None:
    """Plan a day each, in turn, without a gap; clocks may change on the way."""
    ready()
    from tocsin.response.register import people, rota

    turns = [account(name) for name in names.split(",") if name.strip()]
    made = rota.fill(
        context(), post, turns, start=parse_date(start), days=days, at=clock_time(at), actor=people.cli_actor(by)
    )
    emit({"shifts": [_shift(s) for s in made]}, f"{len(made)} shifts of {post} are planned.")


def note(
    number: Number,
    text: Annotated[str, typer.Option(help="What the next on duty must know")],
    by: By,
) -> None:
    """Write the handover note of a shift."""
    ready()
    from tocsin.response.register import people, rota

    _say(rota.note(context(), number, text, people.cli_actor(by)), "has its note")


def accept(number: Number, by: By) -> None:
    """Take a shift over; until then the outgoing stays on duty."""
    ready()
    from tocsin.response.register import people, rota

    _say(rota.accept(context(), number, people.cli_actor(by)), "is taken over")


def cancel(number: Number, by: By = "operator") -> None:
    """Take a shift that has not begun out of the rota."""
    ready()
    from tocsin.response.register import people, rota

    _say(rota.cancel(context(), number, people.cli_actor(by)), "is cancelled")


def restore(number: Number, by: By = "operator") -> None:
    """Put a cancelled shift back."""
    ready()
    from tocsin.response.register import people, rota

    _say(rota.restore(context(), number, people.cli_actor(by)), "is back in the rota")


def _say(shift: Shift, done: str) -> None:
    emit(_shift(shift), f"Shift {shift.pk} of {shift.post}, {shift.person.get_username()}, {done}.")


def _shift(s: Shift) -> dict[str, Any]:
    return {
        "shift": s.pk,
        "post": s.post,
        "person": s.person.get_username(),
        "starts_at": iso(s.starts_at),
        "ends_at": iso(s.ends_at),
        "note": s.handover_note or None,
        "accepted_at": iso(s.accepted_at),
        "cancelled_at": iso(s.cancelled_at),
    }


def _watch(w: Any) -> dict[str, Any]:
    return {
        "from": iso(w.start),
        "to": iso(w.end),
        "person": w.person.get_username() if w.person else None,
        "waits_for": w.waits_for.get_username() if w.waits_for else None,
    }


def _text(rows: list[dict[str, Any]], waiting: list[dict[str, Any]]) -> str:
    lines = []
    for row in rows:
        lines.append(f"{row['post']} (times UTC; the office is in {row['time_zone']})")
        for w in row["watches"]:
            waits = f"  {w['waits_for']} has not accepted" if w["waits_for"] else ""
            lines.append(f"  {w['from']} to {w['to']}  {w['person'] or 'NOBODY ON DUTY'}{waits}")
    lines += [
        f"Not accepted: {w['post']} is still {w['still_on_duty']}'s; shift {w['shift']} waits for {w['should_accept']}."
        for w in waiting
    ]
    return "\n".join(lines) or "No post keeps a rota. Plan a shift: tocsin people rota plan POST NAME --from T --to T"
