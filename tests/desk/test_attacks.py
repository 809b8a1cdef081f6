"""What somebody would try who may not: a legislature's account at every address, a clock put back, a name in a pack."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, reverse

from desk.conftest import PASSPHRASE
from desk.test_default_deny import SAMPLES
from response.docket.desk import by
from tocsin.catalog import directive
from tocsin.core.clock import FixedClock
from tocsin.desk.context import context, use_clock
from tocsin.desk.urls import urlpatterns
from tocsin.ledger.redaction import Redaction, read_rules
from tocsin.response.docket import acts, handover
from tocsin.response.docket.models import Item
from tocsin.response.docket.reports.enter import Entry, submit
from tocsin.response.register import people, record
from tocsin.response.register.models import Holding, LedgerEntry, Person
from tocsin.response.register.people import Actor
from tocsin.response.register.reports.models import Report

SECRET = "Amina of the market told it on Friday"
REPORT = "Forty men were taken from the market and nobody has seen them"
BELL = "Columns stand north of the town, says Yusuf"


@pytest.fixture
def secrets(desk, item) -> Item:
    """A question with a bell, a report and a reading of the record that nobody outside may see."""
    ctx = context()
    nuru = Person.objects.create(username="nuru", display_name="Nuru Field")
    acts.ring_bell(ctx, item.place_id, BELL, Actor(post="analyst", person=None, via="cli", os_user="nuru"))
    submit(ctx, Entry(place=item.place_id, content=REPORT.encode()), person=nuru, via="desk")
    acts.acknowledge(ctx, item.pk, by("principal"))
    words = {"sphere": "political", "by": "A permanent member", "why": SECRET, "evidence": "Press line of 12 November"}
    acts.block(
        ctx,
        item.pk,
        by("principal"),
        option="D01",
        type="will_not",
        workaround="A statement of the regional body",
        **words,
    )
    return item


def staff(ended: bool = False) -> Client:
    person = Person.objects.create(username="staff", display_name="Sam Staff", may_sign=True)
    now = context().now()
    Holding.objects.filter(post="minority_staff", until=None).update(until=now)
    Holding.objects.create(person=person, post="minority_staff", since=now, until=now if ended else None)
    client = Client()
    client.force_login(person)
    return client


def address(pattern: URLPattern, item: Item) -> str:
    given = {**SAMPLES, "place_id": item.place_id, "number": item.pk}
    if pattern.name and pattern.name.startswith("report"):
        given["number"] = 1
    names = pattern.pattern.regex.groupindex
    return reverse(pattern.name, kwargs={name: given[name] for name in names})


@pytest.mark.parametrize("ended", [False, True], ids=["in office", "out of office"])
def test_an_office_of_the_legislature_learns_nothing_current_at_any_address(secrets, ended: bool) -> None:
    """Every address there is, asked for and posted to; taking the post away opens nothing either."""
    client, seen = staff(ended), []
    before = LedgerEntry.objects.count()
    for pattern in urlpatterns:
        if pattern.name in {"sign_out", "sign_in", "welcome"}:
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(address(pattern, secrets))
            text = b"".join(answer).decode("utf-8", "replace")
            for secret in (SECRET, REPORT, BELL, "nuru", "Nuru", "permanent member", secrets.question):
                assert secret not in text, f"{method} {pattern.name}: {secret}"
            seen.append((pattern.name, answer.status_code))
    assert LedgerEntry.objects.count() == before, "nothing was done"
    kept_out = {"item", "report", "docket", "sharing", "people"}
    assert {code for name, code in seen if name in kept_out} == {403}


def test_a_signed_in_outsider_is_named_no_current_firing(secrets) -> None:
    insider = Client()
    insider.force_login(Person.objects.get(username="operator"))
    withheld = "withheld until what followed is known"
    assert withheld not in insider.get("/tripwires/forecast_level").content.decode()
    assert withheld in staff().get("/tripwires/forecast_level").content.decode()


def posts_of_forms(item: Item) -> list[tuple[str, dict[str, object]]]:
    """Each kind of act that a form of the desk takes, as it would be taken if the record had not stopped."""
    signed = {"passphrase": PASSPHRASE}
    due = (context().now() + timedelta(days=20)).date().isoformat()
    office = directive.current().offices[0].id
    named = directive.current().surge.declared_by[0]
    gap = {"kind": "contact", "what": "Nobody at the mission answers", "owner": "desk_officer", "due": due}
    share = {"items": str(item.pk), "organisation": "legislature", "fields": ["level"], "until": due}
    return [
        (f"/places/{item.place_id}/bell", {"because": "Convoys seen north of the town", "post": "analyst"}),
        (f"/places/{item.place_id}/track/response", {"owner": "desk_officer", "post": "desk_officer"}),
        (f"/docket/{item.pk}/acknowledge", {"post": "principal"}),
        ("/reports/new", {"place": item.place_id, "kind": "report", "text": REPORT}),
        ("/people/ping", {"office": office, "post": "operator"}),
        ("/people/cover", {"of": "desk_officer", "place": item.place_id, "topic": "options", "post": "operator"}),
        ("/people/hold", {"of": "desk_officer", "person": "ada", "post": "operator", **signed}),
        ("/people/leave", {"person": "ada", "to": "", "post": "operator", **signed}),
        ("/docket/surge", {"reasons": "Two capitals fell within a day", "days": "2", "post": named, **signed}),
        ("/undertakings/gaps", {**gap, "post": "desk_officer"}),
        ("/sharing", {**share, "post": "desk_officer", **signed}),
    ]


def everything() -> dict[str, int]:
    """Return the rows of every table that acts write; sessions are the browser's."""
    rooms = ("register", "docket", "oversight")
    return {m._meta.label: m.objects.count() for m in apps.get_models() if m._meta.app_label in rooms}


def test_with_the_clock_put_back_no_form_writes_a_row(reader, item) -> None:
    now = context().now()
    people.add(context(), "ada", "Ada", by("operator"))
    forms = posts_of_forms(item)
    use_clock(FixedClock(now - timedelta(hours=2)))
    before = everything()
    for url, data in forms:
        answer = reader.post(url, data)
        assert answer.status_code in {409, 422, 500, 503}, (url, answer.status_code)
        assert everything() == before, url
    assert "THE RECORD HAS STOPPED" in reader.get("/docket").content.decode()
    # The clock put right, each of them is taken: it was the clock that kept them.
    use_clock(FixedClock(now))
    for url, data in forms:
        answer = reader.post(url, data)
        assert answer.status_code == (200 if url == "/sharing" else 302), (url, answer.content.decode()[-3000:])


def test_a_handover_pack_names_no_reporter_and_no_bell_ringer(secrets, tmp_path) -> None:
    writers = [r.writer for r in Report.objects.all()]
    for person in (None, Person.objects.get(username="operator")):
        made = handover.pack(context(), person)
        for path in handover.write(made, tmp_path / str(person)):
            text = Path(path).read_text(encoding="utf-8")
            assert f"Item {secrets.pk}" in text or f'"number": {secrets.pk}' in text
            for name in ("nuru", "Nuru", REPORT, *writers):
                assert name not in text, path


def test_an_export_by_the_rules_of_the_handbook_names_neither(secrets, tmp_path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "explain" / "ledger.md").read_text(encoding="utf-8")
    rules = text[text.index("schema: 1") : text.index("```", text.index("schema: 1"))]
    (tmp_path / "rules.yml").write_text(rules, encoding="utf-8")
    whole, hidden = tmp_path / "whole.txt", tmp_path / "hidden.txt"
    record.export(context(), whole)
    assert "nuru" in whole.read_text(encoding="utf-8"), "the record knows who rang"
    record.export(context(), hidden, redaction=Redaction(read_rules(tmp_path / "rules.yml")))
    for secret in ("nuru", "Nuru", BELL, REPORT):
        assert secret not in hidden.read_text(encoding="utf-8")
