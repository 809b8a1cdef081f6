"""Five posts, five people, and somebody in the field: what the tests of reports act with."""

from __future__ import annotations

from typing import Any

from tocsin.core.context import Context
from tocsin.response.docket.reports import reading, sight
from tocsin.response.docket.reports.enter import Entry, Receipt, submit
from tocsin.response.register.models import Holding, Person
from tocsin.response.register.people import Actor
from tocsin.response.register.reports import originals
from tocsin.response.register.reports.models import Reading

TEXT = (
    "On 5 March soldiers massacred 300 civilians in Kiambaa. The attack was systematic. "
    "Two thousand people fled. Weapons were handed to the militia by the prefect."
)
SOFT = (
    "On 5 March there were reportedly some casualties in Kiambaa. The attack was systematic. "
    "Weapons were handed to the militia by the prefect."
)


def at(ctx: Context, post: str, name: str = "") -> Actor:
    """The holder of a post, at the desk; each post is held by a person of its own."""
    person, _ = Person.objects.get_or_create(username=name or f"p_{post}")
    Holding.objects.get_or_create(person=person, post=post, until=None, defaults={"since": ctx.now()})
    return Actor(post=post, person=person, via="desk")


def field_officer(name: str = "nuru") -> Person:
    return Person.objects.get_or_create(username=name, defaults={"display_name": "Nuru Field"})[0]


def write(ctx: Context, text: str = TEXT, *, writer: str = "nuru", place: str = "KEN", **more: object) -> Receipt:
    """Somebody signed in writes a report."""
    entry = Entry(place=place, content=text.encode(), **{"language": "en", **more})  # type: ignore[arg-type]
    return submit(ctx, entry, person=field_officer(writer), via="desk")


def graded(ctx: Context, number: int, reader: Actor, **given: Any) -> Reading:
    """Somebody opens a report and gives their reading of it."""
    originals.opened(ctx, sight.found(number), reader, "reading")
    return reading.give(ctx, number, reader, **given)
