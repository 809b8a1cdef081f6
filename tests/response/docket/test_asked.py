"""The question of an item: each part taken from where it is best known, and said (M7, M27)."""

from __future__ import annotations

import pytest

from tocsin.catalog.asking import asking, check
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import asked
from tocsin.response.docket.acts.bell import ring_bell
from tocsin.response.docket.models import Item, Warning
from tocsin.response.register import assessments, people

pytestmark = pytest.mark.django_db
ANALYST = people.Actor("analyst", None, "cli", "tester")
ROW = {"state": "none known", "p_onset": 0.08, "interval": {"low": 0.03, "high": 0.16, "level": 0.9, "kind": "x"}}


@pytest.fixture
def item(ctx):
    return ring_bell(ctx, "KEN", "Roadblocks at Naivasha and lists of names read on the radio", ANALYST)


def assess(ctx, code, state="present"):
    return assessments.answer(
        ctx, ANALYST, "KEN", code, state=state, trend="worse", confidence="low", evidence="https://example.org"
    )


def test_the_catalogue_says_how_to_ask():
    assert check() == []
    assert set(asking().factors) == {"forecast", "event", "silence", "bell", "report"}


def test_without_an_assessment_the_kind_of_warning_points_and_that_is_said(ctx, item):
    found = asked.of_item(ctx, item, None)
    assert found.answer.question.factors == asking().factors["bell"].codes
    assert "nobody has seen any in an assessment" in found.said[0]
    assert "bell (RF7, RF8)" in found.said[0]
    assert found.answer.options[-1].id == "NOTHING"


def test_an_assessment_adds_to_the_pointer_and_is_cited(ctx, item):
    first, second = assess(ctx, "9.4", "partly"), assess(ctx, "RF4")
    assess(ctx, "1.1", "absent")
    found = asked.of_item(ctx, item, None)
    assert found.answer.question.factors == ("RF4", "RF7", "RF8", "RF9")
    assert f"assessment:{first.pk}" in found.said[0]
    assert f"assessment:{second.pk}" in found.said[0]


def test_an_assessment_that_sees_nothing_leaves_the_pointer_in_force(ctx, item):
    assess(ctx, "7.5", "absent")
    assert asked.of_item(ctx, item, None).answer.question.factors == asking().factors["bell"].codes


def test_level_and_state_choose_phase_and_days(ctx, item):
    quiet = asked.of_item(ctx, item, ROW)
    level = item.level
    assert quiet.answer.question.phase == getattr(asking().phase, level)
    assert quiet.answer.question.days_left == getattr(asking().horizon_days, level)
    assert f"planning horizon of the level {level}" in quiet.said[2]
    under_way = asked.of_item(ctx, item, {**ROW, "state": "under way"})
    assert under_way.answer.question.phase == "ongoing"
    assert "under way" in under_way.said[1]


def test_waiting_uses_the_days_up_and_options_are_lost(ctx, clock, item):
    """M72: the list gets shorter while nobody decides, and a later warning of the same level adds no days."""
    start = asked.of_item(ctx, item, ROW)
    day = start.answer.options[0].lost_by
    clock.move(days=60)
    ring_bell(ctx, "KEN", "The same lists, read again", ANALYST)
    later = asked.of_item(ctx, item, ROW)
    assert later.answer.question.days_left == start.answer.question.days_left - 60
    assert len(later.answer.lost) > len(start.answer.lost)
    assert next(m.lost_by for m in later.answer.options if m.id == start.answer.options[0].id) == day


def test_when_the_horizon_has_run_out_late_help_is_still_matched(ctx, clock, item):
    clock.move(days=400)
    found = asked.of_item(ctx, item, ROW)
    assert found.answer.question.days_left == asking().least_days
    assert "ran out on" in found.said[2]
    assert len(found.answer.options) > 1


def test_a_higher_warning_shortens_the_time(ctx, clock, item):
    clock.move(days=10)
    link = item.itemwarning_set.select_related("warning").get()
    graver = Warning.objects.create(
        warning_id="drill.v1.KEN",
        kind="event",
        tripwire_id="drill",
        version=1,
        place_id="KEN",
        fired_at=ctx.now(),
        as_of="2026-12-03",
        level="emergency",
        summary="A drill",
    )
    before = asked.of_item(ctx, item, ROW).answer.question.days_left
    item.itemwarning_set.create(warning=graver, joined_at=ctx.now())
    after = asked.of_item(ctx, item, ROW).answer.question.days_left
    assert (link.warning.level, before, after) == ("alert", 80, 14)


def test_what_is_given_is_taken_and_the_unknown_refused(ctx, item):
    found = asked.of_item(ctx, item, ROW, factors=("RF13",), phase="aftermath", days=7)
    question = found.answer.question
    assert (question.factors, question.phase, question.days_left) == (("RF13",), "aftermath", 7)
    assert found.said == ["Factors: as given", "Phase: as given", "Days left: as given"]
    with pytest.raises(Misuse, match="upstream"):
        asked.of_item(ctx, item, ROW, phase="soon")


def test_waiting_carries_the_forecast_and_its_limits(ctx, item):
    said = asked.of_item(ctx, item, ROW).answer.options[-1].reasons[1]
    assert "1 in 12 (8%), between 3% and 16%" in said
    assert "not what waiting adds" in said
    further = asked.waiting({**ROW, "state": "under way"})
    assert further.startswith("a further, separate mass killing")
    assert asked.waiting(None) == asked.waiting({**ROW, "p_onset": None}) == ""


def test_a_silent_source_has_no_options(ctx, item):
    silent = Item.objects.get(pk=item.pk)
    silent.place_id, silent.source_id = "", "ucdp_ged"
    with pytest.raises(Refused, match="ucdp_ged"):
        asked.of_item(ctx, silent, None)
