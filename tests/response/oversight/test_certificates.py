"""When an exercise is a pass, and what of that stands on the list of posts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.response.oversight.exercise.certificates import current_for, lacking
from tocsin.response.oversight.models import Certificate

TOP = {"tier": 5, "days": 98.0, "rules_alone_days": 96, "late_by": 2.0}
FOUND = {"cues": [{"item": "A"}], "missed": [], "escalation": {"top": TOP}}
PLAYER = {"lapses": 0, "answered_pct": 100}


def test_a_pass_is_nothing_missed_in_time_and_all_answered() -> None:
    assert lacking(FOUND, PLAYER) == []


@pytest.mark.parametrize(
    ("found", "player", "why"),
    [
        ({"missed": [{"item": "A"}]}, {}, "1 of 1 serious reports were missed."),
        ({"cues": []}, {}, "No serious report was given"),
        ({"escalation": {"top": TOP | {"late_by": 2.1}}}, {}, "Tier 5 was told 2.1 days of the chain late."),
        ({"escalation": {"top": TOP | {"days": None, "late_by": None}}}, {}, "Tier 5 was never told"),
        ({}, {"lapses": 2}, "2 clocks of this post ran out."),
        ({}, {"answered_pct": 90}, "90% of what was asked"),
        ({}, {"answered_pct": None}, "Nothing was asked of this post."),
    ],
)
def test_anything_that_lacks_keeps_it_from_being_one(found: dict[str, Any], player: dict[str, Any], why: str) -> None:
    [said] = lacking(FOUND | found, PLAYER | player)
    assert said.startswith(why)


@pytest.mark.django_db
def test_the_list_of_posts_knows_passes_in_date_and_no_failure(ctx: Context, clock: FixedClock) -> None:
    today = ctx.now().date()

    def kept(number: str, player: str, until: date, *, passed: bool) -> None:
        Certificate.objects.create(
            number=number, player=player, post="analyst", statement={"passed": passed}, log="l", key="k",
            issued_at=ctx.now(), valid_until=until, taken=True, ledger_seq=0,
        )  # fmt: skip

    kept("1", "amal", today + timedelta(days=5), passed=True)
    kept("2", "amal", today + timedelta(days=300), passed=True)
    kept("3", "berta", today - timedelta(days=1), passed=True)
    kept("4", "chen", today + timedelta(days=300), passed=False)
    found = current_for(["analyst", "liaison"], today)
    assert [(post, [c.number for c in rows]) for post, rows in found.items()] == [("analyst", ["2"])]
