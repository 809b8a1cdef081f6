"""What comes first: ``tocsin docket priorities``, ranks by hand, surge mode, cancelling, and prevention's share."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli.docket import By, Number, Reasons, _actor, _tell
from tocsin.cli.output import INVOCATION, context, emit, ready
from tocsin.core.clock import iso
from tocsin.core.errors import Misuse


def register(app: typer.Typer) -> None:
    """Add the commands to the docket's group."""
    group = next(g.typer_instance for g in app.registered_groups if g.name == "docket")
    assert group is not None
    for command in (priorities, override, withdraw, cancel, agree, upstream):
        group.command(command.__name__)(command)
    group.command("close-track")(close_track)
    below = typer.Typer(no_args_is_help=True, help="Surge mode: declare it, end it, see whether it is in force.")
    for command in (declare, end, show):
        below.command(command.__name__)(command)
    group.add_typer(below, name="surge")


def priorities(
    table: Annotated[bool, typer.Option("--csv", help="As a table; its first lines are the rule")] = False,
    top: Annotated[int, typer.Option(help="So many lines of each list; 0 for all", min=0)] = 50,
) -> None:
    """Print the order of questions and tasks, each rank explained, with the weights it rests on."""
    ready()
    from tocsin.response.docket import ranked

    shown = ranked.standing(context())
    if table and not INVOCATION.json:
        print(ranked.as_csv(shown), end="")
        return
    emit(ranked.as_dict(shown), lambda: _ordered(ranked.as_dict(shown), top))


def override(
    number: Number,
    rank: Annotated[int, typer.Option(help="1 is first")],
    reasons: Reasons,
    days: Annotated[int, typer.Option(help="How long it holds")] = 14,
    by: By = None,
) -> None:
    """Set the rank of a question by hand, with reasons; the order before is shown and kept."""
    actor = _actor(by, "set a rank")
    from tocsin.response.docket import acts

    row = acts.override(context(), number, actor, rank=rank, reasons=reasons, days=days)
    result = {"item": number, "rank": rank, "before": row.before, "after": row.after, "expires_at": iso(row.expires_at)}
    emit(
        result,
        f"Item {number} stands at rank {rank} until {iso(row.expires_at)}.\n"
        f"  before: {' '.join(map(str, row.before))}\n  after:  {' '.join(map(str, row.after))}",
    )


def withdraw(number: Number, reasons: Reasons, by: By = None) -> None:
    """Take a rank set by hand back."""
    actor = _actor(by, "take a rank back")
    from tocsin.response.docket import acts

    acts.withdraw(context(), number, actor, reasons=reasons)
    emit({"item": number}, f"Item {number} stands where the rule puts it.")


def cancel(
    commitment: Annotated[int, typer.Argument(help="Number of the commitment")], reasons: Reasons, by: By = None
) -> None:
    """Cancel a commitment, with reasons; in a surge one for prevention waits for the named senior."""
    actor = _actor(by, "cancel a commitment")
    from tocsin.response.docket import acts

    asked = acts.cancel(context(), commitment, actor, reasons=reasons)
    said = f"waits for {asked.needs_post} to agree; its clock runs" if asked.agreed is None else "is cancelled"
    _tell(asked.commitment.item_id, f"Commitment {commitment} {said}.", cancelled=asked.agreed, needs=asked.needs_post)


def agree(
    commitment: Annotated[int, typer.Argument(help="Number of the commitment")],
    reasons: Reasons,
    yes: Annotated[bool, typer.Option("--yes", help="It is cancelled")] = False,
    no: Annotated[bool, typer.Option("--no", help="It stands")] = False,
    by: By = None,
) -> None:
    """Answer whether a commitment for prevention may be cancelled in a surge."""
    if yes == no:
        raise Misuse("The answer is --yes or --no", todo="Give exactly one of them")
    actor = _actor(by, "agree to a cancelling")
    from tocsin.response.docket import acts

    asked = acts.agree(context(), commitment, actor, yes=yes, reasons=reasons)
    _tell(asked.commitment.item_id, f"Commitment {commitment} {'is cancelled' if yes else 'stands'}.", cancelled=yes)


def close_track(
    place: Annotated[str, typer.Argument(help="Three letters of a place, as SDN")],
    track: Annotated[str, typer.Argument(help="prevention or response")],
    reasons: Reasons,
    by: By = None,
) -> None:
    """Close one track of a situation, with reasons; in a surge prevention is closed by the named senior alone."""
    actor = _actor(by, "close a track")
    from tocsin.response.docket import acts
    from tocsin.response.register import situations

    acts.close_track(context(), place, track, actor, reasons=reasons)
    emit(
        {"place_id": place, "tracks": situations.tracks(place)},
        f"The {track} track of {place} is closed; the other stays as it is.",
    )


def upstream(
    periods: Annotated[int, typer.Option(help="So many periods, the running one first", min=1, max=26)] = 3,
) -> None:
    """Show the share of attention that went to prevention, counted from the ledger."""
    ready()
    from tocsin.catalog import directive
    from tocsin.response.docket import upstream as meter

    rules = directive.current().upstream
    rows = [
        {
            "start": iso(p.start),
            "end": iso(p.end),
            "finished": p.finished,
            "acts": p.acts,
            "share_pct": p.share_pct,
            "under": p.under,
            "hours": p.hours,
        }
        for p in meter.measure(context(), periods)
    ]
    emit(
        {"floor_pct": rules.floor_pct, "tell": rules.tell, "after_periods": rules.periods, "periods": rows},
        lambda: "\n".join(
            [f"Floor {rules.floor_pct}%; after {rules.periods} periods under it {rules.tell or 'nobody'} is told."]
            + [
                f"  {r['start'][:10]} to {r['end'][:10]}  "
                f"{'no act on record' if r['share_pct'] is None else str(r['share_pct']) + '% for prevention'}"
                f"{', UNDER THE FLOOR' if r['under'] else ''}{'' if r['finished'] else ' (running)'}"
                for r in rows
            ]
        ),
    )


def declare(
    reasons: Reasons,
    days: Annotated[int | None, typer.Option(help="How long; the directive's cap without it")] = None,
    by: By = None,
) -> None:
    """Declare a surge: prevention cannot be cancelled without the agreement of the named senior."""
    actor = _actor(by, "declare a surge")
    from tocsin.response.docket.acts import surge

    row = surge.declare(context(), actor, reasons=reasons, days=days)
    emit({"expires_at": row.expires_at}, f"A surge is in force until {iso(row.expires_at)}.")


def end(reasons: Reasons, by: By = None) -> None:
    """End the surge in force."""
    actor = _actor(by, "end a surge")
    from tocsin.response.docket.acts import surge

    surge.end(context(), actor, reasons=reasons)
    emit({"ended": True}, "The surge has ended.")


def show() -> None:
    """Say whether a surge is in force."""
    ready()
    from tocsin.response.docket.acts import surge

    row = surge.standing(context())
    if row is None:
        emit({"surge": None}, "No surge is in force.")
        return
    result = {"declared_by": row.declared_post, "expires_at": row.expires_at, "reasons": row.reasons}
    emit({"surge": result}, f"A surge is in force until {iso(row.expires_at)}, by {row.declared_post}: {row.reasons}")


def _ordered(shown: dict[str, Any], top: int) -> str:
    rules = shown["directive"]
    weights = ", ".join(f"{name} {value}" for name, value in shown["weights"].items())
    lines = [
        f"Directive {rules['name']} {rules['version']}; weights {weights}; ties by {', '.join(shown['ties'])}.",
        f"Run {shown['run_id'] or 'none'}; as of {shown['at']}.",
    ]
    for title, rows in (("Questions", shown["items"]), ("Tasks", shown["tasks"])):
        lines += ["", f"{title}, {len(rows)}"]
        for r in rows[: top or None]:
            hand = f" (by hand; {r['rank_by_rule']} by the rule)" if r["override"] else ""
            about = f"{r['kind']} {r['number']}" + (f" {r['place_id']}" if r["place_id"] else "")
            lines.append(f"  {r['rank']:>4}  {about:<22} {r['points']:>5} points{hand}: {r['why']}; due {r['due']}")
    return "\n".join(lines)
