"""No warning, clock or message goes missing between two acts, and no junior undoes what a senior decided."""

from __future__ import annotations

import pytest

from response.docket.desk import Run, by, in_days, warning, weighed
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import acts
from tocsin.response.docket.models import Decision, Item, Lapse, Message, RunTaken
from tocsin.response.docket.tick import tick
from tocsin.response.register import runs
from tocsin.response.register.models import LedgerBody

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_run_that_was_made_and_not_taken_is_taken_before_the_next(ctx: Context, monkeypatch) -> None:
    # Ctrl-C between writing the run folder and taking it: the next run does not repeat what this one warned of.
    made = {"2026-11-22-a": Run("2026-11-22-a", [warning(ctx, "MMR")]), "2026-11-23-b": Run("2026-11-23-b", [])}
    monkeypatch.setattr(runs, "identifiers", lambda home: list(made))
    monkeypatch.setattr(runs, "load", lambda home, run_id: made[run_id])
    acts.take_waiting(ctx)
    assert acts.take_run(ctx, made["2026-11-23-b"]).opened == 0
    assert list(Item.objects.values_list("place_id", flat=True)) == ["MMR"]
    assert list(RunTaken.objects.order_by("id").values_list("run_id", flat=True)) == list(made)


def test_a_look_back_asks_nobody_anything_and_makes_no_evidence_older(ctx: Context) -> None:
    acts.take_run(ctx, Run("2026-11-23-b", [warning(ctx)]))
    vintage = Item.objects.get().evidence_vintage
    past = [warning(ctx, period="2022-12"), warning(ctx, "MMR", period="2022-12")]
    back = Run("2023-01-01-a", past, cut=[warning(ctx, "KEN")], info={"as_of": "2023-01-01"})
    assert acts.take_run(ctx, back) == acts.Taken(opened=0, joined=0, cut=1, back=True)
    item = Item.objects.get()
    assert (item.run_id, item.evidence_vintage, item.warnings.count()) == ("2026-11-23-b", vintage, 1)
    assert acts.take_run(ctx, Run("2026-11-23-c", [warning(ctx, "MMR")])).opened == 1, "a second run of the day counts"
    acts.take_run(ctx, Run("2031-01-01-d", []))
    assert acts.take_run(ctx, Run("2026-11-23-e", [warning(ctx, "KEN")])).opened == 1, "a wrong clock silences nothing"


def test_an_emergency_on_a_question_that_lapsed_starts_a_clock_of_its_own(ctx: Context, clock: FixedClock) -> None:
    acts.take_run(ctx, Run("r1", [warning(ctx, level="alert")]))
    clock.move(days=40)
    tick(ctx)
    item = Item.objects.get()
    assert (item.state, item.tier) == ("lapsed", 5)
    before = Lapse.objects.count()
    acts.take_run(ctx, Run("r2", [warning(ctx, level="emergency", period="2026-03")]))
    item.refresh_from_db()
    assert (item.state, item.level) == ("open", "emergency")
    clock.move(hours=25)
    tick(ctx)
    item.refresh_from_db()
    assert item.state == "lapsed"
    assert Lapse.objects.count() == before + 1
    assert Lapse.objects.order_by("id").last().at_ceiling


def test_a_joining_warning_reaches_the_posts_its_tripwire_names(ctx: Context, clock: FixedClock) -> None:
    acts.take_run(ctx, Run("r1", [warning(ctx, level="alert")]))
    clock.move(hours=73)
    tick(ctx)
    assert Item.objects.get().tier == 4
    acts.take_run(ctx, Run("r2", [warning(ctx, level="alert", period="2026-03")]))
    told = Message.objects.filter(key__startswith="warning-").values_list("to_post", flat=True)
    assert set(told) == {"deputies", "desk_officer"}


@pytest.mark.parametrize("what", ["decide", "review", "close"])
def test_what_a_senior_decided_is_not_undone_from_below(ctx: Context, what: str) -> None:
    acts.take_run(ctx, Run("r1", [warning(ctx, level="watch")]))
    item = Item.objects.get()
    words = {"kind": "decline", "reasons": "W1: two readers confirm it", "review_on": in_days(ctx, 9)}
    words |= weighed(item.pk, decline=True)
    acts.decide(ctx, item.pk, by("principal"), **words)
    junior = {
        "decide": lambda: acts.decide(ctx, item.pk, by("analyst"), **words),
        "review": lambda: acts.review(ctx, item.pk, by("analyst"), reasons="It stands", review_on=in_days(ctx, 700)),
        "close": lambda: acts.close(ctx, item.pk, by("analyst"), reasons="Done"),
    }
    with pytest.raises(Refused, match="principal decided"):
        junior[what]()
    assert Decision.objects.count() == 1
    acts.decide(ctx, item.pk, by("principal"), **words)


def test_a_decision_taken_while_the_page_was_open_is_not_superseded_unread(ctx: Context) -> None:
    acts.take_run(ctx, Run("r1", [warning(ctx)]))
    item = Item.objects.get()
    words = {"kind": "act", "options": ["D01"], "reasons": "W1: two readers confirm it", "review_on": in_days(ctx, 9)}
    words |= weighed(item.pk)
    acts.decide(ctx, item.pk, by("principal"), after=0, **words)
    with pytest.raises(Refused, match="decided while"):
        acts.decide(ctx, item.pk, by("principal"), after=0, **words)
    assert item.commitments.count() == 1, "sent twice, promised once"
    acts.decide(ctx, item.pk, by("principal"), after=1, **words)


def test_what_people_write_steers_no_terminal_and_fills_no_disk(ctx: Context) -> None:
    steering = "Convoys\x1b[2J at \udcff\x00\x07 dawn"
    item = acts.ring_bell(ctx, "SDN", steering, by("analyst"))
    words = {"kind": "act", "options": ["D01"], "review_on": in_days(ctx, 9), "dissent": steering}
    words |= weighed(item.pk)
    decision = acts.decide(ctx, item.pk, by("principal"), reasons=f"W1 {steering}\nand more", **words)
    acts.complete(ctx, item.commitments.get().pk, by("principal"), steering)
    acts.close(ctx, item.pk, by("principal"), reasons=steering, found="done")
    assert decision.reasons == "W1 Convoys[2J at ? dawn\nand more"
    kept = [*LedgerBody.objects.values_list("body", flat=True), *Message.objects.values_list("body", flat=True)]
    assert any("Convoys" in text for text in kept)
    assert not any(sign in text for text in kept for sign in ("\x1b", "\\u001b", "\x07", "\\u0007", "\udcff"))
    with pytest.raises(Refused, match="too long"):
        acts.ring_bell(ctx, "SDN", "x" * 20_001, by("analyst"))
