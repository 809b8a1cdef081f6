"""``tocsin options agendas``: what actions do to four agendas that share words, people and money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.output import emit

if TYPE_CHECKING:
    from tocsin.catalog.agendas import View

Agendas = "conflict_prevention | peacebuilding | protection_of_civilians | atrocity_prevention; repeatable"


def register(app: typer.Typer) -> None:
    """Add the command to the group of options."""
    group = next(g.typer_instance for g in app.registered_groups if g.name == "options")
    assert group is not None
    group.command("agendas")(agendas)


def agendas(
    options: Annotated[list[str] | None, typer.Argument(help="Ids of options, as D05 L03")] = None,
    serves: Annotated[list[str] | None, typer.Option("--serves", help=f"Tag an action of your own: {Agendas}")] = None,
    harms: Annotated[list[str] | None, typer.Option("--harms", help=f"What that action may harm: {Agendas}")] = None,
    words: Annotated[str, typer.Option(help="In the words of: un | us | eu_au | ngo | data")] = "un",
) -> None:
    """Show which agendas options, or an action of your own, serve and may harm, and the tensions between them.

    Without anything: the four agendas, where they overlap and where they pull apart.
    """
    from tocsin.catalog.agendas import book, view
    from tocsin.catalog.terms import say, vocabulary

    kept = book()
    named = {key: say(agenda.term, vocabulary(words)).text for key, agenda in kept.agendas.items()}
    if not (options or serves or harms):
        emit({**kept.model_dump(mode="json"), "words": named}, lambda: _whole(named))
        return
    seen = view([o.upper() for o in options or ()], serves=serves or (), may_harm=harms or ())
    emit({**seen.as_dict(), "words": named}, lambda: _text(seen, named))


def _whole(named: dict[str, str]) -> str:
    """Return the four agendas and their pairs."""
    from tocsin.catalog.agendas import book

    kept = book()
    lines = [f"Basis: {kept.basis}; reviewed by nobody outside."]
    for key, a in kept.agendas.items():
        lines += [f"\n{a.title} ({named[key]})", f"  wants: {a.wants}", f"  does not see: {a.blind_spot}"]
    for p in kept.pairs:
        lines += [f"\n{kept.agendas[p.a].title} and {kept.agendas[p.b].title}", f"  overlap: {p.overlap}"]
        lines += [f"  apart: {p.apart}"]
    return "\n".join(lines)


def _text(seen: View, named: dict[str, str]) -> str:
    """Return what the actions do to each agenda, then the tensions."""
    from tocsin.catalog.agendas import book

    lines = []
    for key, a in book().agendas.items():
        good, bad = ", ".join(seen.served[key]) or "nobody", ", ".join(seen.harmed[key]) or "none known"
        lines.append(f"{a.title} ({named[key]}): served by {good}; may be harmed by {bad}")
    for pull in seen.pulls:
        lines += [f"\n{', '.join(pull.by)}: {pull.what}.", f"  Watch: {pull.watch}."]
        lines += [f"  The agendas: {said}." for said in pull.apart]
    lines += [] if seen.pulls else ["\nNo tension is known. That is no proof that there is none."]
    lines += [f"{option}: {said}." for option, said in seen.why.items()]
    lines += [f"{option} has no tags yet." for option in seen.untagged]
    return "\n".join([*lines, f"Basis: {seen.basis}; reviewed by nobody outside."])
