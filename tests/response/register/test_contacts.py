"""Contacts: validated, closed to who does not need them, found by one command; what offices hold (M32, M33)."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from response.docket.desk import by
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import offices
from tocsin.response.register import contacts, covers, duty, people, rota, tools
from tocsin.response.register.models import Contact, LedgerBody, Person

pytestmark = pytest.mark.django_db

ADDRESS = "+41791234567"


@pytest.fixture
def ada(ctx: Context) -> Person:
    people.ensure_operator(ctx)
    person = people.add(ctx, "ada", "Ada", by("operator"))
    people.hold(ctx, "desk_officer", person, by("operator"))
    return person


def sms(ctx: Context, **more: object) -> Contact:
    return contacts.add(ctx, by("operator"), **{"office": "headquarters", "channel": "sms", "address": ADDRESS} | more)


@pytest.mark.parametrize(
    ("channel", "good", "bad"),
    [
        ("email", "name@example.org", "name at example.org"),
        ("sms", "+41791234567", "0791234567"),
        ("voice", "+254700123456", "call me"),
        ("matrix", "@ada:example.org", "ada"),
        ("webhook", "https://example.org/in", "https://ada:secret@example.org/in"),
        ("webhook", "https://example.org:8443/in", "http://example.org/in"),
    ],
)
def test_an_address_has_the_form_of_its_channel(ctx: Context, channel: str, good: str, bad: str) -> None:
    assert sms(ctx, channel=channel, address=good).address == good
    with pytest.raises(Misuse, match="no address for"):
        sms(ctx, channel=channel, address=bad)


def test_bad_input_is_refused(ctx: Context) -> None:
    with pytest.raises(Misuse, match="no channel"):
        sms(ctx, channel="pigeon")
    with pytest.raises(Misuse, match="no office"):
        sms(ctx, office="moon")
    with pytest.raises(Misuse, match="not of the office"):
        sms(ctx, post="mission_head")
    with pytest.raises(Misuse, match="no time zone"):
        sms(ctx, time_zone="Mars/Olympus")
    sms(ctx)
    with pytest.raises(Refused, match="there already"):
        sms(ctx)


def test_verified_retired_and_back(ctx: Context) -> None:
    row = sms(ctx)
    assert "never verified" in duty.told("desk_officer", ctx.now())[0].why
    contacts.verify(ctx, row.pk, by("desk_officer"))
    assert "never" not in duty.told("desk_officer", ctx.now())[0].why
    contacts.retire(ctx, row.pk, by("desk_officer"))
    assert [w.channel for w in duty.told("desk_officer", ctx.now())] == [duty.PAGE]
    with pytest.raises(Refused, match="is retired"):
        contacts.verify(ctx, row.pk, by("desk_officer"))
    assert contacts.restore(ctx, row.pk, by("operator")).last_verified_at is None
    with pytest.raises(Refused, match="no contact"):
        contacts.retire(ctx, 999, by("operator"))


def test_who_sees_an_address(ctx: Context) -> None:
    """Default deny: the office itself, the line managers above it, the operator."""
    sms(ctx)
    seen = {p: bool(contacts.visible([by(p)])) for p in ("second_reader", "deputies", "principal", "operator")}
    assert all(seen.values())
    for post in ("mission_head", "analyst", "overseer"):
        assert contacts.visible([by(post)]) == []
        with pytest.raises(Refused, match="is changed by itself"):
            contacts.retire(ctx, Contact.objects.get().pk, by(post))
    assert not any(ADDRESS in body for body in LedgerBody.objects.values_list("body", flat=True)), "not in the ledger"


def test_quiet_hours_are_on_the_contacts_own_clock(ctx: Context, clock: FixedClock) -> None:
    row = sms(ctx, quiet=(time(22), time(7)), time_zone="Africa/Nairobi")
    quiet = {h for h in range(24) if contacts.is_quiet(row, ctx.now().replace(hour=h))}
    assert quiet == {19, 20, 21, 22, 23, 0, 1, 2, 3}
    clock.at = clock.at.replace(hour=20)
    assert duty.told("desk_officer", ctx.now())[0].quiet


def test_the_duty_contact_is_one_command_away(ctx: Context, ada: Person) -> None:
    """M32: find the duty contact for country X and topic Y in one command."""
    covers.declare(ctx, "liaison", "", "options", by("operator"))
    covers.declare(ctx, "desk_officer", "Sudan", "Options", by("desk_officer"))
    start = ctx.now()
    rota.plan(ctx, "desk_officer", ada, starts=start, ends=start + timedelta(hours=8), actor=by("operator"))
    sms(ctx, person=ada)
    first, second = offices.find(ctx, "SDN", "options", [by("desk_officer")])
    assert (first["person"], first["said"], first["covers"]) == (
        "ada",
        "on duty",
        {"place_id": "SDN", "topic": "options"},
    )
    assert first["ways"][0]["address"] == ADDRESS
    assert second["post"] == "liaison"
    closed, _ = offices.find(ctx, "SDN", "options", [by("overseer")])
    assert closed["ways"][0] | {"address": None} == closed["ways"][0]
    assert "Addresses are shown" in closed["hidden"]
    [fallback] = offices.find(ctx, "MMR", "law", [])
    assert fallback["covers"] is None
    with pytest.raises(Misuse):
        offices.find(ctx, "Nowhereland", "", [])


def test_a_declaration_ends_and_comes_back(ctx: Context) -> None:
    row = covers.declare(ctx, "desk_officer", "SDN", "", by("operator"))
    with pytest.raises(Refused, match="covers that already"):
        covers.declare(ctx, "desk_officer", "SDN", "", by("operator"))
    with pytest.raises(Refused, match="is changed by itself"):
        covers.end(ctx, row.pk, by("overseer"))
    covers.end(ctx, row.pk, by("operator"))
    covers.restore(ctx, row.pk, by("operator"))
    with pytest.raises(Misuse, match="no topic"):
        covers.declare(ctx, "desk_officer", "SDN", "***", by("operator"))


def test_tools_usable_within_14_days_by_office(ctx: Context) -> None:
    """M33: list tools usable within 14 days by office Z, with readiness and last use."""
    quick = tools.state(ctx, "headquarters", option_id="D06", ready_days=7, actor=by("desk_officer"))
    tools.state(ctx, "headquarters", name="A field hospital", ready_days=40, actor=by("operator"))
    tools.state(ctx, "field", name="A convoy", ready_days=1, actor=by("mission_head"))
    assert tools.held("headquarters", 14) == [quick]
    assert [t.ready_days for t in tools.held(within=14)] == [1, 7]
    tools.state(ctx, "headquarters", option_id="D06", ready_days=21, actor=by("desk_officer"))
    assert tools.held("headquarters", 14) == [], "stated again, the days are replaced"
    assert tools.used(ctx, quick.pk, ctx.now().date(), by("operator")).last_used_on == ctx.now().date()
    with pytest.raises(Refused, match="is to come"):
        tools.used(ctx, quick.pk, ctx.now().date() + timedelta(days=1), by("operator"))
    with pytest.raises(Refused, match="is changed by itself"):
        tools.state(ctx, "headquarters", name="Mine", ready_days=1, actor=by("overseer"))
    for wrong in ({"option_id": "X99"}, {"name": ""}, {"name": "A", "ready_days": -1}):
        with pytest.raises(Misuse):
            tools.state(ctx, "headquarters", **{"ready_days": 1} | wrong, actor=by("operator"))
    tools.retire(ctx, quick.pk, by("operator"))
    assert "D06" not in {t.option_id for t in tools.held()}
