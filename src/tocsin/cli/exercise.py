"""``tocsin exercise``: a past chain played by several people on the desk of a copied home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.clock import SystemClock, iso, parse_date
from tocsin.core.errors import Misuse

if TYPE_CHECKING:
    from tocsin.response.oversight.models import Certificate, Inject

group = typer.Typer(no_args_is_help=True, help="Play a chain of dated items on a copy of a home, and debrief.")


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="exercise")


@group.command()
def start(  # noqa: PLR0917 - options of a command, named at the call
    timeline: Annotated[str, typer.Argument(help="Which chain of the files")],
    items: Annotated[Path, typer.Option(help="CSV of dated items with two readers' codes")],
    timelines: Annotated[Path, typer.Option(help="CSV of chains")],
    players: Annotated[str, typer.Option(help="NAME:POST,NAME:POST: who plays which post")],
    speed: Annotated[float, typer.Option(help="Days of the chain in one day of the exercise")] = 1.0,
    place: Annotated[str, typer.Option(help="A place that stands in for the chain's own")] = "",
    forecasts: Annotated[int, typer.Option(help="How often players are asked for a forecast; 0: never")] = 10,
) -> None:
    """Start an exercise on a drill (tocsin drill DIR, then --home DIR) and give what is due at once."""
    seats = _seats(players)
    ready()
    from tocsin.response.docket.replay.items import read_items, read_timelines
    from tocsin.response.oversight.exercise import run
    from tocsin.response.register.drill import clock_of

    chains = read_timelines(timelines)
    if timeline not in chains:
        raise Misuse(f"There is no timeline {timeline!r}", where=str(timelines), todo=f"There are {', '.join(chains)}")
    rows = read_items(items, chains)
    ctx = _standing(clock_of)
    exercise = run.start(ctx, chains[timeline], rows, players=seats, speed=speed, place=place, asks=forecasts)
    given = exercise.injects.exclude(given_at=None).count()
    emit(
        {
            "exercise": exercise.pk,
            "players": [f"{name}:{post}" for name, post in seats],
            "injects": exercise.injects.count(),
            "given": given,
            "started_at": exercise.started_at,
        },
        f"Exercise {exercise.pk}: {exercise.title}, {len(seats)} players; {given} given.\n"
        "Every page and message is marked EXERCISE. Players sign in with: tocsin login-link --for NAME\n"
        "Serve it with: tocsin serve. Both with --home.\n"
        "The next inject comes by the clock while the desk is served, or now: tocsin exercise next",
    )


@group.command(name="next")
def following() -> None:
    """Give the next inject now: the clock of the exercise moves to it."""
    ready()
    from tocsin.response.oversight.exercise import run
    from tocsin.response.register.drill import clock_of

    ctx, given = run.give_next(_standing(clock_of), SystemClock().now())
    emit({"now": iso(ctx.now()), "given": [_row(i) for i in given]}, lambda: _given(given))


@group.command()
def end() -> None:
    """End the exercise: no inject comes any more, and the debrief opens."""
    ready()
    from tocsin.response.oversight.exercise import run
    from tocsin.response.register.drill import clock_of

    exercise = run.end(_standing(clock_of))
    emit(
        {"exercise": exercise.pk, "ended_at": exercise.ended_at},
        f"Exercise {exercise.pk} is over. Run: tocsin exercise debrief",
    )


@group.command()
def debrief() -> None:
    """Score what the players did, show what became of each item, and keep it as debrief.json in the exercise's home."""
    ready()
    from tocsin.core.files import write_whole
    from tocsin.response.oversight.exercise import gaps
    from tocsin.response.oversight.exercise.debrief import as_file
    from tocsin.response.oversight.exercise.debrief import debrief as score
    from tocsin.response.register.record import signer

    ctx = context()
    found, log = score(), signer(ctx).name
    file = ctx.settings.home / gaps.FILE
    write_whole(file, as_file(found, log))
    emit({**found, "log": log, "file": file}, lambda: _debriefed(found, file))


@group.command()
def certify() -> None:
    """Certify what each player did and missed, in the exercise's own log; one file each, to be checked by anybody."""
    ready()
    from tocsin.response.oversight.exercise import certificates
    from tocsin.response.register.drill import clock_of

    ctx = _standing(clock_of)
    rows = certificates.certify(ctx)
    told = [_certificate(row) | {"file": certificates.file_of(ctx, row)} for row in rows]
    key = rows[0].key if rows else None
    lines = [f"{r['player']} ({r['post']}): {r['said']} {r['file']}" for r in told]
    lines.append(f"Check one: tocsin exercise verify FILE --key {key}")
    lines.append(f"Take them into the real home: tocsin exercise take {ctx.settings.home} --key {key}")
    emit({"certificates": told, "key": key}, "\n".join(lines))


@group.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The file of a certificate")],
    key: Annotated[str | None, typer.Option(help="The key of the exercise's log, from who ran it")] = None,
    on: Annotated[str, typer.Option(help="The day it is to count on; none: today")] = "",
) -> int:
    """Check a certificate without a home: that the log has it word for word, who signed, whether it is in date."""
    ready(register=False)
    from tocsin.response.oversight.exercise import certificates

    try:
        text = file.read_bytes()
    except OSError as error:
        raise Misuse(f"The file cannot be read: {error.strerror}", where=str(file)) from None
    found = certificates.check(text, key, parse_date(on) if on else SystemClock().now().date())
    good = found.holds and found.in_date
    said = found.statement
    until = f"{'Valid until' if found.in_date else 'NO LONGER VALID since'} {said['valid_until']}."
    result = "A pass." if said["passed"] else f"No pass. {' '.join(said['why_not'])}"
    lines = [*found.said, f"{said['name']}, {said['post']}, {said['exercise']['title']}: {result}", until]
    emit(
        {
            "holds": found.holds,
            "in_date": found.in_date,
            "number": found.number,
            "certificate": said,
            "said": found.said,
        },
        "\n".join(lines),
    )
    return 0 if good else 1


@group.command()
def take(
    folder: Annotated[Path, typer.Argument(help="The exercise's folder, with its certificates")],
    key: Annotated[str, typer.Option(help="The key of the exercise's log, as certify printed it")],
) -> None:
    """Take the certificates of an exercise into this home, each checked; taking again changes nothing."""
    ready()
    from tocsin.response.oversight.exercise import certificates

    told = [_certificate(row) for row in certificates.take(context(), folder, key)]
    emit({"certificates": told}, "\n".join(f"{r['player']} ({r['post']}): {r['said']}" for r in told))


@group.command(name="gaps")
def raise_gaps(folder: Annotated[Path, typer.Argument(help="The exercise's folder, with its debrief.json")]) -> None:
    """Raise a gap in this home for each finding of an exercise; raising again changes nothing."""
    ready()
    from tocsin.response.oversight.exercise.gaps import raise_from

    raised = raise_from(context(), folder)
    rows = [{"gap": g.pk, "kind": g.kind, "what": g.what, "owner": g.owner_post, "due": g.due} for g in raised]
    emit({"gaps": rows}, lambda: "\n".join(f"Gap {r['gap']} ({r['kind']}, {r['owner']}): {r['what']}" for r in rows)
         or "The exercise found nothing wanting.")  # fmt: skip


def _certificate(row: Certificate) -> dict[str, Any]:
    said = row.statement
    until = f"Valid until {said['valid_until']}."
    return {
        "number": row.number,
        "player": row.player,
        "post": row.post,
        "passed": said["passed"],
        "valid_until": said["valid_until"],
        "said": f"{'A pass.' if said['passed'] else 'No pass. ' + ' '.join(said['why_not'])} {until}",
    }


def _standing(clock_of: Any) -> Any:
    """Return the context on the exercise's own clock: never earlier than its newest entry."""
    from dataclasses import replace

    ctx = context()
    return replace(ctx, clock=clock_of(ctx.settings, ctx.clock))


def _seats(players: str) -> list[tuple[str, str]]:
    seats = []
    for part in filter(None, (p.strip() for p in players.split(","))):
        name, colon, post = part.partition(":")
        if not colon or not name.strip() or not post.strip():
            raise Misuse(f"{part!r} is no player", todo="Write NAME:POST,NAME:POST")
        seats.append((name.strip(), post.strip()))
    return seats


def _row(inject: Inject) -> dict[str, Any]:
    return {"inject": inject.position, "report": inject.report, "given_at": inject.given_at}


def _given(given: list[Inject]) -> str:
    return "\n".join(f"Inject {i.position} is report {i.report}, given {iso(i.given_at)}." for i in given)


def _judged(found: dict[str, Any]) -> list[str]:
    """Return the lines on time to escalate and on forecasts."""
    e, lines = found["escalation"], []
    for t in e["tiers"]:
        days = "never" if t["days"] is None else "before" if t["days"] < 0 else f"{t['days']:g} days after"
        lines.append(f"  tier {t['tier']}: told {days} the first serious report (day {e['first_cue_day']})")
    judged = found["judgement"]
    for p in judged["players"]:
        score = p["why"] if p["brier"] is None else f"Brier {p['brier']:.3f}, first words {p['brier_first']:.3f}"
        lines.append(f"  {p['player']}: {p['answered']} of {p['asked']} forecasts; {score}")
    return lines


def _debriefed(found: dict[str, Any], file: Path) -> str:
    lines = [f"Exercise {found['exercise']}: {found['title']}"]
    for tier in found["tiers"]:
        told = "never" if tier["told_day"] is None else f"day {tier['told_day']:g}"
        alone = "-" if tier["rules_alone_day"] is None else f"day {tier['rules_alone_day']}"
        lines.append(f"  tier {tier['tier']}: told {told}; by the coders' readings alone {alone}")
    lines.append(f"Cues missed: {len(found['missed'])} of {len(found['cues'])}. Lapses: {len(found['lapses'])}.")
    for p in found["players"]:
        read = "" if p["reports_read"] is None else f", read {p['reports_read']} of {p['reports_given']} reports"
        lines.append(
            f"  {p['player']} ({p['post']}): answered {p['rungs_answered']} of {p['rungs']} rungs{read}; "
            f"{p['decisions']} decisions, {p['decision_score']} of {p['decision_of']} points"
        )
    lines += _judged(found)
    lines += [f"Finding ({f['kind']}): {f['what']}" for f in found["findings"]]
    lines.append(f"Kept in {file}. Raise its findings as gaps in the real home: tocsin exercise gaps {file.parent}")
    return "\n".join(lines)
