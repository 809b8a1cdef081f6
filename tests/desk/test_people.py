"""The page of people: who is on duty for a place (M32); forms keep what was typed; addresses are closed."""

from __future__ import annotations

import pytest

from response.docket.desk import by
from tocsin.response.docket.models import Item
from tocsin.response.register import contacts, covers, people
from tocsin.response.register.models import Contact, Ping, Shift, Tool

OFFICE = "headquarters"


@pytest.fixture
def ctx(desk):
    from tocsin.desk.context import context

    return context()


def page(reader, url: str = "/people") -> str:
    answer = reader.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_duty_contact_of_a_place_and_a_topic_is_one_form_away(reader, ctx) -> None:
    """M32: open People, write the place and the topic, press Find: under three clicks."""
    assert "owns the lowest tier" in page(reader, "/people?place=Sudan&topic=options"), "nobody declared it yet"
    covers.declare(ctx, "desk_officer", "SDN", "options", by("operator"))
    covers.declare(ctx, "liaison", "", "options", by("operator"))
    contacts.add(ctx, by("operator"), office=OFFICE, channel="sms", address="+41791234567")
    said = page(reader, "/people?place=Sudan&topic=options")
    assert said.index("Headquarters desk officer") < said.index("Covers every place")
    assert "+41791234567" in said
    assert page(reader, "/people?place=Nowhereland").count('role="alert"') == 1


def test_addresses_are_closed_to_who_does_not_need_them(reader, ctx, client) -> None:
    """Own office, line managers above it, the operator; nobody else."""
    for office, address in ((OFFICE, "+41791234567"), ("executive", "+41797654321")):
        contacts.add(ctx, by("operator"), office=office, channel="sms", address=address)
    covers.declare(ctx, "desk_officer", "SDN", "options", by("operator"))
    ada = people.add(ctx, "ada", "Ada", by("operator"))
    seen = {}
    for post in ("analyst", "mission_head", "second_reader", "principal"):
        people.hold(ctx, post, ada, by("operator"))
        client.force_login(ada)
        said = page(client, "/people?place=SDN&topic=options")
        seen[post] = ("+41791234567" in said, "+41797654321" in said)
        people.hold(ctx, post, people.ensure_operator(ctx), by("operator"))
    assert seen == {
        "analyst": (False, False),
        "mission_head": (False, False),
        "second_reader": (True, False),
        "principal": (True, True),
    }


def test_an_office_is_asked_and_answers_on_the_page(reader, ctx) -> None:
    reader.post("/people/ping", {"office": "field", "post": "operator"})
    assert Ping.objects.get().office == "field"
    assert "asked on" in page(reader)
    refused = reader.post("/people/ping", {"office": "field", "post": "operator"})
    assert refused.status_code == 422
    assert "has not answered yet" in refused.content.decode()
    reader.post("/people/answer", {"office": "field", "post": "mission_head"})
    assert Ping.objects.get().answered_post == "mission_head"


def test_a_shift_is_planned_noted_and_taken_over(reader, ctx) -> None:
    day = f"{ctx.now():%Y-%m-%d}"
    form = {"of": "desk_officer", "person": "operator", "post": "operator", "starts": f"{day}T25:00", "ends": "x"}
    refused = reader.post("/people/plan", form)
    assert refused.status_code == 422
    assert f'value="{day}T25:00"' in refused.content.decode(), "what was typed stays"
    form |= {"starts": "2030-01-01T08:00", "ends": "2030-01-02T08:00"}
    assert reader.post("/people/plan", form).status_code == 302
    shift = Shift.objects.get()
    assert shift.starts_at.hour == 7, "the office's own clock"
    reader.post("/people/note", {"number": shift.pk, "note": "Call the mission first.", "post": "desk_officer"})
    assert "Call the mission first." in page(reader)
    reader.post("/people/accept", {"number": shift.pk, "post": "desk_officer"})
    shift.refresh_from_db()
    assert shift.accepted_at
    reader.post("/people/cancel", {"number": shift.pk, "post": "desk_officer"})
    assert not Shift.objects.filter(cancelled_at=None).exists()


@pytest.mark.parametrize(
    ("what", "form"),
    [
        ("contact", {"office": OFFICE, "channel": "email", "address": "not an address"}),
        ("cover", {"of": "desk_officer", "place": "Nowhereland", "topic": ""}),
        ("verify", {"number": "999"}),
        ("retire", {"number": "x"}),
        ("accept", {"number": "999"}),
        ("plan", {"of": "king"}),
        ("ping", {"office": "moon"}),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(reader, what: str, form: dict[str, str]) -> None:
    answer = reader.post(f"/people/{what}", form | {"post": "operator"})
    assert answer.status_code == 422
    assert answer.content.decode().count('role="alert"') == 1
    assert not Contact.objects.exists()
    assert reader.post("/people/nonsense", {}).status_code == 404


def test_tools_are_found_by_readiness(reader) -> None:
    """M33: what is usable within 14 days."""
    for name, days in (("Helicopters", "9"), ("A field hospital", "40")):
        reader.post("/tools", {"part": "state", "office": OFFICE, "name": name, "days": days, "post": "operator"})
    page(reader)
    said = page(reader, "/tools?within=14").split("<tbody>")[1].split("</tbody>")[0]
    assert "Helicopters" in said
    assert "A field hospital" not in said


@pytest.mark.parametrize(
    "form",
    [
        {"part": "state", "office": OFFICE, "name": "", "days": "5"},
        {"part": "state", "office": OFFICE, "name": "Helicopters", "days": "soon"},
        {"part": "used", "number": "77", "on": "2026-01-01"},
        {"part": "drilled", "number": "1", "on": "never"},
        {"part": "sell"},
    ],
)
def test_a_tool_that_cannot_be_is_one_sentence_and_changes_nothing(reader, form: dict[str, str]) -> None:
    answer = reader.post("/tools", form | {"post": "operator"})
    assert answer.status_code == 422
    assert not Tool.objects.exists()


def test_the_docket_shows_order_points_and_overrides(reader, desk) -> None:
    """M18: an override asks for a reason and shows the order before."""
    said = page(reader, "/docket")
    assert "points" in said
    ids = [i.pk for i in Item.objects.filter(state="open").order_by("id")]
    last = ids[-1]
    refused = reader.post(
        "/docket/order", {"number": last, "rank": "1", "days": "3", "reasons": "", "post": "principal"}
    )
    assert refused.status_code == 422
    assert "with reasons" in refused.content.decode()
    why = "The envoy lands there tonight."
    reader.post("/docket/order", {"number": last, "rank": "1", "days": "3", "reasons": why, "post": "principal"})
    said = page(reader, "/docket")
    assert "by hand" in said
    assert "Before:" in said
    assert why in said
    reader.post(
        "/docket/order", {"number": last, "back": "1", "reasons": "It left again by noon.", "post": "principal"}
    )
    assert why not in page(reader, "/docket")


def test_filters_live_in_the_address(reader, item) -> None:
    everything = page(reader, "/docket")
    assert f'href="/docket/{item.pk}"' in everything
    other = {"watch", "alert", "emergency"} - {item.level}
    assert f'href="/docket/{item.pk}"' in page(reader, f"/docket?level={item.level}&place={item.place_id}")
    assert f'href="/docket/{item.pk}"' not in page(reader, f"/docket?level={other.pop()}")
    assert f'href="/docket/{item.pk}"' not in page(reader, "/docket?q=zebra")
    assert f'href="/docket/{item.pk}"' in page(reader, "/docket?level=nonsense"), (
        "a filter that is none filters nothing"
    )
