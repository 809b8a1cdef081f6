"""``tocsin technique idea | ideas | judge-idea | untried``: the record of ideas, and pairs nobody has put together."""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.technique.opening import By
from tocsin.core.errors import Refused


def idea(  # noqa: PLR0917 - Typer reads the parameters
    title: Annotated[str, typer.Argument(help="The idea in a few words")],
    what: Annotated[str, typer.Option(help="What would be done, by whom")],
    by: By,
    combine: Annotated[str, typer.Option(help="Options of the catalogue it combines, as D05,E02")] = "",
    place: Annotated[str, typer.Option(help="The place it is for")] = "",
    item: Annotated[int | None, typer.Option(help="The docket item it is for")] = None,
) -> None:
    """Keep an idea: two options combined, or something in no catalogue."""
    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.docket.models import Item
    from tocsin.response.docket.technique_links import item_of
    from tocsin.response.register.people import cli_actor
    from tocsin.response.register.techniques import ideas as record

    actor = cli_actor(by)
    place_id = find_place(place) if place else ""
    if item is not None and not place_id:
        found = Item.objects.filter(pk=item).first()
        place_id = found.place_id if found else ""
    made = record.add(
        context(),
        actor,
        title=title,
        what=what,
        options=combine.replace(",", " ").split(),
        place_id=place_id,
        item=item_of(item, place_id, actor),
    )
    emit(record.view(made), f"Idea {made.pk} is kept, ledger entry {made.ledger_seq}.")


def ideas(
    words: Annotated[list[str] | None, typer.Argument(help="Words that it must hold")] = None,
    state: Annotated[str, typer.Option(help="open | rejected | taken_up")] = "",
    place: Annotated[str, typer.Option(help="Of one place")] = "",
    item: Annotated[int | None, typer.Option(help="Of one docket item")] = None,
) -> None:
    """Search the record of ideas, the rejected among them with why, newest first."""
    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register.techniques import ideas as record

    place_id = find_place(place) if place else ""
    rows = record.search(" ".join(words or []), state=state, place_id=place_id, item=item)
    text = []
    for row in rows:
        named = f" [{' + '.join(row['options'])}]" if row["options"] else ""
        text.append(f"{row['id']}. {row['title']}{named}: {row['state'].replace('_', ' ')}")
        text += [f"     {said['word'].replace('_', ' ')} by {said['by']}: {said['why']}" for said in row["said"]]
    emit({"ideas": rows}, "\n".join(text) or "No idea in the record holds these words.")


def judge_idea(
    number: Annotated[int, typer.Argument(help="Number of the idea")],
    word: Annotated[str, typer.Argument(help="rejected | taken_up | open_again")],
    why: Annotated[str, typer.Option(help="Why")],
    by: By,
) -> None:
    """Say what becomes of an idea, with why. Every word stays; a rejected idea can be found again."""
    ready()
    from tocsin.response.register.people import cli_actor
    from tocsin.response.register.techniques import ideas as record

    said = record.say(context(), cli_actor(by), number, word, why)
    emit(record.view(said.idea), f"Idea {number}: {word.replace('_', ' ')}. The reason is kept.")


def untried(item: Annotated[int, typer.Argument(help="Number of the docket item")]) -> None:
    """Name pairs of options of different instruments that nobody here has put together, best ranked first."""
    ready()
    from tocsin.cli.options import row_of
    from tocsin.response.docket import asked, imagination
    from tocsin.response.docket.models import Item

    ctx = context()
    row = Item.objects.exclude(place_id="").filter(pk=item).first()
    if row is None:
        raise Refused(f"There is no docket item {item} about a place", todo="See tocsin docket list")
    found = imagination.untried(asked.of_item(ctx, row, row_of(ctx, row.place_id)).answer)
    text = [f"{a['id']} {a['name']} + {b['id']} {b['name']}" for a, b in found]
    emit({"item": item, "pairs": found}, "\n".join(text) or "Every pair of the best ranked options was put together.")
