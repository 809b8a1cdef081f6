"""Shares, succession, surges and steps at the desk: signed, refused in a sentence, with what was typed still there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from desk.conftest import PASSPHRASE
from response.docket.desk import by
from tocsin.desk.context import context
from tocsin.response.docket.acts import surge
from tocsin.response.oversight import shares
from tocsin.response.oversight.models import Procedure, Share, ShareRead
from tocsin.response.register import people
from tocsin.response.register.models import LedgerBody, Person

SIGNED = {"passphrase": PASSPHRASE}


def body_of(kind: str) -> str:
    return LedgerBody.objects.filter(entry__kind=kind).latest("entry_id").body


def share(item, **change: object) -> dict[str, object]:
    until = (context().now() + timedelta(days=30)).date().isoformat()
    fields = ["level", "state"]
    made = {"items": str(item.pk), "organisation": "legislature", "fields": fields, "until": until}
    return {**made, "post": "desk_officer", **SIGNED, **change}


def test_a_share_is_made_read_seen_and_revoked(reader, client, item) -> None:
    made = reader.post("/sharing", share(item))
    assert made.status_code == 200
    address = re.search(r"(/share/[A-Za-z0-9_-]+)\.json", made.content.decode())
    assert address
    assert address[1] not in reader.get("/sharing").content.decode(), "shown once"
    assert '"method":"passphrase"' in body_of("share.made")
    partner = Client()
    read = partner.get(f"{address[1]}.json").json()
    assert set(read["items"][0]) == {"item", "level", "state"}
    page = reader.get("/sharing").content.decode()
    assert "1 reading by whoever held the address" in page
    row = Share.objects.get()
    refused = reader.post(f"/sharing/{row.pk}/revoke", {"post": "desk_officer", "passphrase": "not it"})
    assert refused.status_code == 422
    assert partner.get(f"{address[1]}.json").status_code == 200
    assert reader.post(f"/sharing/{row.pk}/revoke", {"post": "desk_officer", **SIGNED}).status_code == 302
    reads = ShareRead.objects.count()
    for form in ("json", "atom"):
        assert partner.get(f"{address[1]}.{form}").status_code == 404
    assert ShareRead.objects.count() == reads
    assert "revoked" in reader.get("/sharing").content.decode()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"passphrase": "wrong"}, "not the passphrase"),
        ({"items": "12x"}, "by their numbers"),
        ({"items": "99999"}, "no question 99999"),
        ({"items": ""}, "shows nothing"),
        ({"fields": []}, "shows nothing"),
        ({"fields": ["reasons"]}, "cannot be shared"),
        ({"organisation": ""}, "empty group is nobody"),
        ({"until": "2019-01-01"}, "cannot last until"),
        ({"until": "soon"}, "soon"),
        ({"post": "analyst"}, "tier"),
    ],
)
def test_what_cannot_be_shared_comes_back_as_typed(reader, item, change: dict[str, object], says: str) -> None:
    answer = reader.post("/sharing", share(item, **change))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert says in text
    assert PASSPHRASE not in text
    if "organisation" not in change:
        assert 'value="legislature" selected' in text
    assert not Share.objects.exists()


def test_who_keeps_no_register_sees_no_share(desk, client, item) -> None:
    nobody = Person.objects.create(username="nuru", display_name="Nuru")
    client.force_login(nobody)
    assert client.get("/sharing").status_code == 403
    assert client.post("/sharing", share(item)).status_code == 403
    made, _ = shares.share(context(), by("desk_officer"), [item], organisation="legislature", fields=["level"],
                           until=context().now() + timedelta(days=2))  # fmt: skip
    assert client.post(f"/sharing/{made.pk}/revoke", {"post": "desk_officer", **SIGNED}).status_code == 403
    made.refresh_from_db()
    assert made.revoked_at is None


def test_a_post_is_given_and_somebody_leaves_with_nothing_unheld(reader) -> None:
    ctx = context()
    ada, ben = (people.add(ctx, name, name.title(), by("operator")) for name in ("ada", "ben"))
    given = {"of": "desk_officer", "person": "ada", "post": "operator"}
    refused = reader.post("/people/hold", {**given, "passphrase": "wrong"})
    assert refused.status_code == 422
    assert 'value="ada" selected' in refused.content.decode()
    assert people.posts_of(ada) == []
    assert reader.post("/people/hold", {**given, **SIGNED}).status_code == 302
    assert people.posts_of(ada) == ["desk_officer"]
    gone = {"person": "ada", "to": "ben", "post": "operator"}
    assert reader.post("/people/leave", {**gone, "to": "nobody", **SIGNED}).status_code == 422
    assert reader.post("/people/leave", {**gone, "post": "principal", **SIGNED}).status_code == 422
    done = reader.post("/people/leave", {**gone, **SIGNED}, follow=True).content.decode()
    assert "Ada has left" in done
    assert people.posts_of(ben) == ["desk_officer"]
    ada.refresh_from_db()
    assert not ada.is_active
    assert '"method":"passphrase"' in body_of("person.left")


def test_who_is_not_the_operator_gives_no_post(desk, client) -> None:
    ctx = context()
    ada = people.add(ctx, "ada", "Ada", by("operator"))
    people.hold(ctx, "analyst", ada, by("operator"))
    ada.set_password(PASSPHRASE)
    ada.may_sign = True
    ada.save()
    client.force_login(ada)
    assert "Who takes over" not in client.get("/people").content.decode()
    for post in ("analyst", "operator"):
        refused = client.post("/people/hold", {"of": "principal", "person": "ada", "post": post, **SIGNED})
        assert refused.status_code == 422
    assert people.posts_of(ada) == ["analyst"]


def test_a_surge_is_declared_and_ended_on_the_docket(reader) -> None:
    ctx = context()
    named = surge.directive.current().surge.declared_by[0]
    words = {"days": "3", "reasons": "Two capitals fell within a day and every desk is on it", "post": named}
    refused = reader.post("/docket/surge", {**words, "passphrase": "wrong"})
    assert refused.status_code == 422
    assert words["reasons"] in refused.content.decode()
    assert "1 to" in reader.post("/docket/surge", {**words, "days": "400", **SIGNED}).content.decode()
    assert reader.post("/docket/surge", {**words, "days": "three", **SIGNED}).status_code == 422
    assert reader.post("/docket/surge", {**words, "post": "analyst", **SIGNED}).status_code == 422
    assert surge.standing(ctx) is None
    assert reader.post("/docket/surge", {**words, **SIGNED}).status_code == 302
    assert surge.standing(ctx) is not None
    assert "Sign and end it" in reader.get("/docket").content.decode()
    ending = {"end": "1", "reasons": "Both are held again and the desks are back", "post": named, **SIGNED}
    assert reader.post("/docket/surge", ending).status_code == 302
    assert surge.standing(ctx) is None


def test_a_step_is_set_and_shown_to_be_done(reader) -> None:
    due = (context().now() + timedelta(days=20)).date().isoformat()
    key = re.search(
        r'<select id="st-k" name="key"><option value="([a-z0-9-]+)"', reader.get("/undertakings").content.decode()
    )
    assert key
    words = {"key": key[1], "owner": "desk_officer", "step": "Send the mission north with two observers", "due": due,
             "shown_by": "The travel order and its report", "post": "desk_officer"}  # fmt: skip
    refused = reader.post("/undertakings/steps", {**words, "step": "x", **SIGNED}).content.decode()
    assert "The travel order and its report" in refused
    assert "--what" not in refused
    assert PASSPHRASE not in refused
    assert reader.post("/undertakings/steps", {**words, "passphrase": ""}).status_code == 409
    assert not Procedure.objects.exists()
    assert reader.post("/undertakings/steps", {**words, **SIGNED}).status_code == 302
    row = Procedure.objects.get()
    assert "Send the mission north" in reader.get("/undertakings").content.decode()
    done = f"/undertakings/steps/{row.pk}/done"
    assert reader.post(done, {"post": "desk_officer", "evidence": " ", **SIGNED}).status_code == 409
    assert reader.post(done, {"post": "desk_officer", "evidence": "Order 14", **SIGNED}).status_code == 302
    row.refresh_from_db()
    assert row.evidence == "Order 14"
    assert '"method":"passphrase"' in body_of("undertaking.done")
