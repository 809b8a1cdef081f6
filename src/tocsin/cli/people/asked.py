"""What several commands of the group ask for: an account, a post to act under, a time of day."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.core.errors import Misuse, Refused

if TYPE_CHECKING:
    from tocsin.response.register.models import Person

By = Annotated[str, typer.Option(help="The post you act under")]


def account(username: str) -> Person:
    """Return an account by its name. Raises Refused when there is none."""
    from tocsin.response.register.models import Person

    found = Person.objects.filter(username=username.strip().lower()).first()
    if found is None:
        raise Refused(f"There is no account {username!r}", todo=f"tocsin people add {username}")
    return found


def clock_time(text: str) -> time:
    """Return a time of day written as 08:00. Raises Misuse when it is none."""
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        raise Misuse(f"{text!r} is no time of day", todo="Write it as 08:00") from None


def quiet_hours(text: str) -> tuple[time, time] | None:
    """Return quiet hours written as 22:00-07:00; None when empty. Raises Misuse when they are none."""
    if not text:
        return None
    start, _, end = text.partition("-")
    if not end:
        raise Misuse(f"{text!r} are no quiet hours", todo="Write them as 22:00-07:00")
    return clock_time(start), clock_time(end)
