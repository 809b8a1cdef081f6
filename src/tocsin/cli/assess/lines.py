"""``tocsin assess lines | label``: atrocity and conflict as two lines; what a label opens and closes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from tocsin.cli.output import emit, ready


def lines(place: Annotated[str, typer.Argument(help="ISO 3166 code of three letters, or a name")]) -> None:
    """Show the line of atrocity and the line of conflict, each from its own answers; no number is made of either."""
    ready()
    from tocsin.catalog.discriminators import LINES, discriminators
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register import assessments

    place_id = find_place(place)
    kept, found = discriminators(), assessments.lines(place_id)
    told = {"place_id": place_id, **asdict(found), "rule": kept.rule}
    text = [f"{kept.lines[line].title}: {getattr(found, line)}" for line in LINES]  # type: ignore[index]
    text += [f"  dissent: {said}" for line in LINES for said in found.dissent[line]]
    text += [f"  beside both lines: {q.text}" for q in kept.questions if q.code in found.guards]
    emit(told, "\n".join(text))


def label(
    name: Annotated[str, typer.Argument(help="A label, as atrocity")],
    against: Annotated[str, typer.Option(help="The label it would replace")] = "",
) -> None:
    """Show which mandates, actors and funds a label opens and closes; with --against, what is gained and lost."""
    ready(register=False)
    from tocsin.catalog import label_effects

    one = label_effects.eligible(name)
    told = {
        "label": one.label,
        "why": one.why,
        "opens": [t.model_dump() for t in one.opens],
        "closes": [t.model_dump() for t in one.closes],
    }
    text = [f"{one.name}: {one.why}", *(f"  {t.kind}: {t.name} [{t.basis_label}]" for t in one.opens)]
    text += [f"  harder: {t.name}" for t in one.closes]
    if against:
        change = label_effects.switch(against, name)
        told |= {"against": against, "gained": [t.id for t in change.gained], "lost": [t.id for t in change.lost]}
        text += [f"  gained: {t.name}" for t in change.gained] + [f"  lost: {t.name}" for t in change.lost]
    emit(told, "\n".join(text))
