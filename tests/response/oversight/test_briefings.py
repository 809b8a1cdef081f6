"""A legislature is told alike, asks with a clock, and sees the process as far as the rules let it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from response.docket.desk import by, kinds
from response.oversight.lived import SECRET, live
from tocsin.catalog import oversight
from tocsin.core.clock import FixedClock, iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.oversight import briefings, entries
from tocsin.response.oversight.models import Briefing
from tocsin.response.oversight.process import process
from tocsin.response.oversight.rules import legislature
from tocsin.response.oversight.story import Act, Story, stories

BOTH = ["majority_office", "minority_office"]


@pytest.mark.django_db
def test_a_briefing_cannot_be_delivered_to_one_side_alone(ctx: Context) -> None:
    row, words = briefings.prepare(ctx, by("desk_officer"), title="Sudan", text="The regime closed three roads")
    assert [(w.word, w.where, w.line, w.column) for w in words] == [("regime", "text", 1, 5)]
    for side in BOTH:
        with pytest.raises(Refused, match="would not get what"):
            briefings.deliver(ctx, by("desk_officer"), row.pk, [side])
        with pytest.raises(Refused):
            briefings.deliver(ctx, by("desk_officer"), row.pk, [side, "oversight"], "because")
    with pytest.raises(Misuse, match="no office of the legislature"):
        briefings.deliver(ctx, by("desk_officer"), row.pk, ["headquarters"])
    assert Briefing.objects.get().delivered_at is None
    assert kinds()["briefing.delivered"] == 0
    briefings.deliver(ctx, by("desk_officer"), row.pk, legislature())
    (told,) = briefings.log()
    assert all(told["offices"].values()) and set(BOTH) <= set(told["offices"])
    with pytest.raises(Refused, match="was delivered"):
        briefings.deliver(ctx, by("desk_officer"), row.pk, legislature())


@pytest.mark.django_db
def test_the_log_shows_both_or_the_reason(ctx: Context) -> None:
    row, _ = briefings.prepare(ctx, by("desk_officer"), title="Chad", text="Three convoys crossed the border")
    why = "The minority office asked to be briefed on Monday"
    briefings.deliver(ctx, by("desk_officer"), row.pk, ["oversight", "majority_office"], why)
    (told,) = briefings.log()
    assert told["offices"] == {"oversight": True, "majority_office": True, "minority_office": False}
    assert told["why_not_all"] == why


@pytest.mark.django_db
def test_a_question_has_an_addressee_a_day_and_a_time_to_its_answer(ctx: Context, clock: FixedClock) -> None:
    first = briefings.ask(ctx, by("minority_staff"), to_post="desk_officer", text="Who decided on Darfur?", days=5)
    briefings.ask(ctx, by("majority_staff"), to_post="deputies", text="What is still owed there?", days=5)
    clock.move(days=2)
    with pytest.raises(Refused, match="stands below"):
        briefings.answer(ctx, by("analyst"), first.pk, "The deputies did it")
    briefings.answer(ctx, by("desk_officer"), first.pk, "The deputies did, in item 4")
    with pytest.raises(Refused, match="was answered"):
        briefings.answer(ctx, by("desk_officer"), first.pk, "On second thoughts, others")
    clock.move(days=4)
    told = briefings.asked(ctx.now())
    assert [(q["asked_by"], q["state"], q["hours"]) for q in told["questions"]] == [
        ("majority_office", "overdue", 144.0),
        ("minority_office", "answered", 48.0),
    ]
    assert told["overdue"] == 1
    with pytest.raises(Refused, match="no office of a legislature"):
        briefings.ask(ctx, by("desk_officer"), to_post="deputies", text="May I ask you this?")
    with pytest.raises(Misuse):
        briefings.ask(ctx, by("majority_staff"), to_post="nobody", text="Are you there at all?")


@pytest.mark.django_db
def test_the_releasable_timeline_of_a_situation_keeps_every_rule(ctx: Context, clock: FixedClock) -> None:
    of = live(ctx, clock)
    told = process(stories(entries.from_register().entries).values(), "SDN", ctx.now())
    (question,) = told["questions"]
    assert question["item"] == of["SDN"]
    assert question["fields"]["stage"] == "closed"
    assert question["fields"]["decision"] == "act", "thirty days later"
    assert question["fields"]["posts"] == ["desk_officer"]
    text = str(told["questions"])
    for hidden in (SECRET, "One-sided deaths", "What will we do", "Ada", "D01", "ucdp"):
        assert hidden not in text
    assert {n["id"] for n in told["never"]} >= {"reasons", "sources", "persons", "question", "options"}


NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def lived(kind: str, minutes: list[int]) -> Story:
    """A question answered after so many minutes; what follows differs by what was decided."""
    at = [NOON + timedelta(minutes=sum(minutes[: i + 1])) for i in range(len(minutes))]
    told = Story(1, Act(0, NOON, "", {}), level="alert", place_id="SDN", tier=3, rungs=[(NOON, 3)])
    told.warnings = [told.opened]
    told.acknowledged = [Act(1, at[0], "desk_officer", {})]
    promised = [{"what": "x", "due": iso(at[2])}] if kind == "act" else []
    told.decided = [Act(2, at[1], "deputies", {"kind": kind, "commitments": promised})]
    told.promised = promised
    if kind == "act":
        told.kept = [Act(3, at[2], "desk_officer", {})]
        told.lapses = [Act(4, at[3], "", {"clock": "commitment", "due": iso(at[3]), "posts": ["desk_officer"]})]
    return told


@given(st.lists(st.integers(1, 60 * 24 * 20), min_size=4, max_size=4), st.integers(0, 60 * 24 * 120))
def test_until_its_day_nothing_tells_what_was_decided(minutes: list[int], later: int) -> None:
    now = NOON + timedelta(minutes=sum(minutes[:2]) + later)
    views = {kind: process([lived(kind, minutes)], "SDN", now)["questions"] for kind in ("act", "decline", "defer")}
    if later < 30 * 24 * 60:
        assert views["act"] == views["decline"] == views["defer"]
    else:
        assert views["act"][0]["fields"]["decision"] == "act"


@given(st.lists(st.integers(1, 60 * 24 * 20), min_size=4, max_size=4), st.integers(0, 60 * 24 * 120))
def test_a_field_is_shown_once_its_days_are_over_and_never_before(minutes: list[int], later: int) -> None:
    now = NOON + timedelta(minutes=later)
    rules = {rule.id: rule for rule in oversight.release().fields}
    (view,) = process([lived("decline", minutes)], "SDN", now)["questions"]
    assert set(view["fields"]) <= set(rules), "what no rule lists is never shown"
    for step in view["fields"]["steps"]:
        assert step["on"] <= (now - timedelta(days=rules["steps"].days)).date().isoformat()
        assert len(step["on"]) == len("2026-11-23"), "a day, not an hour"
    assert ("level" in view["fields"]) == (later >= rules["level"].days * 24 * 60)
    shown = set(view["fields"]) - {"steps"}
    assert not shown & {w["field"] for w in view["withheld"]}
