"""``tocsin directive``: which mandate is in force, what it says, whether one holds together, and changing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready

if TYPE_CHECKING:
    from tocsin.catalog.directive import Directive
    from tocsin.catalog.directive.arrival import Proof
    from tocsin.catalog.directive.places import Fault
    from tocsin.catalog.directive.shelf import Copy
    from tocsin.core.context import Context

NameOrFile = Annotated[str, typer.Argument(help="A shipped name (default, coalition), a version, or a file")]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="The mandate made executable: who answers, by when, by whose leave.")
    group.command("list")(listing)
    group.command("show")(show)
    group.command("check")(check)
    app.add_typer(group, name="directive")


def listing() -> None:
    """List the directives there are, and which is in force."""
    from tocsin.catalog import directive

    force = directive.current().version
    rows = [
        {"name": c.name, "version": c.version, "where": c.where, "in_force": c.version == force}
        for c in directive.shipped()
    ]
    emit({"in_force": force, "directives": rows}, lambda: "\n".join(map(_row, rows)))


def _row(row: dict[str, Any]) -> str:
    """Return one directive as a line."""
    mark = "in force" if row["in_force"] else ""
    return f"{row['name']:12} {row['version']:20} {mark:9} {row['where']}".rstrip()


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

    copy = directive.find(name_or_file or directive.current().version)
    examined = directive.examine(copy.text, copy.where)
    rules = None if examined.refusals else examined.rules
    faults = [fault for one in CHECKS for fault in one(context(), copy, rules)]
    proofs = _proofs(rules, live=live) if rules else []
    faults += [
        Fault(
            copy.where,
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
        return "\n".join([*said, f"{copy.where}: {verdict}; {count}."])

    rows = [f.as_dict() for f in faults]
    emit(
        {
            "file": copy.where,
            "version": copy.version,
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
