"""``tocsin technique kinds | open | list | show``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.technique.lines import lines

Place = Annotated[str, typer.Argument(help="ISO 3166 code of three letters, or a name")]
Number = Annotated[int, typer.Argument(help="Number of the technique on the place")]
By = Annotated[str, typer.Option("--by", help="The post you act under")]


def kinds() -> None:
    """List the techniques: what each is for, what is said in it, field by field."""
    ready(register=False)
    from dataclasses import asdict

    from tocsin.catalog.basis import basis_label
    from tocsin.response.register.techniques.kinds import KINDS

    text = []
    for k in KINDS.values():
        text.append(f"{k.id}: {k.does} (after {k.after}; {basis_label(k.basis)})")
        for part in k.parts:
            text.append(f"  {part.id}{' (each for themselves)' if part.own else ''}")
            for f in part.fields:
                among = f" [{' '.join(c for c, _ in f.choices)}]" if f.choices else f" [{f.kind}]"
                text.append(f"    {f.name:<12} {f.label}{among}{'' if f.required else ', may be empty'}")
    emit({"kinds": [asdict(k) for k in KINDS.values()]}, "\n".join(text))


def open_(  # noqa: PLR0917 - Typer reads the parameters
    place: Place,
    kind: Annotated[str, typer.Argument(help="As tocsin technique kinds lists them")],
    question: Annotated[str, typer.Option(help="What it is asked about")],
    by: By,
    invite: Annotated[list[str] | None, typer.Option(help="A post, or post:username; once for each")] = None,
    blind: Annotated[bool, typer.Option("--blind", help="Each fills in alone, until all have handed in")] = False,
    until: Annotated[str, typer.Option(help="Blind: when it opens at the latest, as 2026-12-01T12:00Z")] = "",
    round_: Annotated[int | None, typer.Option("--round", help="The round of assessment it belongs to")] = None,
    item: Annotated[int | None, typer.Option(help="The docket item it serves")] = None,
) -> None:
    """Open a technique. A premortem is always blind; in a blind round so are the cells of competing hypotheses."""
    ready()
    from tocsin.core.clock import parse_time
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.docket.technique_links import item_of
    from tocsin.response.register.assessments import rounds
    from tocsin.response.register.people import cli_actor
    from tocsin.response.register.techniques import keep
    from tocsin.response.register.techniques.show import head

    place_id, actor = find_place(place), cli_actor(by)
    one = keep.open_technique(
        context(),
        actor,
        place_id,
        kind,
        question=question,
        invited=invite or [],
        blind=blind,
        closes_at=parse_time(until) if until else None,
        round=rounds.found(place_id, round_) if round_ is not None else None,
        item=item_of(item, place_id, actor),
    )
    told = head(one)
    shut = f" It is blind until all have handed in, or {told['closes_at']}." if one.still_blind else ""
    emit(told, f"Technique {one.number} on {place_id} is open: {told['title'].lower()}.{shut}")


def listing(place: Place) -> None:
    """List the techniques on a place, newest first."""
    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register.techniques.show import of_place

    place_id = find_place(place)
    rows = of_place(place_id)
    text = [f"{r['technique']}. {r['title']}: {r['question']} ({r['state']})" for r in rows]
    emit({"place_id": place_id, "techniques": rows}, "\n".join(text) or f"No technique was opened on {place_id}.")


def show(
    place: Place, number: Number, by: Annotated[str, typer.Option(help="Also what this post said blind")] = ""
) -> None:
    """Show a technique: what was said in it, what it says, what is missing. With --by, your own blind parts too."""
    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register.people import cli_actor
    from tocsin.response.register.techniques import keep
    from tocsin.response.register.techniques import show as shown

    ctx, one = context(), keep.found(find_place(place), number)
    own: dict[str, Any] | None = shown.own(ctx, one, cli_actor(by)) if by else None
    told = own or shown.view(ctx, one)
    emit(told, lambda: "\n".join(lines(told)))
