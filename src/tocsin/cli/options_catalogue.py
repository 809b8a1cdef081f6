"""``tocsin options list`` and what stands beside it: the catalogue itself, its coverage, and proposals to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.errors import Misuse

if TYPE_CHECKING:
    from tocsin.catalog.evidence import Evidence
    from tocsin.catalog.rows import Option
    from tocsin.response.register.people import Actor

By = Annotated[str, typer.Option("--by", help="The post you act under; tocsin people list names the posts.")]
Number = Annotated[int, typer.Argument(help="The number of a proposal.")]
MOST_BYTES = 1_000_000


def register(app: typer.Typer) -> None:
    """Add the commands to the options' group."""
    group = next(g.typer_instance for g in app.registered_groups if g.name == "options")
    assert group is not None
    for command in (show, coverage, propose, proposals, review, publish, withdraw):
        group.command(command.__name__)(command)
    group.command("list")(listing)


def listing(  # noqa: PLR0917 - Typer reads the parameters
    find: Annotated[str, typer.Argument(help="Words that must all stand in it.")] = "",
    phase: Annotated[str, typer.Option("--phase", help="upstream | imminent | ongoing | aftermath")] = "",
    instrument: Annotated[str, typer.Option("--instrument", help="Only this kind of instrument.")] = "",
    coercive: Annotated[str, typer.Option("--coercive", help="no | yes-mild | yes")] = "",
    actor: Annotated[str, typer.Option("--actor", help="Who has the authority: words of it.")] = "",
    factor: Annotated[str, typer.Option("--factor", help="A risk factor it addresses, as RF8.")] = "",
    strategy: Annotated[str, typer.Option("--strategy", help="dissuade | degrade | protect | transition")] = "",
    grade: Annotated[str, typer.Option("--grade", help="A grade of evidence, as it holds now.")] = "",
    lead_under: Annotated[int | None, typer.Option("--lead-under", help="First effect within so many days.")] = None,
) -> None:
    """List options: who may, how fast, on what evidence, at what risk. --lead-under is about the fast end."""
    ready()
    from tocsin.catalog.library import library
    from tocsin.options.listing import Wanted, chosen

    wanted = Wanted(find, phase, instrument, coercive, actor, factor.upper(), strategy, grade, lead_under)
    whole = library()
    found = [(o, _evidence(o)) for o in chosen(whole, wanted)]
    emit(
        {"wanted": wanted.filled, "options": [_object(o, e) for o, e in found], "of": len(whole.options)},
        lambda: _list(found, len(whole.options)),
    )


def show(option_id: Annotated[str, typer.Argument(help="The id of an option, as D05.")]) -> None:
    """Show one option: for, against and unknown, what it needs, whom it may harm, studies counted."""
    ready()
    option = _option(option_id)
    evidence = _evidence(option)
    emit(_object(option, evidence), lambda: _whole(option, evidence))


def coverage(
    factor: Annotated[str, typer.Option("--factor", help="Only this risk factor.")] = "",
    phase: Annotated[str, typer.Option("--phase", help="Only this phase.")] = "",
    instrument: Annotated[str, typer.Option("--instrument", help="Only this instrument.")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print every cell as CSV.")] = False,
) -> None:
    """Count the options for each risk factor, phase and instrument, and list the cells that are empty."""
    ready()
    from tocsin.catalog.library import library
    from tocsin.options.coverage import matrix
    from tocsin.options.listing import Wanted, checked

    whole = library()
    checked(Wanted(factor=factor.upper(), phase=phase, instrument=instrument), whole)
    found = matrix(whole, factor=factor.upper(), phase=phase, instrument=instrument)

    def text() -> str:
        if as_csv:
            return found.as_csv().rstrip("\n")
        lines = [f"{len(found.cells)} cells, {len(found.empty)} of them empty."]
        lines += [
            f"  {c.factor:<5} {c.phase:<9} {c.instrument:<24} {len(c.options) or 'empty'}"
            + (f" ({c.not_coercive} not coercive): {', '.join(c.options)}" if c.options else "")
            for c in found.cells
        ]
        return "\n".join([*lines, f"{found.as_dict()['note']}."])

    emit(found.as_dict(), text)


def propose(  # noqa: PLR0917 - Typer reads the parameters
    file: Annotated[Path | None, typer.Argument(help="A JSON file with the fields of the option.")] = None,
    why: Annotated[str, typer.Option("--why", help="Why the catalogue needs it.")] = "",
    option: Annotated[str, typer.Option("--option", help="The option it changes; without it, a new one.")] = "",
    follows: Annotated[int | None, typer.Option("--follows", help="A rejected proposal it answers.")] = None,
    contributor: Annotated[str, typer.Option("--from", help="On whose behalf it is brought in.")] = "",
    credit: Annotated[str, typer.Option("--credit", help="The name to be credited, as they wish it.")] = "",
    consent: Annotated[bool, typer.Option("--consent", help="They consented to being named.")] = False,
    template: Annotated[bool, typer.Option("--template", help="Print the fields to fill in.")] = False,
    by: By = "",
) -> None:
    """Propose an option, or a change to one, from a file; --template prints the fields, of --option ID or empty."""
    from tocsin.response.register.catalogue import content as fields

    if template:
        ready()
        filled = fields.template(_option(option) if option else None)
        emit({"fields": filled}, json.dumps(filled, ensure_ascii=False, indent=1))
        return
    if file is None:
        raise Misuse("Name a file", todo="tocsin options propose --template > option.json writes one to fill in")
    who = _actor(by)
    from tocsin.response.register.catalogue import proposals as room

    row = room.propose(
        context(),
        _fields(file),
        why=why,
        actor=who,
        option_id=option,
        follows=follows,
        contributor=contributor,
        credit=credit,
        may_credit=consent,
    )
    emit(
        {"proposal": row.pk, "ledger_seq": row.ledger_seq},
        f"Proposal {row.pk} awaits two reviews, ledger entry {row.ledger_seq}.",
    )


def proposals(
    number: Annotated[int | None, typer.Argument(help="One proposal, with its reviews.")] = None,
    state: Annotated[str, typer.Option("--state", help="Only those that stand so.")] = "",
) -> None:
    """List proposals and how each stands, or show one with what it changes and what its reviewers said."""
    ready()
    from tocsin.response.register.catalogue import show as told

    if number is not None:
        row = told.one(number)
        emit(row, lambda: _proposal(row))
        return
    rows = told.listing(state=state)
    lines = [f"{r['proposal']:>4} {r['state']:<16} {r['option'] or 'new':<5} {r['name']}" for r in rows]
    emit({"proposals": rows}, lambda: "\n".join([f"{len(rows)} proposals.", *lines]))


def review(
    number: Number,
    verdict: Annotated[str, typer.Option("--verdict", help="accept | reject")],
    reasons: Annotated[str, typer.Option("--reasons", help="Why, and why this grade.")],
    grade: Annotated[str, typer.Option("--grade", help="The grade of its evidence, when accepted.")] = "",
    by: By = "",
) -> None:
    """Review a proposal. Two reviews of one verdict settle it, by two posts and two hands, neither the proposer's."""
    who = _actor(by)
    from tocsin.response.register.catalogue import proposals as room

    room.review(context(), number, who, verdict=verdict, reasons=reasons, grade=grade)
    state = room.standing(room.found(number))["state"]
    emit({"proposal": number, "state": state}, f"Proposal {number}: {state}.")


def publish(number: Number, by: By = "") -> None:
    """Put an accepted proposal into the catalogue of this home; what ships is not changed."""
    who = _actor(by)
    from tocsin.response.register.catalogue import proposals as room

    row = room.publish(context(), number, who)
    emit(
        {"option": row.option_id, "version": row.version, "proposal": number, "ledger_seq": row.ledger_seq},
        f"{row.option_id} is in the catalogue of this home, version {row.version}, ledger entry {row.ledger_seq}.",
    )


def withdraw(
    option_id: Annotated[str, typer.Argument(help="The id of an option this home published.")],
    why: Annotated[str, typer.Option("--why", help="Why it is taken back.")],
    by: By = "",
) -> None:
    """Take back the newest version of an option of this home; the one before it, or what ships, stands again."""
    who = _actor(by)
    from tocsin.response.register.catalogue import proposals as room

    row = room.take_back(context(), option_id, who, why=why)
    emit(
        {"option": option_id, "version": row.publication.version, "ledger_seq": row.ledger_seq},
        f"Version {row.publication.version} of {option_id} is taken back.",
    )


def _actor(by: str) -> Actor:
    if not by:
        raise Misuse("To act here you act under a post", todo="Add --by POST; tocsin people list names the posts")
    ready()
    from tocsin.response.register.people import cli_actor

    return cli_actor(by)


def _option(option_id: str) -> Option:
    from tocsin.catalog.library import library

    found = library().options.get(option_id)
    if found is None:
        raise Misuse(f"There is no option {option_id!r} in the catalogue", todo="See tocsin options list")
    return found


def _evidence(option: Option) -> Evidence:
    from tocsin.catalog.evidence import evidence_of
    from tocsin.response.register.catalogue import counts

    return evidence_of(option, counts.loaded(context().settings))


def _fields(file: Path) -> dict[str, Any]:
    """Read a proposal's file. Raises Misuse when it is none."""
    if not file.is_file() or file.stat().st_size > MOST_BYTES:
        raise Misuse(f"{file} is no file that can be read", todo="Name a JSON file of at most a megabyte")
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError):
        found = None
    if not isinstance(found, dict):
        raise Misuse("The file is not one JSON object", where=str(file), todo="See tocsin options propose --template")
    return dict(found)


def _object(option: Option, evidence: Evidence) -> dict[str, Any]:
    plain = option.model_dump(mode="json", exclude={"cited"})
    marks = {"verified": option.verified, "basis_label": option.basis_label, "review_status": option.review_status}
    return {**plain, **marks, "requires": list(option.requires), "evidence": evidence.as_dict()}


def _list(found: list[tuple[Option, Evidence]], of: int) -> str:
    lines = [f"{len(found)} of {of} options."]
    for o, e in found:
        days = f"{o.lead_days_min}-{o.lead_days_max} days"
        lines += [
            f"{o.id} {o.name}  [{o.instrument}; {', '.join(o.phase)}; coercive: {o.coercive}]",
            f"    Authority: {'; '.join(o.actors_with_authority)}. First effect in {days} (a planning estimate)",
            f"    Evidence {e.grade}: {e.text}{_counted(e)}",
            f"    Known harm: {'; '.join(o.known_risks)}",
            *(f"    GRADE LOWERED from {e.stated_grade}: {why}" for why in e.lowered_because),
        ]
    return "\n".join(lines if found else [*lines, "Nothing is like that: ask for less, or propose what is missing."])


def _counted(e: Evidence) -> str:
    return "".join(f"; {x.outcome.partition(':')[0]}: {_three(x.for_, x.against, x.mixed)}" for x in e.effects)


def _three(for_: int, against: int, mixed: int) -> str:
    return f"{for_} for, {against} against, {mixed} mixed"


def _whole(o: Option, e: Evidence) -> str:
    needs = [o.needs_people, o.needs_kit, o.needs_access]
    cited = [f"  {c.finds}: {c.title}, {c.source}: {c.says}{f' [{why}]' if why else ''}" for c, why in e.cited]
    lines = [
        f"{o.id} {o.name}  [{o.instrument}; {', '.join(o.phase)}; coercive: {o.coercive}; {o.basis_label}]",
        f"Meant to work so: {o.mechanism or 'not written down'}",
        f"Authority: {'; '.join(o.actors_with_authority)}. Procedures: {', '.join(o.procedures) or 'none listed'}",
        f"Needs first: {'; '.join(o.preconditions)}",
        f"Takes: {'; '.join(n for n in needs if n) or 'not known'}; money: {o.needs_money or 'not known'}",
        f"First effect in {o.lead_days_min}-{o.lead_days_max} days (a planning estimate)",
        f"Evidence {e.grade} ({e.grade_words}): {e.text}{_counted(e)}",
        f"  {e.basis}.",
        *(f"  GRADE LOWERED from {e.stated_grade}: {why}" for why in e.lowered_because),
        *cited,
        *(f"  did more with: {f.factor} ({_three(f.more, f.less, f.mixed)})" for f in e.helped_by),
        *(f"  did less with: {f.factor} ({_three(f.more, f.less, f.mixed)})" for f in e.hindered_by),
        f"Known harm: {'; '.join(o.known_risks)}. May harm: {'; '.join(o.may_harm) or 'not known'}",
        f"Tried: {'; '.join(o.historical_cases) or 'no case is named'}",
        f"Review: {o.review_status}" + (f"; version {o.version}, by {o.credit}" if o.origin == "home" else ""),
        "What worked elsewhere may not work here: this is what is known, and no advice.",
    ]
    return "\n".join(lines)


def _proposal(row: dict[str, Any]) -> str:
    lines = [
        f"Proposal {row['proposal']}: {row['state']}. {row['name']} ({row['option'] or 'a new option'})",
        f"Why: {row['why']}",
        *(f"  {c['field']}: {c['before'] if c['before'] is not None else '-'} -> {c['after']}" for c in row["changes"]),
        *(f"  {r['verdict']} by {r['post']}{_with_grade(r)}: {r['reasons']}" for r in row["reviews"]),
        f"Next: {row['next']}",
    ]
    return "\n".join(lines)


def _with_grade(review: dict[str, Any]) -> str:
    return f", grade {review['grade']}" if review["grade"] else ""
