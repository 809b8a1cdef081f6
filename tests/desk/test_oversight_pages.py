"""The pages of oversight: both sides get the same, a question has a clock, a token opens what was granted."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client

from tocsin.desk.context import context
from tocsin.response.docket import acts
from tocsin.response.docket.models import Item, Lapse
from tocsin.response.oversight import shares
from tocsin.response.oversight.models import Briefing, Consent, Gap, Question, ShareRead
from tocsin.response.register import record
from tocsin.response.register.models import Holding, Person
from tocsin.response.register.people import cli_actor

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def staff(desk) -> Client:
    """Somebody of the minority office, and of nothing else."""
    person = Person.objects.create(username="staff", display_name="Sam Staff", may_sign=True)
    Holding.objects.filter(post="minority_staff").update(until=context().now())
    Holding.objects.create(person=person, post="minority_staff", since=context().now())
    client = Client()
    client.force_login(person)
    return client


def test_the_legislature_asks_the_desk_answers_and_both_sides_see_it(staff, reader, item) -> None:
    refused = staff.post(
        "/legislature/questions", {"post": "minority_staff", "to": "deputies", "text": "Why", "place": ""}
    )
    assert refused.status_code == 409
    assert ">Why</textarea>" in refused.content.decode(), "what was typed is still there"
    words = {"post": "minority_staff", "to": "deputies", "text": "Who has decided on this by now?", "place": "sudan"}
    assert staff.post("/legislature/questions", words).status_code == 302
    question = Question.objects.get()
    assert (question.asked_by, question.place_id) == ("minority_office", "SDN")
    page = staff.get("/legislature").content.decode()
    assert "Who has decided on this by now?" in page
    assert f"/legislature/questions/{question.pk}/answer" not in page, "who asks does not answer"
    assert f"/legislature/questions/{question.pk}/answer" in reader.get("/legislature").content.decode()
    answer = {"post": "deputies", "text": "Nobody yet; the clock runs out on Monday"}
    assert reader.post(f"/legislature/questions/{question.pk}/answer", answer).status_code == 302
    assert "Nobody yet" in staff.get("/legislature?state=answered&q=monday").content.decode()
    assert "Nobody yet" not in staff.get("/legislature?state=overdue").content.decode()


def test_an_office_of_the_legislature_sees_the_process_and_no_question_itself(staff, item) -> None:
    for path in ("/docket", f"/docket/{item.pk}", f"/places/{item.place_id}", "/brief", "/brief.json", "/undertakings"):
        answer = staff.get(path)
        assert answer.status_code == 403, path
        assert "released" in answer.content.decode()
    assert staff.get("/")["Location"] == "/legislature"
    page = staff.get(f"/legislature/{item.place_id}").content.decode()
    assert "an acknowledgement" in page and "withheld" in page.lower()
    assert item.question not in page
    assert all(w.summary not in page for w in item.warnings.all())


def test_a_briefing_goes_to_both_sides_or_says_why_not(reader) -> None:
    words = {"post": "desk_officer", "title": "Roads", "text": "The regime closed three roads in the north"}
    page = reader.post("/legislature/briefings", words, follow=True).content.decode()
    assert "judges a government by naming it" in page
    row = Briefing.objects.get()
    refused = reader.post(
        f"/legislature/briefings/{row.pk}/deliver", {"post": "desk_officer", "office": ["majority_office"]}
    )
    assert refused.status_code == 409
    assert "would not get what" in refused.content.decode()
    offices = ["oversight", "majority_office", "minority_office"]
    reader.post(f"/legislature/briefings/{row.pk}/deliver", {"post": "desk_officer", "office": offices})
    row.refresh_from_db()
    assert row.delivered_at is not None
    assert "Minority office got it" in reader.get("/legislature").content.decode()


def test_a_gap_is_raised_filtered_and_closed_on_its_page(reader) -> None:
    words = {"post": "desk_officer", "kind": "law", "what": "x", "owner": "deputies", "due": "2027-03-01"}
    refused = reader.post("/undertakings/gaps", words)
    assert refused.status_code == 409 and ">x</textarea>" in refused.content.decode()
    assert reader.post("/undertakings/gaps", {**words, "due": "soon"}).status_code == 409
    reader.post("/undertakings/gaps", {**words, "what": "No law lets a mission share names"})
    gap = Gap.objects.get()
    assert "No law lets a mission" in reader.get("/undertakings?kind=law").content.decode()
    assert "No law lets a mission" not in reader.get("/undertakings?kind=tool").content.decode()
    refused = reader.post(f"/undertakings/gaps/{gap.pk}/close", {"post": "deputies", "evidence": " "})
    assert refused.status_code == 409
    reader.post(f"/undertakings/gaps/{gap.pk}/close", {"post": "deputies", "evidence": "Act 12 is in force"})
    assert "Act 12 is in force" in reader.get("/undertakings?gaps=closed").content.decode()


def test_an_undertaking_from_memory_says_so(reader) -> None:
    page = reader.get("/undertakings?q=constitutive").content.decode()
    assert "The right of the Union to intervene" in page and "from memory, unverified" in page
    assert "unmet" in page and "no procedure here" in page
    assert "No undertaking is like that" in reader.get("/undertakings?q=zzzz").content.decode()


def test_consent_is_given_and_withdrawn_by_the_person(reader, item) -> None:
    path = f"/places/{item.place_id}/summary"
    assert "Nobody has approved this summary" in reader.get(path).content.decode()
    reader.post(f"{path}/consent", {"post": "desk_officer"})
    assert Consent.objects.get(withdrawn_at=None).person.username == "operator"
    reader.post(f"{path}/consent", {"post": "desk_officer", "act": "withdraw"})
    assert not Consent.objects.filter(withdrawn_at=None).exists()


def test_feeds_without_an_account_hold_no_current_item(desk, client, item) -> None:
    ctx = context()
    record.checkpoint(ctx)
    feed = ElementTree.fromstring(client.get("/feeds/checkpoints.atom").content)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}content", "").startswith(record.signer(ctx).name)
    assert feed.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}updated")
    assert client.get("/feeds/lapses.atom").content == client.get("/feeds/lapses.atom").content
    Lapse.objects.create(
        item=item, clock="decision", tier=5, posts=["principal"], due=ctx.now(), recorded_at=ctx.now(), at_ceiling=True
    )
    text = client.get("/feeds/lapses.atom").content.decode()
    assert "named when the question is closed" in text and "Principal" in text
    for secret in (item.place_id, item.question, f"item {item.pk}"):
        assert secret not in text


def test_a_token_opens_the_granted_fields_and_nothing_else_does(desk, client, item) -> None:
    ctx = context()
    until = ctx.now() + timedelta(days=9)
    row, token = shares.share(
        ctx, cli_actor("desk_officer"), [item], organisation="legislature", fields=["level", "state"], until=until
    )
    told = client.get(f"/share/{token}.json")
    assert told.json()["items"] == [{"item": item.pk, "level": item.level, "state": item.state}]
    assert told["Cache-Control"] == "no-store"
    feed = ElementTree.fromstring(client.get(f"/share/{token}.atom").content)
    assert f"level: {item.level}" in feed.findtext(f"{ATOM}entry/{ATOM}content", "")
    assert [r.form for r in ShareRead.objects.order_by("id")] == ["json", "atom"]
    shares.revoke(ctx, cli_actor("analyst"), row.pk)
    tokens = (token, "A" * 43, "x")
    wrong = [client.get(f"/share/{t}.json") for t in tokens]
    assert {w.status_code for w in wrong} == {404}
    pages = [w.content.decode().replace(t, "TOKEN") if t != "x" else "" for w, t in zip(wrong, tokens, strict=True)]
    assert pages[0] == pages[1], "what was revoked looks as what never was"
    assert ShareRead.objects.count() == 2


def test_accountability_shows_the_scorecard_and_no_current_place(desk, client, item) -> None:
    acts.acknowledge(context(), item.pk, cli_actor("principal"))
    page = client.get("/accountability").content.decode()
    assert "The same rules for allies and rivals" in page and "memberships from memory" in page
    assert "Principal" in page
    assert Item.objects.get(pk=item.pk).question not in page


def test_accountability_has_offices_reports_and_barriers(desk, client, item) -> None:
    page = client.get("/accountability").content.decode()
    assert "No report has been passed on yet." in page
    assert "No barrier has been recorded yet." in page
    words = {
        "sphere": "political", "by": "A permanent member", "why": "It said it would block any statement",
        "evidence": "Press line of 12 November", "workaround": "A statement of the regional body",
    }  # fmt: skip
    acts.acknowledge(context(), item.pk, cli_actor("principal"))
    acts.block(context(), item.pk, cli_actor("principal"), option="D01", type="will_not", **words)
    page = client.get("/accountability").content.decode()
    assert "1, 100%" in page
    assert "A permanent member" not in page, "an open page names the type and nothing else"
    assert 'aria-label="By office"' in page
