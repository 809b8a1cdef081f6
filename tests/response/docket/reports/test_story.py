"""A report from the field to a decision, and a manager who would rather not have it (M25, M27)."""

from __future__ import annotations

import hashlib

import pytest

from response.docket.reports.people import SOFT, TEXT, at, field_officer, graded, write
from tocsin.core.errors import Refused
from tocsin.response.docket.models import Item, Message
from tocsin.response.docket.reports import credit, fate, passing, reading, show, sight
from tocsin.response.docket.reports.enter import Entry, submit
from tocsin.response.docket.tick import tick
from tocsin.response.docket.trace import of_item
from tocsin.response.register.models import LedgerBody, LedgerEntry
from tocsin.response.register.people import Actor
from tocsin.response.register.reports import originals
from tocsin.response.register.reports.models import Credit, Hop, Report, ReportLapse
from tocsin.response.register.reports.originals import read

pytestmark = pytest.mark.django_db


def test_from_the_field_to_an_item_and_back(ctx, clock):
    first, second = write(ctx), write(ctx, "Militia went from house to house with lists.", writer="omar")
    for receipt in (first, second):
        for post in ("analyst", "second_reader"):
            graded(ctx, receipt.number, at(ctx, post), factors=["RF7", "RF10"], severity=3, grade="B2")
    item = Item.objects.get()
    assert (item.place_id, item.level, item.tier) == ("KEN", "emergency", 5)
    chain = of_item(item)
    assert chain["broken"] == []
    assert {b["row"] for w in chain["warnings"] for b in w["source_rows"]} == {"1", "2"}
    told = fate.of(Report.objects.get(pk=first.number))
    assert told.stage == "used"
    assert next(s.item for s in told.steps if s.stage == "used") == item.pk


def test_a_manager_suppresses_a_report_and_it_is_read_all_the_same(ctx, clock):
    """M25: the copy is with the second reader, the writer stays unknown, the credit appears."""
    receipt = write(ctx)
    graded(ctx, receipt.number, at(ctx, "analyst"), factors=["RF11"], severity=2, grade="B2")
    passing.send(ctx, receipt.number, at(ctx, "analyst"))
    passing.hold(ctx, receipt.number, at(ctx, "mission_head"), "The capital would not like to read this now")
    report = Report.objects.get(pk=receipt.number)
    told = Message.objects.filter(to_post="second_reader", subject__contains="held")
    assert "The capital would not like to read this now" in told.get().body
    assert sight.post_for(report, ["second_reader"]) == "second_reader"
    assert read(report).text == TEXT
    # The second reader grades it and sends it past the one who holds it.
    graded(ctx, receipt.number, at(ctx, "second_reader"), factors=["RF11", "RF7"], severity=3, grade="B2")
    hop = passing.send(ctx, receipt.number, at(ctx, "second_reader"), to_tier=3).hop
    assert (hop.from_tier, hop.to_tier, hop.text) == (1, 3, TEXT)
    assert Message.objects.filter(to_post="desk_officer", key__startswith=f"report-{report.pk}.hop").exists()
    clock.move(days=3)
    for writer in ("omar", "asha"):
        other = write(ctx, f"Forty more were killed in Nakuru, says {writer}.", writer=writer)
        for post in ("analyst", "second_reader"):
            graded(ctx, other.number, at(ctx, post), factors=["RF11"], severity=3, grade="B2")
    credit.give(ctx)
    given = Credit.objects.filter(report=report, before="warning").get()
    assert given.lead_hours >= 0
    everything = [e.leaf for e in LedgerEntry.objects.all()] + [b.body for b in LedgerBody.objects.all()]
    everything += [m.subject + m.body for m in Message.objects.all()]
    for name in ("nuru", "Nuru", report.writer):
        assert not [line for line in everything if name in line]


def test_silence_carries_it_up_and_around_unverified(ctx, clock):
    receipt = write(ctx)
    clock.move(hours=47)
    assert tick(ctx).lapses == []
    clock.move(hours=1)
    lapses = tick(ctx).lapses
    assert [(lapse["clock"], lapse["posts"]) for lapse in lapses] == [("reading", ["analyst", "second_reader"])]
    [hop] = Hop.objects.all()
    assert (hop.kind, hop.from_tier, hop.to_tier) == ("around", 1, 2)
    assert "unverified" in Message.objects.get(to_post="mission_head", key__endswith=f"hop-{hop.pk}.mission_head").body
    clock.move(days=60)
    tick(ctx)
    assert [(h.from_tier, h.to_tier) for h in Hop.objects.all()] == [(1, 2), (2, 3), (3, 4), (4, 5)]
    assert ReportLapse.objects.filter(clock="hop").count() == 3
    before = LedgerEntry.objects.count()
    tick(ctx)
    assert LedgerEntry.objects.count() == before
    assert fate.of(Report.objects.get(pk=receipt.number)).stage == "received"


def test_one_tick_after_a_month_writes_what_many_ticks_would(ctx, clock):
    write(ctx)
    clock.move(days=30)
    tick(ctx)
    late = [(h.kind, h.to_tier, h.at, h.due) for h in Hop.objects.all()]
    assert [h[2].hour for h in late] == [12, 12, 12, 12]
    assert late[1][2] == late[0][3]


def test_one_reader_alone_counts_after_the_clock_and_is_marked(ctx, clock):
    for writer in ("nuru", "omar", "asha"):
        receipt = write(ctx, f"Report of {writer}: villages burnt, people killed.", writer=writer)
        graded(ctx, receipt.number, at(ctx, "analyst"), factors=["RF11"], severity=2, grade="C3")
    assert not Item.objects.exists()
    clock.move(hours=48)
    tick(ctx)
    item = Item.objects.get()
    assert item.level == "alert"
    assert "Unverified, one reader: 3 reports" in item.warnings.order_by("-id").first().summary


def test_the_gravest_reading_does_not_wait_for_the_second_reader(ctx):
    for writer in ("nuru", "omar"):
        receipt = write(ctx, f"{writer} saw the lists", writer=writer)
        graded(ctx, receipt.number, at(ctx, "analyst"), factors=["RF12"], severity=3, grade="B2")
    assert Item.objects.get().level == "emergency"


def test_two_sources_are_needed_and_one_writer_is_one_source(ctx):
    for n in range(3):
        receipt = write(ctx, f"Third time I write: {n} villages burnt")
        for post in ("analyst", "second_reader"):
            graded(ctx, receipt.number, at(ctx, post), factors=["RF11", "RF7"], severity=3, grade="A1")
    assert set(Item.objects.values_list("level", flat=True)) <= {"watch"}


def test_what_was_softened_needs_a_reason_and_is_seen_by_the_next_reader(ctx):
    receipt = write(ctx)
    graded(ctx, receipt.number, at(ctx, "analyst"), factors=["RF11"], severity=3, grade="B2")
    with pytest.raises(passing.ReasonsMissing) as refused:
        passing.send(ctx, receipt.number, at(ctx, "analyst"), text=SOFT)
    assert [c.kind for c in refused.value.changes] == ["softened", "dropped"]
    assert not Hop.objects.exists()
    reasons = {1: "The figure could not be verified", 2: "Covered by another report"}
    passed = passing.send(ctx, receipt.number, at(ctx, "analyst"), text=SOFT, reasons=reasons)
    assert passed.difference.attenuation() == {"statements": 0.5, "figures": pytest.approx(2 / 3)}
    assert [r["reason"] for r in passed.hop.reasons] == list(reasons.values())
    assert passing.received_text(Report.objects.get(), 2) == SOFT
    told = Message.objects.get(to_post="second_reader", subject__contains="changes").body
    assert "1 statements dropped and 1 softened of 4" in told
    # The ledger keeps reasons and hashes, no word of the text.
    assert not any("Kiambaa" in b.body for b in LedgerBody.objects.all())


def test_the_same_manager_or_the_same_person_is_no_second_reader(ctx, monkeypatch):
    receipt = write(ctx)
    graded(ctx, receipt.number, at(ctx, "analyst", "ada"), factors=[], severity=1, grade="F6")
    with pytest.raises(Refused, match="same hand"):
        reading.give(ctx, receipt.number, at(ctx, "second_reader", "ada"), factors=[], severity=0, grade="F6")
    with pytest.raises(Refused, match="a reading is final"):
        reading.give(ctx, receipt.number, at(ctx, "analyst", "ben"), factors=[], severity=0, grade="F6")
    with pytest.raises(Refused, match="is no reader"):
        reading.give(ctx, receipt.number, at(ctx, "mission_head"), factors=[], severity=0, grade="F6")
    from tocsin.catalog import directive

    rules = directive.current()
    posts = [p.model_copy(update={"line_manager": "mission_head"}) if p.tier == 1 else p for p in rules.posts]
    monkeypatch.setattr(directive, "current", lambda: rules.model_copy(update={"posts": posts}))
    with pytest.raises(Refused, match="one line manager"):
        reading.give(ctx, receipt.number, at(ctx, "second_reader"), factors=[], severity=0, grade="F6")


def test_readers_are_blind_until_both_have_read_what_is_theirs(ctx):
    receipt = write(ctx)
    report = Report.objects.get(pk=receipt.number)
    one, two = at(ctx, "analyst"), at(ctx, "second_reader")
    graded(ctx, receipt.number, one, factors=["RF7"], severity=3, grade="B2")
    readings = list(report.readings.all())
    assert sight.visible(readings, ["second_reader", "mission_head"], two) == []
    assert sight.visible(readings, ["analyst"], one) == readings
    graded(ctx, receipt.number, two, factors=["RF8"], severity=1, grade="C4")
    readings = list(report.readings.all())
    assert sight.visible(readings, ["second_reader"], two) == readings
    assert [r.severity for r in readings] == [3, 1]


def test_nobody_else_sees_a_report(ctx):
    receipt = write(ctx)
    report = Report.objects.get(pk=receipt.number)
    for post in ("mission_head", "desk_officer", "principal", "overseer", "operator"):
        with pytest.raises(Refused, match="its two readers"):
            sight.post_for(report, [post])
    assert sight.is_writer(report, field_officer())
    assert not sight.is_writer(report, field_officer("omar"))


def test_the_receipt_is_the_hash_of_the_bytes(ctx):
    content = "Zwei Dörfer\r\nbrennen\x00\rseit gestern".encode("cp1252")
    receipt = submit(ctx, Entry(place="Sudan", content=content), person=field_officer(), via="desk")
    assert receipt.sha256 == hashlib.sha256(content).hexdigest()
    report = Report.objects.get(pk=receipt.number)
    assert bytes(report.original.content) == content
    shown = read(report)
    assert shown.text == "Zwei Dörfer\nbrennen�\nseit gestern"
    assert "Windows-1252" in shown.note


def test_nobody_grades_what_they_have_not_opened(ctx):
    receipt, ada = write(ctx), at(ctx, "analyst", "ada")
    with pytest.raises(Refused, match="You have not opened the original") as refused:
        reading.give(ctx, receipt.number, ada, factors=["RF7"], severity=0, grade="B2")
    assert f"/reports/{receipt.number}" in refused.value.todo
    originals.opened(ctx, sight.found(receipt.number), at(ctx, "second_reader", "ben"), "reading")
    with pytest.raises(Refused, match="You have not opened"):
        reading.give(ctx, receipt.number, ada, factors=["RF7"], severity=0, grade="B2")
    # Opened by command line is opened by whoever has that account, under whatever post; nobody else has by that.
    terminal = Actor(post="analyst", person=None, via="cli", os_user="cleo")
    originals.opened(ctx, sight.found(receipt.number), Actor("mission_head", None, "cli", "cleo"), "reading")
    with pytest.raises(Refused, match="You have not opened"):
        reading.give(ctx, receipt.number, Actor("analyst", None, "cli", "dora"), factors=[], severity=0, grade="B2")
    assert reading.give(ctx, receipt.number, terminal, factors=[], severity=1, grade="B2").os_user == "cleo"


def test_a_writer_grades_no_report_of_their_own(ctx):
    """One hand: neither at the desk nor from the account of the same name."""
    receipt = write(ctx, writer="ada")
    for ada in (at(ctx, "analyst", "ada"), Actor("second_reader", None, "cli", "ada")):
        originals.opened(ctx, sight.found(receipt.number), ada, "reading")
        with pytest.raises(Refused, match="You wrote report"):
            reading.give(ctx, receipt.number, ada, factors=["RF7"], severity=3, grade="A1")
    # Somebody else is told nothing of who wrote, whatever they try.
    ben = at(ctx, "second_reader", "ben")
    graded(ctx, receipt.number, ben, factors=["RF7"], severity=1, grade="B2")
    entry = Entry(place="KEN", content=TEXT.encode(), language="en")
    by_command = submit(ctx, entry, os_user="cleo", via="cli")
    with pytest.raises(Refused, match="You wrote report"):
        graded(ctx, by_command.number, Actor("analyst", None, "cli", "cleo"), factors=[], severity=1, grade="B2")


def test_blind_reading_holds_by_command_line_under_every_post(ctx):
    receipt = write(ctx)
    graded(ctx, receipt.number, at(ctx, "analyst", "ada"), factors=["RF7"], severity=2, grade="B2")
    passing.send(ctx, receipt.number, at(ctx, "analyst", "ada"))
    report = sight.found(receipt.number)
    for post in ("second_reader", "mission_head", "analyst"):
        asker = Actor(post, None, "cli", "ben")
        shown = show.whole(ctx, report, asker, [post])
        assert (shown["readings"], shown["blind"], shown["severity"]) == ([], True, None)
        assert [r["severity"] for r in show.listing([post], asker)] == [None]
    graded(ctx, receipt.number, Actor("second_reader", None, "cli", "ben"), factors=["RF7"], severity=1, grade="B2")
    shown = show.whole(ctx, report, Actor("mission_head", None, "cli", "cleo"), ["mission_head"])
    assert len(shown["readings"]) == 2


def test_who_gets_the_post_of_a_reader_who_has_read_is_still_blind_under_the_other(ctx):
    receipt = write(ctx)
    graded(ctx, receipt.number, at(ctx, "analyst", "ada"), factors=["RF7"], severity=2, grade="B2")
    ben = at(ctx, "second_reader", "ben")
    readings = list(sight.found(receipt.number).readings.all())
    assert sight.visible(readings, ["analyst", "second_reader"], ben) == []
