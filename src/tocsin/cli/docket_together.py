"""``tocsin docket assent, dissent, recuse, reopen, block, …``: deciding together, and what becomes of a decision."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli.docket import By, Number, _actor, _tell
from tocsin.cli.output import context, emit, ready
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse

Why = Annotated[str, typer.Option(help="Why, in words")]
Option = Annotated[str, typer.Option(help="The option it is about")]
Day = Annotated[str, typer.Option(help="The day on which it was said")]
OFFICE = "The office, body or state; never a person"
EFFECT = 'A procedure, or "KIND: WHAT" with mandate, fund, actor or procedure'


def register(app: typer.Typer) -> None:
    """Add the commands to the docket's group."""
    group = next(g.typer_instance for g in app.registered_groups if g.name == "docket")
    assert group is not None
    for command in (assent, dissent, recuse, reopen, block, unblock, position, will, barriers, outcome, label, labels):
        group.command(command.__name__)(command)
    group.command("minutes")(minute)
    group.command("agenda")(agenda)


def assent(
    number: Number, reasons: Annotated[str, typer.Option(help="What to add, if anything")] = "", by: By = None
) -> None:
    """Say yes to what is before your body. The assent that makes the quorum decides."""
    actor = _actor(by, "assent")
    from tocsin.response.docket import acts

    row, taken = acts.assent(context(), number, actor, reasons=reasons)
    said = f"Decided: proposal {row.pk} has its quorum." if taken else f"{actor.post} assents to proposal {row.pk}."
    _tell(number, f"{said} No personal signature.", proposal=row.pk)


def dissent(number: Number, reasons: Why, by: By = None) -> None:
    """Say no, with reasons: to what is before your body, else to the decision in force. Kept for good."""
    actor = _actor(by, "dissent")
    from tocsin.response.docket import acts

    row, decision = acts.dissent(context(), number, actor, reasons=reasons)
    to = f"proposal {row.pk}" if row else f"decision {decision.pk if decision else ''}"
    _tell(number, f"{actor.post} dissents from {to}. Kept with it, without a personal signature.")


def recuse(
    number: Number,
    reasons: Why,
    post: Annotated[str, typer.Option(help="As the operator: the post to recuse")] = "",
    person: Annotated[str, typer.Option(help="As the operator: the account; everybody who holds it if left out")] = "",
    by: By = None,
) -> None:
    """Take no part in an item. The duty goes to another post, or up; the decision clock runs on."""
    actor = _actor(by, "recuse")
    from tocsin.response.docket import acts

    row, item = acts.recuse(context(), number, actor, reasons=reasons, post=post, person=person)
    _tell(number, f"{row.recused_post} is recused; the item is with {item.owner_post} at tier {item.tier}.")


def reopen(number: Number, reasons: Why, by: By = None) -> None:
    """Ask a closed question again: a new item that follows it. The old one keeps its decisions and lapses."""
    actor = _actor(by, "reopen")
    from tocsin.response.docket import acts

    item = acts.reopen(context(), number, actor, reasons=reasons)
    _tell(item.pk, f"Item {number} is reopened as item {item.pk}.", item=item.pk)


def block(  # noqa: PLR0917 - Typer reads the parameters
    number: Number,
    type_: Annotated[str, typer.Option("--type", help="cannot (capability), will_not (will) or may_not (law)")],
    kind: Annotated[str, typer.Option(help="political, institutional or operational")],
    actor_: Annotated[str, typer.Option("--actor", help=OFFICE)],
    why: Why,
    evidence: Annotated[str, typer.Option(help="What shows it")],
    workaround: Annotated[str, typer.Option(help="What could be done instead, or what would change it")],
    option: Option = "",
    commitment: Annotated[int | None, typer.Option(help="The commitment it blocks")] = None,
    by: By = None,
) -> None:
    """Record why an option or a commitment is blocked. The type is mandatory."""
    actor = _actor(by, "record a barrier")
    from tocsin.response.docket import acts

    said = {"type": type_, "sphere": kind, "by": actor_, "why": why, "evidence": evidence, "workaround": workaround}
    row = acts.block(context(), number, actor, option=option, commitment=commitment, **said)
    _tell(number, f"Barrier {row.pk} is recorded.", barrier=row.pk)


def unblock(
    number: Number,
    barrier: Annotated[int, typer.Argument(help="Number of the barrier")],
    evidence: Annotated[str, typer.Option(help="What shows that it is gone")],
    by: By = None,
) -> None:
    """Record that a barrier is gone. It stays in the record."""
    actor = _actor(by, "lift a barrier")
    from tocsin.response.docket import acts

    acts.lift(context(), number, actor, barrier=barrier, evidence=evidence)
    _tell(number, f"Barrier {barrier} is lifted.")


def position(  # noqa: PLR0917 - Typer reads the parameters
    number: Number,
    actor_: Annotated[str, typer.Option("--actor", help=OFFICE)],
    stance: Annotated[str, typer.Option(help="for, against or conditional")],
    says: Annotated[str, typer.Option(help="The statement, quoted")],
    source: Annotated[str, typer.Option(help="Where it can be read")],
    on: Day,
    option: Option = "",
    by: By = None,
) -> None:
    """Record what an office, body or state said in public about an item's options."""
    actor = _actor(by, "record a position")
    from tocsin.response.docket import acts

    words = {"by": actor_, "stance": stance, "statement": says, "source": source, "said_on": parse_date(on)}
    acts.position(context(), number, actor, option=option, **words)
    _tell(number, f"The position of {actor_} is recorded.")


def will(number: Number) -> None:
    """Show which barriers are capability, which are will, which are law, who can act, and who said what."""
    ready()
    from tocsin.response.docket import will as mapped

    found = mapped.of_item(number, context().now())
    emit(found, lambda: _will(found))


def _will(found: dict[str, Any]) -> str:
    from tocsin.response.docket.will import in_words as mapped_words

    lines = [found["question"], ""]
    for means in ("capability", "will", "law"):
        rows = found[means]
        lines.append(f"{means}: {len(rows) or 'nothing recorded'}")
        lines += [
            f"  {b['id']} {b['option'] or 'commitment ' + str(b['commitment'])}, {b['by']} ({b['kind']}): {b['why']} "
            f"Evidence: {b['evidence']} Way around: {b['workaround']}"
            for b in rows
        ]
    for one in found["who_can_act"]:
        lines.append(f"can act on {one['option']}: {'; '.join(one['actors'])} ({one['basis']})")
        lines += [f"  way around {w['blocked']}: {mapped_words(w)} ({w['basis']})" for w in one["ways_around"]]
        lines += [
            f"  {p['id']} {p['body']}: {p['procedure']}, begun by {p['initiator']}"
            + (f"; can be blocked: {p['veto_or_block']}" if p["can_be_blocked"] else "")
            for p in one["procedures"]
        ]
    lines += [
        f"{p['by']}, {p['said_on']}, {p['stance']}: “{p['statement']}” ({p['source']})" for p in found["positions"]
    ]
    return "\n".join(lines)


def barriers() -> None:
    """Show how the types of barrier share each month, and how many are political, institutional, operational."""
    ready()
    from tocsin.response.docket import will as mapped

    found = mapped.shares()
    lines = [
        f"{m['month']}: {m['n']} recorded; cannot {m['cannot_pct']}%, will not {m['will_not_pct']}%, "
        f"may not {m['may_not_pct']}%"
        for m in found["months"]
    ]
    emit(found, "\n".join(lines) or "No barrier is recorded yet. Record one: tocsin docket block NUMBER …")


def outcome(  # noqa: PLR0917 - Typer reads the parameters
    number: Number,
    came: Annotated[str, typer.Option(help="onset, no_onset or no_onset_acted")],
    evidence: Annotated[str, typer.Option(help="What shows it")],
    cause: Annotated[str, typer.Option(help="After action: what is claimed to have prevented it")] = "",
    confidence: Annotated[str, typer.Option(help="After action: high, moderate or low")] = "",
    by: By = None,
) -> None:
    """Record what came after a closed item. A later record corrects; none is changed."""
    actor = _actor(by, "record an outcome")
    from tocsin.response.docket import acts

    words = {"came": came, "evidence": evidence, "claimed_cause": cause, "confidence": confidence}
    row = acts.outcome(context(), number, actor, **words)
    _tell(number, f"Outcome: {row.get_came_display()}.")


def label(  # noqa: PLR0917 - Typer reads the parameters
    place: Annotated[str, typer.Argument(help="Three letters, as in SDN, or the name")],
    term: Annotated[str, typer.Argument(help="The label, as in genocide; tocsin docket labels lists them")],
    actor_: Annotated[str, typer.Option("--actor", help=OFFICE)],
    document: Annotated[str, typer.Option(help="The document it stands in")],
    on: Day,
    applied: Annotated[bool, typer.Option("--applied", help="They used it")] = False,
    avoided: Annotated[bool, typer.Option("--avoided", help="They used other words: give --words")] = False,
    words: Annotated[str, typer.Option(help="The words used")] = "",
    opened: Annotated[list[str] | None, typer.Option(help=EFFECT)] = None,
    closed: Annotated[list[str] | None, typer.Option(help=EFFECT)] = None,
    by: By = None,
) -> None:
    """Record that somebody called the violence in a place by a name, or avoided it. Tocsin itself calls it nothing."""
    if applied == avoided:
        raise Misuse("A label was applied or avoided", todo="Give exactly one of --applied and --avoided")
    actor = _actor(by, "record a label")
    from tocsin.response.docket import acts
    from tocsin.response.docket.will import labels_of

    said = {"term": term, "use": "applied" if applied else "avoided", "by": actor_, "document": document}
    row = acts.label(
        context(), place, actor, said_on=parse_date(on), words=words, opened=opened or [], closed=closed or [], **said
    )
    rows = labels_of(row.place_id)
    emit({"place_id": row.place_id, "labels": rows}, lambda: "\n".join(_said(r) for r in rows))


def labels(
    place: Annotated[str, typer.Argument(help="Three letters, or the name; left out, the labels there are")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, to export")] = False,
) -> None:
    """Show or export the label history of a place: who called it what, or avoided to, and what followed."""
    ready()
    from tocsin.catalog.geography.lookup import meant
    from tocsin.catalog.labels import labels as known
    from tocsin.response.docket.will import as_csv as csv_of
    from tocsin.response.docket.will import labels_of

    if not place:
        names = {n.id: n.name for n in known().values()}
        emit({"labels": names}, "\n".join(f"{i}: {name}" for i, name in names.items()))
        return
    place_id = meant(place)
    rows = labels_of(place_id)
    text = csv_of(rows) if as_csv else "\n".join(_said(r) for r in rows)
    emit({"place_id": place_id, "labels": rows}, text or f"No label is recorded for {place_id} yet.")


def _said(row: dict[str, Any]) -> str:
    if row["use"] == "applied":
        said = f"{row['said_on']}: {row['by']} called it {row['name']}"
    else:
        said = f"{row['said_on']}: {row['by']} avoided {row['name']} and said “{row['words']}”"
    effects = [f"{e['does']} {e['kind']}: {e['what']}" for e in row["opened"] + row["closed"]]
    return f"{said} ({row['document']})" + (f"; {'; '.join(effects)}" if effects else "")


def minute(
    body: Annotated[str, typer.Argument(help="The body")],
    minutes: Annotated[str, typer.Option(help="What was said, and by which seat")],
    on: Annotated[str, typer.Option(help="The day of the sitting; today, if not given")] = "",
    by: By = None,
) -> None:
    """Keep the minutes of a body's sitting, with its agenda as it stands."""
    actor = _actor(by, "keep minutes")
    from tocsin.response.docket import acts

    row = acts.minute(context(), body, actor, minutes=minutes, held_on=parse_date(on) if on else None)
    emit({"body": body, "held_on": str(row.held_on), "agenda": row.agenda}, f"Kept: {body}, {row.held_on}.")


def agenda(body: Annotated[str, typer.Argument(help="The body")]) -> None:
    """Show what awaits a body, its minutes and its action items."""
    ready()
    from tocsin.response.docket import sitting

    found = sitting.of_body(context(), body)
    lines = [f"{found['title']}: {found['quorum']} of {len(found['members'])} members decide."]
    lines += [f"  item {i['id']}, {i['about']}: decide by {i['decision_due']}" for i in found["agenda"]]
    lines += [f"  action {c['id']}: {c['what']}, {c['post']}, by {c['due']}, {c['state']}" for c in found["actions"]]
    lines += [f"  minutes of {m['held_on']}: {m['text']}" for m in found["minutes"]]
    emit(found, "\n".join(lines))
