"""``tocsin forecast``: ask people for probabilities, give one, say what came, see the record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.clock import parse_date, parse_time
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.numbers import percent

if TYPE_CHECKING:
    from tocsin.response.register.models import ForecastQuestion

group = typer.Typer(no_args_is_help=True, help="Forecasts by people: asked blind, kept, scored, pooled.")
By = Annotated[str, typer.Option("--by", help="The post you act under")]
Number = Annotated[int, typer.Argument(help="Number of the question")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="forecast")


@group.command()
def ask(  # noqa: PLR0917 - options of a command, named at the call
    place: Annotated[str, typer.Argument(help="ISO 3166 code of three letters, or a name")],
    until: Annotated[str, typer.Option(help="Until when numbers are given, as 2026-12-01T12:00Z")],
    by: By,
    onset: Annotated[bool, typer.Option("--onset", help="Ask what the model in force forecasts: an onset")] = False,
    statement: Annotated[str, typer.Option(help="What will have happened, in one sentence")] = "",
    horizon: Annotated[str, typer.Option(help="The last day on which it counts")] = "",
    rule: Annotated[str, typer.Option(help="What makes it true, and what does not")] = "",
    source: Annotated[str, typer.Option(help="Where that is looked up")] = "",
    resolver: Annotated[str, typer.Option(help="The post that says what came of it")] = "",
    base_rate: Annotated[str, typer.Option(help="How often such a thing came true before, as 0.04")] = "",
    base_rate_source: Annotated[str, typer.Option(help="What was counted for it, where, over which years")] = "",
    invite: Annotated[list[str] | None, typer.Option(help="A post, or post:username; none: whoever may assess")] = None,
    with_: Annotated[str, typer.Option("--with", help="What it comes with: round:3, technique:2")] = "",
    item: Annotated[int | None, typer.Option(help="The docket item it serves")] = None,
) -> None:
    """Ask for the probability of something that will have come true by a day, or not."""
    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.docket.models import Item
    from tocsin.response.register.forecasts import questions, subjects
    from tocsin.response.register.people import cli_actor

    ctx, place_id = _ctx(), find_place(place)
    if item is not None and not Item.objects.filter(pk=item, place_id=place_id).exists():
        raise Refused(f"There is no item {item} on {place_id}", todo="Leave --item out, or take its number")
    came_with = subjects.found(place_id, with_)
    more: dict[str, Any] = {
        "closes_at": parse_time(until), "invited": invite or [], "item": item,
        "about": came_with.kind if came_with else "", "about_id": came_with.key if came_with else None,
    }  # fmt: skip
    if onset:
        if statement or horizon or rule or source or resolver or base_rate:
            raise Misuse(
                "The question of onset has its statement, day, rule, source and base rate", todo="Leave them out"
            )
        made = questions.ask_onset(ctx, cli_actor(by), place_id, **more)
    else:
        made = questions.ask(
            ctx, cli_actor(by), place_id, statement=statement, horizon=parse_date(horizon), rule=rule, source=source,
            resolver=resolver, base_rate=base_rate, base_rate_source=base_rate_source, **more,
        )  # fmt: skip
    _show(ctx, made, f"Question {made.pk} is asked. Answer: tocsin forecast give {made.pk} P --by POST")


@group.command("list")
def list_(
    place: Annotated[str, typer.Argument(help="A place; none: all")] = "",
    *,
    open_: Annotated[bool, typer.Option("--open", help="Only those that may be answered now")] = False,
) -> None:
    """List questions, newest first, with their state and how many have answered."""
    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register.forecasts import questions, seen

    ctx = _ctx()
    rows = [seen.head(one, ctx.now()) for one in questions.of(find_place(place) if place else "")]
    rows = [r for r in rows if r["open"] or not open_]
    lines = [
        f"{r['question']:>4} {r['state']:9} {r['place_id']} {r['statement']} ({r['people']} answered)" for r in rows
    ]
    emit({"questions": rows}, "\n".join(lines) or "No question has been asked.")


@group.command()
def show(number: Number) -> None:
    """Show a question. Others' numbers, the pool and the model's come once you have given your own, or it is closed."""
    ready()
    from tocsin.response.register.forecasts import questions

    _show(_ctx(), questions.found(number), "")


@group.command()
def give(
    number: Number,
    p: Annotated[str, typer.Argument(help="0.12, 12% or 1 in 8; from .001 to .999")],
    by: By,
    why: Annotated[str, typer.Option(help="What speaks for it; a changed number needs it")] = "",
    saw_model: Annotated[str, typer.Option(help="Had you seen the model's number? yes, no or n/a")] = "no",
) -> None:
    """Give your probability. The words before it stay."""
    ready()
    from tocsin.response.register.forecasts import giving
    from tocsin.response.register.people import cli_actor

    ctx = _ctx()
    kept = giving.give(ctx, cli_actor(by), number, p, why=why, saw_model=saw_model)
    _show(ctx, kept.question, f"Kept as your number {kept.number}: {kept.p}. The ledger holds its seal.")


@group.command()
def end(
    number: Number,
    came: Annotated[str, typer.Argument(help="yes, no or void")],
    evidence: Annotated[str, typer.Option(help="On what, and where it can be read; void: why")],
    by: By,
    on: Annotated[str, typer.Option(help="Yes: the day from which it was true")] = "",
) -> None:
    """Say what came of a question, on evidence."""
    ready()
    from tocsin.response.register.forecasts import ending
    from tocsin.response.register.people import cli_actor

    ctx = _ctx()
    told = ending.tell(
        ctx, cli_actor(by), number, came=came, evidence=evidence, happened_on=parse_date(on) if on else None
    )
    _show(ctx, told.question, f"Question {number} ends: {told.came}.")


@group.command()
def withdraw(number: Number, why: Annotated[str, typer.Option(help="Why it is taken back")], by: By) -> None:
    """Take a question back before it closes. What was given to it stays, unscored."""
    ready()
    from tocsin.response.register.forecasts import ending
    from tocsin.response.register.people import cli_actor

    ctx = _ctx()
    _show(ctx, ending.withdraw(ctx, cli_actor(by), number, why).question, f"Question {number} is withdrawn.")


@group.command()
def record(
    by: By,
    person: Annotated[str, typer.Option(help="Whose record; none: your own")] = "",
    office: Annotated[str, typer.Option(help="The record of an office; with --person: what they gave under it")] = "",
) -> None:
    """Show a record: your own, one of your office as its head, any as oversight. There is no list of the best."""
    ready()
    from tocsin.response.register.forecasts import record as kept
    from tocsin.response.register.forecasts import rules
    from tocsin.response.register.people import cli_actor, hand

    actor = cli_actor(by)
    if office and not person:
        rules.may_see_office(actor, office).enforce()
        told, who = kept.of_office(office), f"Office {office}"
    else:
        whose = person or hand(actor.person, actor.os_user)
        rules.may_see_person(actor, whose, office).enforce()
        told, who = kept.of_hand(whose, office=office or None), whose
    emit({**told, "of": who, "pools": kept.pools_judged()}, lambda: _recorded(who, told))


@group.command("export")
def export_(
    file: Annotated[Path, typer.Argument(help="Where to write the CSV")],
    team: Annotated[str, typer.Option(help="The team, as the hub is to call it")] = "Our office",
    short: Annotated[str, typer.Option(help="Its short name: small letters, digits, _")] = "office",
    licence: Annotated[str, typer.Option(help="Terms under which the figures may be passed on")] = "CC BY 4.0",
) -> None:
    """Write closed forecasts of onset as the hub takes them: pseudonyms by office, and the metadata beside it."""
    ready()
    from tocsin.core.files import write_whole
    from tocsin.response.register.forecasts import exports

    text, rows = exports.as_hub(_ctx())
    beside = file.with_suffix(".yml")
    if beside == file:
        raise Misuse("The table is CSV; its metadata take .yml beside it", todo="Name FILE.csv")
    write_whole(file, text.encode())
    write_whole(beside, exports.METADATA.format(team=team, short=short, licence=licence).encode())
    emit(
        {"file": file, "metadata": beside, "rows": rows},
        f"{rows} rows: {file}. Then: tocsin hub submit {file} --metadata {beside} --from human",
    )


def _ctx() -> Context:
    """Return the context on the clock of this home: that of an exercise moves with its injects."""
    from dataclasses import replace

    from tocsin.response.register.drill import clock_of

    ctx = context()
    return replace(ctx, clock=clock_of(ctx.settings, ctx.clock))


def _show(ctx: Context, one: ForecastQuestion, said: str) -> None:
    import getpass

    from tocsin.response.register.forecasts import seen

    told = seen.view(ctx, one, getpass.getuser()[:60])
    emit(told, lambda: "\n".join(filter(None, [said, _text(told)])))


def _text(t: dict[str, Any]) -> str:
    lines = [f"{t['question']}. {t['place']}: {t['statement']} (by {t['horizon']})"]
    lines.append(f"   {t['state']}; numbers until {t['closes_at']}; told by {t['told_by']}; {t['people']} answered")
    lines += [f"   you, {m['number']}: {percent(m['p'])}, {m['words']} {m['why']}".rstrip() for m in t["mine"]]
    if t["shown"] is None:
        return "\n".join([*lines, f"   {t['blind']}."])
    for v in t["shown"]["voices"]:
        mark = " (yours)" if v["yours"] else " DISSENT" if v["dissent"] else ""
        lines.append(f"   {v['risk']}, {v['words']}{mark}: {v['why'] or 'no reason given'}")
    if pool := t["shown"]["pool"]:
        lines.append(f"   pool {pool['risk']}, {pool['words']}. {pool['said']}")
        lines.append(
            f"   from {percent(pool['low'])} to {percent(pool['high'])}; unmoved mean {percent(pool['plain'])}"
        )
    model, base = t["shown"]["model"], t["shown"]["base"]
    lines.append(f"   model {model['risk']}, run {model['run']}" if model else "   model: none speaks on this question")
    lines.append(f"   base rate {base['risk']}" if base else "   base rate: nobody gave one")
    if t["end"]:
        lines.append(f"   came: {t['end']['came']}. {t['end']['evidence']}")
    return "\n".join(lines)


def _recorded(who: str, told: dict[str, Any]) -> str:
    head = f"{who}: {told['forecasts']} numbers on {told['questions']} questions that have ended, {told['came']} came"
    if told["why"]:
        return f"{head}. No figure: {told['why']}."
    lines = [
        f"{head}.",
        f"  Brier {told['brier']:.3f} (first word {told['brier_first']:.3f}), log score {told['log']:.3f}",
    ]
    for name, v in told["versus"].items():
        lines.append(
            f"  {name}: {v['own']:.3f} against {v['other']:.3f} on {v['questions']}" if v["own"] is not None
            else f"  {name}: {v['questions']} questions, too few"
        )  # fmt: skip
    for b in told["bands"]:
        if b["n"]:
            low, high = b["interval"]
            stated, came = f"{percent(b['low'])} to {percent(b['high'])}", f"{percent(low)} to {percent(high)}"
            lines.append(f"  said {stated}: {b['came']} of {b['n']} came ({came})")
    return "\n".join(lines)
