"""``tocsin people contacts …``: channel, address, when last verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.output import context, emit, ready
from tocsin.cli.people.asked import By, account, quiet_hours
from tocsin.core.clock import iso

if TYPE_CHECKING:
    from tocsin.response.register.models import Contact

Number = Annotated[int, typer.Argument(help="Number of the contact")]


def listing(by: By = "operator") -> None:
    """List the contacts the post may see: its office's, those of offices that report to it; the operator's are all."""
    ready()
    from tocsin.response.register import contacts, people

    rows = [_shown(c) for c in contacts.visible([people.cli_actor(by)])]
    emit({"contacts": rows}, lambda: _text(rows))


def add(  # noqa: PLR0917 - Typer reads the parameters
    office: Annotated[str, typer.Argument(help="An office of the directive")],
    channel: Annotated[str, typer.Option(help="email, sms, voice, matrix or webhook")],
    address: Annotated[str, typer.Option(help="In the channel's form")],
    post: Annotated[str, typer.Option(help="For one post of the office")] = "",
    person: Annotated[str, typer.Option(help="For one account")] = "",
    zone: Annotated[str, typer.Option(help="Time zone of the quiet hours; the office's without it")] = "",
    quiet: Annotated[str, typer.Option(help="Quiet hours, as in 22:00-07:00")] = "",
    by: By = "operator",
) -> None:
    """Add a way to reach an office, a post or a person; it is unverified until somebody verifies it."""
    ready()
    from tocsin.response.register import contacts, people

    row = contacts.add(
        context(),
        people.cli_actor(by),
        office=office,
        channel=channel,
        address=address,
        post=post,
        person=account(person) if person else None,
        time_zone=zone,
        quiet=quiet_hours(quiet),
    )
    emit(_shown(row), f"Contact {row.pk} of {office} is there. Try it, then: tocsin people contacts verify {row.pk}")


def verify(number: Number, by: By = "operator") -> None:
    """Record that a contact was tried and answered."""
    ready()
    from tocsin.response.register import contacts, people

    row = contacts.verify(context(), number, people.cli_actor(by))
    emit(_shown(row), f"Contact {number} was verified {iso(row.last_verified_at)}.")


def retire(number: Number, by: By = "operator") -> None:
    """Take a contact out of use."""
    ready()
    from tocsin.response.register import contacts, people

    row = contacts.retire(context(), number, people.cli_actor(by))
    emit(_shown(row), f"Contact {number} is retired. The way back: tocsin people contacts restore {number}")


def restore(number: Number, by: By = "operator") -> None:
    """Take a retired contact into use again, unverified."""
    ready()
    from tocsin.response.register import contacts, people

    row = contacts.restore(context(), number, people.cli_actor(by))
    emit(_shown(row), f"Contact {number} is in use again and is to be verified.")


def _shown(c: Contact) -> dict[str, Any]:
    return {
        "contact": c.pk,
        "office": c.office,
        "post": c.post or None,
        "person": c.person.get_username() if c.person else None,
        "channel": c.channel,
        "address": c.address,
        "time_zone": c.time_zone or None,
        "quiet": f"{c.quiet_from:%H:%M}-{c.quiet_to:%H:%M}" if c.quiet_from and c.quiet_to else None,
        "last_verified_at": iso(c.last_verified_at),
        "retired_at": iso(c.retired_at),
    }


def _text(rows: list[dict[str, Any]]) -> str:
    lines = [
        f"  {r['contact']:>4}  {r['office']:<14} {r['person'] or r['post'] or 'the office':<16} {r['channel']:<8} "
        f"{r['address']}  verified {r['last_verified_at'] or 'never'}"
        for r in rows
    ]
    return (
        "\n".join(lines) or "No contacts that this post may see. Add one: tocsin people contacts add OFFICE --channel …"
    )
