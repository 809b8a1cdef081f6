"""``tocsin directive``: which mandate is in force, what it says, whether one holds together, and changing it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.core.clock import iso
from tocsin.core.errors import Misuse

if TYPE_CHECKING:
    from tocsin.catalog.directive import Directive
    from tocsin.catalog.directive.arrival import Proof
    from tocsin.catalog.directive.places import Fault
    from tocsin.catalog.directive.shelf import Copy
    from tocsin.core.context import Context
    from tocsin.response.docket.adoption import Effects

NameOrFile = Annotated[str, typer.Argument(help="A shipped name (default, coalition), a version, or a file")]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="The mandate made executable: who answers, by when, by whose leave.")
    group.command("list")(listing)
    group.command("show")(show)
    group.command("copy")(copy)
    group.command("check")(check)
    group.command("effects")(effects)
    group.command("adopt")(adopt)
    group.command("withdraw")(withdraw)
    group.command("restore")(restore)
    app.add_typer(group, name="directive")


def listing() -> None:
    """List the directives there are: those that ship, those adopted here, which is in force, which waits."""
    ready()
    from tocsin.catalog import directive
    from tocsin.response.docket import adoption
    from tocsin.response.register.models_directive import Adoption, Withdrawal

    force = directive.current().version
    known = {c.version: {"name": c.name, "version": c.version, "where": c.where} for c in directive.shipped()}
    for row in Adoption.objects.order_by("id"):
        known[row.version] = {
            "name": row.name,
            "version": row.version,
            "where": f"directives/{row.version}.yml, adopted",
        }
    coming = {row.version: iso(row.from_at) for row in adoption.waiting()}
    back = {row.adoption.version: iso(row.at) for row in Withdrawal.objects.select_related("adoption").order_by("id")}
    rows = [
        {**row, "in_force": v == force, "from": coming.get(v), "withdrawn": back.get(v) if v not in coming else None}
        for v, row in known.items()
    ]
    emit({"in_force": force, "directives": rows}, lambda: "\n".join(map(_row, rows)))


def _row(row: dict[str, Any]) -> str:
    """Return one directive as a line."""
    mark = "in force" if row["in_force"] else f"from {row['from']}" if row["from"] else ""
    mark = mark or (f"taken back {row['withdrawn']}" if row["withdrawn"] else "")
    return f"{row['name']:12} {row['version']:20} {mark:26} {row['where']}".rstrip()


def show(name_or_file: NameOrFile = "") -> None:
    """Show the ladder of a directive: each rung with its clock and the authority behind it. With --json all of it."""
    from tocsin.catalog import directive
    from tocsin.catalog.basis import basis_label

    rules = directive.parse(*directive.find(name_or_file)[2:]) if name_or_file else directive.current()
    today = context().now().date()

    def text() -> str:
        lines = [f"{rules.organisation}", f"Directive {rules.name}, version {rules.version}", ""]
        for tier in rules.tiers:
            lines.append(f"tier {tier.tier}  {rules.post(tier.owner).title}: {tier.hours} h, owes {tier.owes}")
            lines.append(f"        silence: {tier.if_silent}")
            for one in (rules.authority(a) for a in tier.authority):
                said = f"{one.standing(today)}; {basis_label(one.basis)}"
                lines.append(f"        by {one.title} ({one.reference}): {said}")
        return "\n".join(lines)

    emit(rules.model_dump(mode="json", by_alias=True), text)


def copy(
    name: Annotated[str, typer.Argument(help="The one to copy: a shipped name (default, coalition) or a version")],
    file: Annotated[Path, typer.Argument(help="The new file; it must not be there yet")],
) -> None:
    """Copy a shipped directive to a file, to make one of your own."""
    from tocsin.catalog import directive
    from tocsin.core.files import write_whole

    found = directive.find(name)
    if file.exists():
        raise Misuse(f"There is a file {file} already", todo="Choose another name; nothing was overwritten")
    if not file.parent.is_dir():
        raise Misuse(f"There is no folder {file.parent}", todo="Make it, or choose another")
    write_whole(file, found.text.encode(), replace=False)
    said = f"{file} is a copy of version {found.version}. Give it a name and a version of its own, then check it."
    emit({"file": str(file), "from": found.version}, said)


Check = Callable[["Context", "Copy", "Directive | None"], "list[Fault]"]


def _lint(ctx: Context, copy: Copy, rules: Directive | None) -> list[Fault]:
    """Return what the linter finds in a file."""
    from tocsin.catalog import directive

    return directive.examine(copy.text, copy.where, on=ctx.now().date()).faults


CHECKS: list[Check] = [_lint]
"""What ``tocsin directive check`` asks, in this order. ``rules`` is None when the file would be refused already."""


def check(
    name_or_file: NameOrFile = "",
    ways: Annotated[bool, typer.Option("--ways", help="Show by which way an item arrives without each node")] = False,
    live: Annotated[bool, typer.Option("--live", help="Prove it on the people and contacts of this register")] = False,
) -> None:
    """Check a directive; every fault has its file, its line and what to do. Exit code 1 when it would be refused.

    It proves for every post that without any one person, office, post or channel an item still arrives.
    """
    from tocsin.catalog import directive
    from tocsin.catalog.directive import arrival
    from tocsin.catalog.directive.places import Fault

    found = directive.find(name_or_file or directive.current().version)
    examined = directive.examine(found.text, found.where)
    rules = None if examined.refusals else examined.rules
    faults = [fault for one in CHECKS for fault in one(context(), found, rules)]
    proofs = _proofs(rules, live=live) if rules else []
    faults += [
        Fault(
            found.where,
            1,
            f"without the {node} only the published lapse is left of what goes to the post {proof.post}",
            "Give it a way by other people" if live else "Name a deputy in another office, or have people stand by",
            # The directive names no people: what it leaves to them is told. What the register lacks is refused.
            warning=not live,
        )
        for proof in proofs
        for node in proof.broken
    ]
    refused = [f for f in faults if not f.warning]

    def text() -> str:
        said = [f.sentence() for f in faults] + (arrival.lines(proofs) if ways or live else [])
        verdict = "refused" if refused else "holds together"
        count = f"{len(refused)} faults, {len(faults) - len(refused)} warnings"
        return "\n".join([*said, f"{found.where}: {verdict}; {count}."])

    rows = [f.as_dict() for f in faults]
    emit(
        {
            "file": found.where,
            "version": found.version,
            "holds": not refused,
            "faults": rows,
            "arrival": [p.as_dict() for p in proofs],
        },
        text,
    )
    if refused:
        raise typer.Exit(1)


def _proofs(rules: Directive, *, live: bool) -> list[Proof]:
    """Return for every post what is left without each node: by the directive alone, or on the register as it is."""
    from tocsin.catalog.directive import arrival

    if not live:
        return arrival.prove(rules)
    ready()
    from tocsin.response.docket import paths

    return paths.live(context(), rules)


Successor = Annotated[
    list[str] | None,
    typer.Option("--successor", help="OLD=NEW: the post NEW takes over what OLD owes; may be given again and again"),
]


def effects(name_or_file: NameOrFile, successor: Successor = None) -> None:
    """Show what another directive would change here: open items, posts and what they owe, clocks. Changes nothing."""
    ready()
    from tocsin.catalog import directive
    from tocsin.response.docket import adoption

    found = directive.find(name_or_file)
    told = adoption.effects(directive.parse(found.text, found.where), _successors(successor))
    emit(told.as_dict(), lambda: _effects(told))


def adopt(
    name_or_file: NameOrFile,
    by: Annotated[str, typer.Option("--by", help="The post you act under")],
    from_day: Annotated[str, typer.Option("--from", help="The day it takes effect (UTC); without it, now")] = "",
    successor: Successor = None,
    reasons: Annotated[str, typer.Option("--reasons", help="Why, for the record")] = "",
) -> None:
    """Adopt a directive for this data folder. Open items run on under their own version; no duty is orphaned."""
    ready()
    from tocsin.catalog import directive
    from tocsin.core.clock import parse_date
    from tocsin.response.docket import adoption, clocks
    from tocsin.response.register import people

    ctx = context()
    people.ensure_operator(ctx)
    from_at = clocks.start_of_day(parse_date(from_day)) if from_day else None
    done = adoption.adopt(
        ctx,
        directive.find(name_or_file),
        people.cli_actor(by),
        from_at=from_at,
        successors=_successors(successor),
        reasons=reasons,
    )
    row = done.adoption
    since = "is in force" if done.in_force else f"takes effect on {iso(row.from_at)}"
    emit(
        {
            "version": row.version,
            "sha256": row.sha256,
            "from": iso(row.from_at),
            "in_force": done.in_force,
            "ledger": row.ledger_seq,
            "effects": done.effects.as_dict(),
        },
        lambda: f"{_effects(done.effects)}\n\nVersion {row.version} {since}; ledger entry {row.ledger_seq}.",
    )


def withdraw(
    version: Annotated[str, typer.Argument(help="The version whose adoption waits for its day")],
    by: Annotated[str, typer.Option("--by", help="The post you act under")],
    reasons: Annotated[str, typer.Option("--reasons", help="Why, for the record")] = "",
) -> None:
    """Take back an adoption that waits for its day. What is in force stays until another is adopted."""
    ready()
    from tocsin.response.docket import adoption
    from tocsin.response.register import people

    ctx = context()
    row = adoption.withdraw(ctx, version, people.cli_actor(by), reasons=reasons)
    said = f"The adoption of version {version} is taken back; ledger entry {row.ledger_seq}."
    emit({"version": version, "withdrawn": iso(row.at), "reasons": row.reasons, "ledger": row.ledger_seq}, said)


def restore() -> None:
    """Put the adopted directives back into the data folder as the register has them, after a file there was changed."""
    ready(mandate=False)
    from tocsin.response.register import mandate

    written = mandate.agree(context().settings, restore=True)
    said = (
        f"Written again: {', '.join(written)}." if written else "Nothing to put back: every file is what was adopted."
    )
    emit({"written": written}, said)


def _successors(given: list[str] | None) -> dict[str, str]:
    """Return what ``--successor OLD=NEW`` says. Raises Misuse on anything else."""
    found = {}
    for one in given or []:
        old, sign, new = one.partition("=")
        if not (old and sign and new):
            raise Misuse(f"{one!r} names no successor", todo="Write --successor OLD=NEW, two posts")
        found[old.strip()] = new.strip()
    return found


def _effects(told: Effects) -> str:
    """Return effects as text."""
    lines = [f"From version {told.before} to version {told.after}.", ""]
    lines.append(f"Open items: {len(told.items)}. Each runs on under the version it opened with; its clocks stay.")
    lines += [
        f"  item {i['item']} ({i['level']}, tier {i['tier']}, {i['owner']}): version {i['runs_on_under']}, "
        f"decision due {i['decision_due']}"
        for i in told.items
    ]
    lines.append(f"Posts that are no more: {len(told.gone) or 'none'}.")
    for post in told.gone:
        heir = f", taken over by {post['successor']}" if post["successor"] else ""
        lines.append(f"  {post['post']}: held by {', '.join(post['held_by']) or 'nobody'}{heir}")
        lines += [f"    owes {duty}" for duty in post["duties"]]
    if told.orphans:
        lines.append(f"  Without a successor: {', '.join(told.orphans)}. Name one each: --successor OLD=NEW.")
    lines.append(f"New posts: {', '.join(p['post'] for p in told.new) or 'none'}.")
    lines.append(f"Clocks that differ: {len(told.clocks) or 'none'}.")
    words = {None: "none"}
    lines += [
        f"  {c['what']}: {words.get(c['before'], c['before'])} → {words.get(c['after'], c['after'])}"
        for c in told.clocks
    ]
    return "\n".join(lines)
