"""``tocsin technique say | take-back | bring-back | hand-in``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.technique.opening import By, Number, Place
from tocsin.core.errors import Misuse

Key = Annotated[str, typer.Argument(help="What is meant, as H1 or R2.1")]


def say(  # noqa: PLR0917 - Typer reads the parameters
    place: Place,
    number: Number,
    part: Annotated[str, typer.Argument(help="hypothesis, evidence, cell, assumption, reason, …: see kinds")],
    words: Annotated[list[str], typer.Argument(help="Its fields, as text=… link=W1 credibility=high")],
    by: By,
    key: Annotated[str, typer.Option(help="Say this one anew, as H1; left out: a new one")] = "",
    made_from: Annotated[int | None, typer.Option(help="The version you read; a later one refuses")] = None,
) -> None:
    """Say something in a technique: a new part, or a new version of one. What was said before stays readable."""
    one, actor = _one(place, number, by)
    from tocsin.response.docket import technique_links
    from tocsin.response.register.techniques import keep

    given = technique_links.given(one, actor, part, _fields(words))
    row = keep.put(context(), one, actor, part, given, key=key, made_from=made_from)
    sealed = " It is sealed until the reveal." if row.seal and one.still_blind else ""
    _emit(row, f"{row.key}, version {row.version}, ledger entry {row.ledger_seq}.{sealed}")


def take_back(place: Place, number: Number, key: Key, by: By) -> None:
    """Take a part back. It stays readable, and bring-back undoes it."""
    one, actor = _one(place, number, by)
    from tocsin.response.docket import technique_links
    from tocsin.response.register.techniques import keep

    technique_links.item_of(one.item, one.place_id, actor)
    row = keep.take_back(context(), one, actor, key)
    _emit(
        row, f"{key} is taken back. Undo: tocsin technique bring-back {one.place_id} {number} {key} {row.version - 1}"
    )


def bring_back(
    place: Place, number: Number, key: Key, version: Annotated[int, typer.Argument(help="Which version")], by: By
) -> None:
    """Let an earlier version of a part stand again, as a new version."""
    one, actor = _one(place, number, by)
    from tocsin.response.docket import technique_links
    from tocsin.response.register.techniques import keep

    technique_links.item_of(one.item, one.place_id, actor)
    row = keep.bring_back(context(), one, actor, key, version)
    _emit(row, f"{key} says again what version {version} said; it is version {row.version}.")


def hand_in(place: Place, number: Number, by: By) -> None:
    """Hand in what you said blind. When all the invited have, it is open to everybody, for good."""
    one, actor = _one(place, number, by)
    from tocsin.response.register.techniques import keep
    from tocsin.response.register.techniques.show import head

    now = keep.hand_in(context(), one, actor)
    said = "It is still blind: others have not handed in." if now.still_blind else "It is open to everybody now."
    emit(head(now), f"Handed in. {said}")


def _one(place: str, number: int, by: str) -> tuple[Any, Any]:
    ready()
    from tocsin.response.docket.acts.bell import find_place
    from tocsin.response.register.people import cli_actor
    from tocsin.response.register.techniques import keep

    return keep.found(find_place(place), number), cli_actor(by)


def _fields(words: list[str]) -> dict[str, str]:
    given = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise Misuse(f"{word[:40]!r} names no field", todo="Write FIELD=WORDS; tocsin technique kinds lists them")
        given[name.strip()] = value
    return given


def _emit(row: Any, text: str) -> None:
    told = {"key": row.key, "version": row.version, "part": row.part, "words": row.words}
    emit({**told, "withdrawn": row.withdrawn, "sealed": bool(row.seal), "ledger_seq": row.ledger_seq}, text)
