"""Reports at the desk: written, read blind, sent up with reasons, and what a writer sees of it."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from tocsin.response.register.models import Holding, Person
from tocsin.response.register.reports.models import Opening, Report

TEXT = "On 5 March soldiers massacred 300 civilians in Kiambaa.\nThe attack was systematic. Two thousand fled."
SOFT = "On 5 March there were reportedly some casualties in Kiambaa. The attack was systematic."


def person(ctx_now: object, name: str, *posts: str) -> Client:
    who, _ = Person.objects.get_or_create(username=name, defaults={"display_name": name.title()})
    for post in posts:
        Holding.objects.filter(post=post, until=None).delete()
        Holding.objects.create(person=who, post=post, since=ctx_now)
    client = Client()
    client.force_login(who)
    return client


@pytest.fixture
def people(desk) -> dict[str, Client]:
    from tocsin.desk.context import context

    now = context().now()
    return {
        "writer": person(now, "nuru"),
        "analyst": person(now, "ada", "analyst"),
        "second": person(now, "ben", "second_reader"),
        "mission": person(now, "cleo", "mission_head"),
        "principal": person(now, "dora", "principal"),
    }


@pytest.fixture
def number(people) -> int:
    answer = people["writer"].post("/reports/new", {"place": "KEN", "kind": "report", "text": TEXT, "language": "en"})
    assert answer.status_code == 302
    return int(answer["Location"].rpartition("#r")[2])


READING = {"severity": "3", "reliability": "B", "credibility": "2", "factors": ["RF11", "RF7"]}


def test_a_report_is_written_read_blind_softened_and_shown_to_the_next_reader(people, number) -> None:
    page = f"/reports/{number}"
    mine = people["writer"].get("/reports/mine").content.decode()
    assert Report.objects.get().sha256 in mine
    assert "Nobody yet." in mine
    assert people["writer"].get(page)["Location"] == f"/reports/mine#r{number}"
    seen = people["analyst"].get(page).content.decode()
    assert "massacred 300 civilians" in seen
    assert "nuru" not in seen.casefold()
    assert people["analyst"].post(f"{page}/read", {**READING, "post": "analyst"}).status_code == 302
    blind = people["second"].get(page).content.decode()
    assert "shown once you have given yours" in blind
    assert "B2" not in re.sub(r"<option.*?</option>", "", blind)
    assert people["mission"].get(page).status_code == 409
    asked = people["analyst"].post(f"{page}/send", {"post": "analyst", "text": SOFT, "to_tier": "2"})
    assert asked.status_code == 422
    text = asked.content.decode()
    assert "<del>" in text
    assert "hedge added: reportedly" in text
    assert 'name="reason-2"' in text
    given = {"post": "analyst", "text": SOFT, "to_tier": "2", "reason-1": "Not verified", "reason-2": "Told elsewhere"}
    assert people["analyst"].post(f"{page}/send", given).status_code == 302
    next_reader = people["mission"].get(page).content.decode()
    for words in ("softened", "dropped", "Not verified", "Told elsewhere", "<del>", "massacred 300 civilians"):
        assert words in next_reader
    assert people["mission"].post(f"{page}/hold", {"post": "mission_head", "because": " "}).status_code == 422
    reasons = {"post": "mission_head", "because": "Waiting for a second source"}
    assert people["mission"].post(f"{page}/hold", reasons).status_code == 302
    mine = people["writer"].get("/reports/mine").content.decode()
    assert "Waiting for a second source" in mine
    assert "Head of mission" in mine
    assert Opening.objects.filter(post="mission_head").exists()


def test_a_refused_reading_keeps_what_was_ticked(people, number) -> None:
    answer = people["analyst"].post(f"/reports/{number}/read", {"post": "analyst", "factors": ["RF11"], "note": "Kept"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert re.search(r'value="RF11" checked', text)
    assert "Kept</textarea>" in text
    assert "has no severity" in text


def test_nobody_above_sees_what_was_not_sent_to_them(people, number) -> None:
    for who in ("mission", "principal"):
        assert people[who].get(f"/reports/{number}").status_code == 409
        assert "Kenya" not in people[who].get("/reports").content.decode().split("<main", 1)[1]
    assert people["mission"].get("/reports/999").status_code == 404
    assert people["mission"].post(f"/reports/{number}/read", {**READING, "post": "analyst"}).status_code == 409


def test_search_and_filters_stand_in_the_address(people, number) -> None:
    get = people["analyst"].get
    assert f"/reports/{number}" in get("/reports?q=kenya").content.decode()
    assert f'href="/reports/{number}"' not in get("/reports?q=chad").content.decode()
    assert "None of these" in get("/reports?state=held").content.decode()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"text": ""}, "says nothing"),
        ({"text": "x" * 70_000}, "too long"),
        ({"place": "XXX"}, "not a place"),
        ({"dated": "2099-01-01"}, "a day to come"),
        ({"dated": "tomorrow"}, "tomorrow"),
    ],
)
def test_a_report_that_cannot_be_taken_comes_back_as_typed(people, change: dict[str, str], says: str) -> None:
    typed = {"place": "KEN", "kind": "report", "text": "Houses burnt <b>", "office": "Field office 3", **change}
    answer = people["writer"].post("/reports/new", typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert says in text
    assert "Field office 3" in text
    assert not Report.objects.exists()


def test_null_bytes_and_mixed_line_ends_are_kept_and_shown(people) -> None:
    typed = {"place": "KEN", "kind": "report", "text": "One\x00two\r\nthree\rfour\nfive"}
    assert people["writer"].post("/reports/new", typed).status_code == 302
    report = Report.objects.get()
    assert bytes(report.original.content) == typed["text"].encode()
    shown = people["analyst"].get(f"/reports/{report.pk}").content.decode()
    assert "One�two\nthree\nfour\nfive" in shown


def test_an_item_leads_back_to_its_reports(people, number) -> None:
    other = person(Report.objects.get().received_at, "omar")
    other.post("/reports/new", {"place": "KEN", "kind": "report", "text": "Lists are being made in Nakuru."})
    for pk in Report.objects.values_list("pk", flat=True):
        for who, post in (("analyst", "analyst"), ("second", "second_reader")):
            people[who].get(f"/reports/{pk}")
            assert people[who].post(f"/reports/{pk}/read", {**READING, "post": post}).status_code == 302
    from tocsin.response.docket.models import Item

    item = Item.objects.filter(place_id="KEN").latest("id")
    chain = people["principal"].get(f"/docket/{item.pk}/trace").content.decode()
    assert f'href="/reports/{number}"' in chain
    assert "The chain is whole both ways" in chain
    # Those told of the item may read the report it rests on.
    assert people["principal"].get(f"/reports/{number}").status_code == 200
    assert "nuru" not in people["principal"].get(f"/docket/{item.pk}").content.decode().casefold()


def test_a_refused_text_that_quotes_the_original_is_an_opening_of_it(people, number) -> None:
    page = f"/reports/{number}"
    people["analyst"].get(page)
    people["analyst"].post(f"{page}/read", {**READING, "post": "analyst"})
    before = Opening.objects.filter(post="analyst", why="chain").count()
    sent = {"post": "analyst", "text": "Nothing of note", "to_tier": "2", f"reason-{'9' * 5000}": "x", "reason-²": "x"}
    form = "application/x-www-form-urlencoded"
    answer = people["analyst"].post(f"{page}/send", urlencode(sent), content_type=form)
    assert answer.status_code == 422
    assert "massacred 300 civilians" in answer.content.decode()
    assert Opening.objects.filter(post="analyst", why="chain").count() == before + 1


def test_one_reader_alone_holds_nothing_back(people, number) -> None:
    page = f"/reports/{number}"
    people["analyst"].get(page)
    people["analyst"].post(f"{page}/read", {**READING, "severity": "0", "post": "analyst"})
    held = people["analyst"].post(f"{page}/hold", {"post": "analyst", "because": "The capital would not like it now"})
    assert held.status_code == 422
    assert "one reader alone holds nothing back" in held.content.decode()


def test_a_text_far_too_long_is_told_so_and_kept(people) -> None:
    typed = {"place": "KEN", "kind": "report", "text": "They came at night. " * 500_000}
    answer = people["writer"].post("/reports/new", typed)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "10,000,000 bytes is too long" in text
    assert text.count("They came at night.") >= 500_000
    beyond = people["writer"].post("/reports/new", {**typed, "text": "x" * 17_000_000})
    assert beyond.status_code == 413
    assert "longer than the 16,000,000 bytes" in beyond.content.decode()
    assert not Report.objects.exists()


def test_a_reading_of_what_was_not_opened_is_refused_and_the_refusal_opens_it(people, number) -> None:
    page = f"/reports/{number}"
    refused = people["analyst"].post(f"{page}/read", {**READING, "post": "analyst"})
    assert refused.status_code == 422
    assert "You have not opened the original" in refused.content.decode()
    assert "massacred 300 civilians" in refused.content.decode()
    assert Opening.objects.filter(post="analyst").count() == 1
    assert people["analyst"].post(f"{page}/read", {**READING, "post": "analyst"}).status_code == 302


def test_a_writer_who_is_a_reader_is_told_that_it_is_theirs(people) -> None:
    ada = people["analyst"]
    ada.post("/reports/new", {"place": "KEN", "kind": "report", "text": TEXT, "language": "en"})
    page = f"/reports/{Report.objects.get().pk}"
    ada.get(page)
    refused = ada.post(f"{page}/read", {**READING, "post": "analyst"})
    assert refused.status_code == 422
    assert "You wrote report" in refused.content.decode()
