"""``tocsin bell``, ``tocsin docket …`` and ``tocsin tick``: ring, read, answer, and move the clocks."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.clock import parse_date, parse_time
from tocsin.core.errors import Misuse, Refused

Number = Annotated[int, typer.Argument(help="Number of the docket item")]
By = Annotated[str | None, typer.Option(help="The post you act under")]
Reasons = Annotated[str, typer.Option(help="Why; a decision names what it rests on, as W1")]
Found = Annotated[str, typer.Option(help="Of a decision to act: was it done, partly or not_done")]
Review = Annotated[str | None, typer.Option(help="The day it is looked at again")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("bell")(bell)
    app.command("tick")(tick)
    group = typer.Typer(no_args_is_help=True, help="The questions that await a decision, and what became of them.")
    for name, command in {
        "list": listing,
        "show": show,
        "ack": ack,
        "decide": decide,
        "done": done,
        "review": review,
        "close": close,
    }.items():
        group.command(name)(command)
    app.add_typer(group, name="docket")


def _actor(by: str | None, act: str) -> Any:
    """Return who acts, with the register ready; an act without a post is misuse."""
    if not by:
        raise Misuse(f"To {act} you act under a post", todo="Add --by POST; tocsin people list names the posts")
    ready()
    from tocsin.response.register.people import cli_actor

    return cli_actor(by)


def _there(number: int) -> None:
    """Raise Refused when there is no such item: the first thing to say, before anything about the words."""
    ready()
    from tocsin.response.docket.models import Item

    if not Item.objects.filter(pk=number).exists():
        raise Refused(f"There is no docket item {number}", todo="See tocsin docket list")


def _placed(number: int) -> bool:
    """Tell whether an item is about a place, and not about a source or a tripwire."""
    from tocsin.response.docket.models import Item

    return Item.objects.filter(pk=number).exclude(place_id="").exists()


def _tell(number: int, said: str, **more: Any) -> None:
    """Print what was done and the item as it stands now."""
    from tocsin.response.docket import screen
    from tocsin.response.docket import show as docket

    shown = docket.item(number, context().now())
    emit({**shown, **more}, lambda: f"{said}\n\n{screen.item(shown)}")


def bell(
    place: Annotated[str, typer.Argument(help="Three letters, as in SDN, or the name")],
    because: Annotated[str, typer.Option(help="What you have seen or heard, and since when")],
    by: Annotated[str, typer.Option(help="The post you act under")] = "analyst",
) -> None:
    """Ring the bell: open a question about a place, with reasons. Nobody can veto it."""
    actor = _actor(by, "ring the bell")
    from tocsin.response.docket import acts

    item = acts.ring_bell(context(), place, because, actor)
    _tell(item.pk, f"The bell is rung: item {item.pk}.", item=item.pk)


def listing(
    state: Annotated[
        str | None, typer.Option(help="open, acting, declined, deferred, lapsed, closed or undecided")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Items of this post only")] = None,
) -> None:
    """List the docket, what is due first on top."""
    ready()
    from tocsin.response.docket import screen
    from tocsin.response.docket import show as docket
    from tocsin.response.docket.models import Item

    if state is not None and state not in (*Item.State.values, "undecided"):
        raise Misuse(
            f"{state!r} is no state of an item", todo=f"There are {', '.join(Item.State.values)} and undecided"
        )
    now = context().now()
    rows = docket.listing(now, state=state, owner=owner)
    emit({"items": rows}, lambda: screen.listing(rows, now))


def show(number: Number) -> None:
    """Show one item: its clocks, its ladder, what warns, what was decided and what became of it."""
    ready()
    from tocsin.response.docket import screen
    from tocsin.response.docket import show as docket

    shown = docket.item(number, context().now())
    emit(shown, lambda: screen.item(shown))


def ack(number: Number, by: By = None) -> None:
    """Acknowledge: you have it. The delivery clock stops; the decision clock runs on."""
    actor = _actor(by, "acknowledge")
    from tocsin.response.docket import acts, letters

    done = acts.acknowledge(context(), number, actor)
    said = (
        f"Item {number} is acknowledged by {letters.by(done.post, done.acting_for or done.post)}."
        if done.first
        else f"Item {number} was acknowledged by {done.post} before."
    )
    _tell(number, said)


def decide(  # noqa: PLR0917 - Typer reads the parameters
    number: Number,
    reasons: Reasons,
    act: Annotated[bool, typer.Option("--act", help="Act: name at least one --option")] = False,
    decline: Annotated[bool, typer.Option("--decline", help="Do nothing, and say why")] = False,
    defer_to: Annotated[str | None, typer.Option(help="Put off until this day")] = None,
    option: Annotated[list[str] | None, typer.Option(help="An option of the catalogue; repeat for more")] = None,
    reject: Annotated[
        list[str] | None, typer.Option(help='An option not chosen, and why: "D03: WHY NOT"; NOTHING is doing nothing')
    ] = None,
    package: Annotated[
        int | None, typer.Option(help="A version of the item's package: its lines become commitments")
    ] = None,
    reject_package: Annotated[
        list[str] | None, typer.Option(help='A version not chosen, and why: "2: WHY NOT"')
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(help="The answer to the question; TRIPWIRE=ANSWER where several tripwires ask"),
    ] = None,
    cites: Annotated[list[str] | None, typer.Option(help="What the reasons rest on, if they do not name it")] = None,
    dissent: Annotated[str, typer.Option(help="Who disagreed, and why")] = "",
    would_change: Annotated[str, typer.Option(help="Decline: what would change it")] = "",
    waits_for: Annotated[str, typer.Option(help="Defer: what it waits for; the reasons, if not given")] = "",
    without: Annotated[str, typer.Option(help="Why it is decided without a premortem, if there is none")] = "",
    saw: Annotated[int | None, typer.Option(help="The last decision you read, 0 for none; a later one refuses")] = None,
    minutes: Annotated[str, typer.Option(help="A member puts it to their body: what was said at the sitting")] = "",
    review: Review = None,
    by: By = None,
) -> None:
    """Decide: --act, --decline or --defer-to, with reasons that cite what they rest on. A body's member proposes."""
    kinds = [name for name, chosen in (("act", act), ("decline", decline), ("defer", defer_to is not None)) if chosen]
    if len(kinds) != 1:
        raise Misuse("A decision is one of --act, --decline and --defer-to DATE", todo="Give exactly one of them")
    dates = {
        "defer_to": parse_date(defer_to) if defer_to else None,
        "review_on": parse_date(review) if review else None,
    }
    if by:
        _there(number)
    actor = _actor(by, "decide")
    missing = [] if reasons.strip() else [Refused("A decision needs reasons", todo="Write what it rests on")]
    if review is None and kinds != ["defer"]:
        missing.append(Misuse("A decision says when it is looked at again", todo="Add --review DATE"))
    if decline and not would_change.strip():
        missing.append(Refused("A decision to decline says what would change it", todo="Add --would-change TEXT"))
    if kinds != ["defer"] and not reject and not reject_package and (act or _placed(number)):
        missing.append(
            Refused("A decision names an option that was not chosen", todo='Add --reject "ID: WHY NOT", or NOTHING')
        )
    if kinds != ["defer"] and not answer:
        missing.append(Refused("A decision answers the question of its warnings", todo="Add --answer TEXT"))
    if missing:
        # What is misused is told first; the rest of what is missing with it, so that nobody mends one fault at a time.
        first, *rest = sorted(missing, key=lambda fault: -fault.exit_code)
        todo = ". ".join([first.todo, *(f"{other.what}. {other.todo}" for other in rest)])
        raise type(first)(first.what, todo=todo)
    from tocsin.response.docket import acts

    words = {"options": option or [], "cites": cites or [], "dissent": dissent}
    words |= {"rejected": _rejected(reject or []), "answers": _answers(number, answer or [])}
    words |= {"package": package, "rejected_packages": _rejected(reject_package or [])}
    words |= {"kind": kinds[0], "reasons": reasons, "would_change": would_change, "waits_for": waits_for, "saw": saw}
    words |= {"without": without}
    if minutes:
        row, taken = acts.propose(context(), number, actor, minutes=minutes, **words, **dates)
        said = f"Decided by {row.body} at once." if taken else f"Put to {row.body}: it waits for assents."
        _tell(number, f"{said} No personal signature.", proposal=row.pk)
        return
    made = acts.decide(context(), number, actor, **words, **dates)
    _tell(
        number,
        f"Decided: item {number}, {kinds[0]}, by {actor.post}. "
        f"Recorded as the command line's act, with no personal signature.{_kept_without(made)}",
    )


def _kept_without(decision: Any) -> str:
    """Return in words what a decision was made without; empty when nothing was missing."""
    kept = getattr(decision, "without", None)
    if kept is None:
        return ""
    because = f", because {kept.because}" if kept.because else "; no reason was given"
    return f"\nKept with it: decided without ({'; '.join(kept.missing)}){because}"


def _rejected(words: list[str]) -> dict[str, str]:
    """Return what ``--reject "ID: WHY NOT"`` says, by option."""
    found = {}
    for word in words:
        option, colon, why = word.partition(":")
        if not colon:
            raise Misuse(
                f"{word!r} does not say why it was not chosen", todo=f'Write --reject "{word.strip()}: WHY NOT"'
            )
        name = option.strip().upper()
        found["NOTHING" if name in ("NOTHING", "DO NOTHING") else name] = why.strip()
    return found


def _answers(number: int, words: list[str]) -> dict[str, str]:
    """Return what ``--answer`` says, by tripwire; one that names no tripwire of the item answers its own question."""
    from tocsin.response.docket.models import Item
    from tocsin.response.docket.questions import OWN, asked

    keys = {question.key for question in asked(Item.objects.get(pk=number))}
    found = {}
    for word in words:
        key, _, rest = word.partition("=")
        named = key.strip() in keys
        found[key.strip() if named else OWN] = rest.strip() if named else word
    return found


def done(
    number: Number,
    commitment: Annotated[int, typer.Argument(help="Number of the commitment")],
    evidence: Annotated[str, typer.Option(help="What shows that it was done")],
    by: By = None,
) -> None:
    """Show that a commitment was carried out."""
    actor = _actor(by, "show a commitment done")
    from tocsin.response.docket import acts
    from tocsin.response.docket.models import Commitment

    if not Commitment.objects.filter(pk=commitment, item_id=number).exists():
        raise Refused(f"Item {number} has no commitment {commitment}", todo=f"See tocsin docket show {number}")
    acts.complete(context(), commitment, actor, evidence)
    _tell(number, f"Commitment {commitment} is shown to be done.")


def review(
    number: Number,
    reasons: Reasons,
    next_on: Annotated[str | None, typer.Option("--next", help="The day after that")] = None,
    found: Found = "",
    by: By = None,
) -> None:
    """Record that a decision was looked at again and stands. To change it, decide anew."""
    following = parse_date(next_on) if next_on else None
    actor = _actor(by, "review")
    from tocsin.response.docket import acts

    item = acts.review(context(), number, actor, reasons=reasons, review_on=following, found=found)
    _tell(number, f"Reviewed: the decision stands; looked at again on {item.review_on}.")


def close(number: Number, reasons: Reasons, found: Found = "", by: By = None) -> None:
    """Close an item that was decided, or that lapsed at the end of its ladder."""
    actor = _actor(by, "close")
    from tocsin.response.docket import acts

    acts.close(context(), number, actor, reasons=reasons, found=found)
    _tell(number, f"Item {number} is closed; its record stays.")


def tick(
    now: Annotated[str | None, typer.Option(help="Move the clocks to this time, on a drill (tocsin drill DIR)")] = None,
) -> None:
    """Move every clock: record what ran out, climb the ladder, deliver messages. Running it twice does no more."""
    moment = parse_time(now) if now else None
    ready()
    from tocsin.desk.watch import each_tick
    from tocsin.response.docket import heartbeats
    from tocsin.response.docket.tick import tick as move
    from tocsin.response.register import clock_moves
    from tocsin.response.register.people import cli_actor

    ctx, said = context(now=moment), ""
    if moment is not None:
        said = clock_moves.move(ctx, context().now(), cli_actor("operator").body())
    done = move(ctx)
    heartbeats.begin(ctx, "tick")
    heartbeats.beat(ctx, "tick", ticks=1, sent=done.messages)
    gaps = [{"gap": g.pk, "what": g.what, "owner": g.owner_post} for g in each_tick(ctx)]
    result = {"moved": done.moved, "lapses": done.lapses, "messages": done.messages, "waiting": done.waiting}
    result["gaps"] = gaps
    emit({**result, "clock": said or None}, lambda: "\n".join(filter(None, [said, _ticked(result)])))


def _ticked(result: dict[str, Any]) -> str:
    lines = [
        f"{len(result['moved'])} items moved, {len(result['lapses'])} clocks ran out, "
        f"{result['messages']} messages delivered."
    ]
    lines += [
        f"  item {m['item']} went from tier {m['from_tier']} to tier {m['to_tier']} at {m['at']}"
        for m in result["moved"]
    ]
    lines += [
        f"  item {la['item']}: {la['clock']} clock of {', '.join(la['posts']) or 'nobody asked'} ran out at {la['due']}"
        + (", published: the end of the ladder" if la["at_ceiling"] else "")
        for la in result["lapses"]
    ]
    lines += [f"  gap {g['gap']} for {g['owner']}: {g['what']}" for g in result["gaps"]]
    if result["waiting"]:
        lines.append(
            f"  {result['waiting']} messages could not be delivered; they are kept and tried again at the next tick."
        )
    return "\n".join(lines)
