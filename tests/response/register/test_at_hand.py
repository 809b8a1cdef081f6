"""Who is at hand in a place: said, kept for a while, taken back, and counted in the order of options."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tocsin.core.errors import Misuse
from tocsin.response.docket import asked
from tocsin.response.register import at_hand
from tocsin.response.register.models import LedgerEntry
from tocsin.response.register.people import Actor

pytestmark = pytest.mark.django_db
ANALYST = Actor(post="analyst", person=None, via="cli", os_user="ada")
GIVEN = {"factors": ("RF1", "RF8"), "phase": "imminent", "days": 60}


def question(ctx):
    return asked.of_place(ctx, "KEN", None, **GIVEN)


def test_nobody_is_at_hand_until_somebody_says_so_and_it_is_said(ctx):
    found = question(ctx)
    assert found.answer.question.actors == ()
    assert any("Nobody has said who is at hand" in note for note in found.answer.notes)


def test_what_was_said_is_counted_with_its_source_until_its_day(ctx, clock):
    at_hand.state(ctx, "KEN", ["states", "Kofi Annan, UN SG"], ANALYST, why="Both embassies are open.")
    found = question(ctx)
    assert set(found.answer.question.actors) == {"un", "states", "deciders"}
    assert any("country analyst said" in s and "Both embassies are open." in s for s in found.said)
    clock.move(days=at_hand.USUAL_DAYS + 1)
    assert question(ctx).answer.question.actors == ()


def test_said_with_nobody_it_is_taken_back_and_the_past_stays(ctx):
    at_hand.state(ctx, "KEN", ["leaders"], ANALYST, why="They answer calls.")
    at_hand.state(ctx, "KEN", [], ANALYST, why="Lines are cut.")
    assert at_hand.known("KEN", ctx.now().date()) is None
    assert [h.kinds for h in at_hand.history("KEN")] == [[], ["leaders"]]
    assert LedgerEntry.objects.filter(kind="at_hand.stated").count() == 2


@pytest.mark.parametrize(
    ("place", "given", "why", "days"),
    [
        ("XXX", ["states"], "Known.", 1),
        ("KEN", ["unicorns"], "Known.", 1),
        ("KEN", ["states"], " ", 1),
        ("KEN", ["states"], "Known.", -1),
        ("KEN", ["states"], "Known.", at_hand.MOST_DAYS + 1),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(ctx, place, given, why, days):
    with pytest.raises(Misuse):
        at_hand.state(ctx, place, given, ANALYST, why=why, until=ctx.now().date() + timedelta(days=days))
    assert not LedgerEntry.objects.filter(kind="at_hand.stated").exists()
