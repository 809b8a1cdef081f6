"""What the commands of this group share: who acts, which place, which day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.output import ready
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse

if TYPE_CHECKING:
    from tocsin.response.register.people import Actor

By = Annotated[str, typer.Option("--by", help="The post you act under; tocsin people list names the posts.")]
Find = Annotated[str, typer.Option("--find", help="Only those that hold these words.")]


def actor(by: str) -> Actor:
    """Return who acts, with the register ready. Raises Misuse without a post."""
    if not by:
        raise Misuse("To act here you act under a post", todo="Add --by POST; tocsin people list names the posts")
    ready()
    from tocsin.response.register.people import cli_actor

    return cli_actor(by)


def place(text: str) -> str:
    """Return the three letters of a place given by letters or name. Raises Misuse when it is none."""
    from tocsin.catalog.geography import places

    found = places().find(text)
    if found is None:
        raise Misuse(f"{text!r} is no place", todo="Write three letters, as in SDN, or the name")
    return found


def day(text: str) -> date:
    """Return a day. Raises Misuse when it is none."""
    return parse_date(text)
