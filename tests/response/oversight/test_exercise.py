"""An exercise on the desk of a copied home: five players, injects by the clock, a debrief, gaps in the real home."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from response.docket.reports.people import graded
from tocsin.catalog import replays
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.settings import Settings
from tocsin.ledger import keys
from tocsin.options import NOTHING
from tocsin.response.docket import acts
from tocsin.response.docket.deliver import Courier, letter_of
from tocsin.response.docket.models import Item, Message
from tocsin.response.docket.replay.items import read_items, read_timelines
from tocsin.response.oversight.exercise import gaps, rubric, run
from tocsin.response.oversight.exercise.debrief import debrief
from tocsin.response.oversight.models import Exercise, Gap, Inject
from tocsin.response.register import drill
from tocsin.response.register.models import LedgerEntry, Person
from tocsin.response.register.people import Actor
from tocsin.response.register.reports.models import Reading

# An exercise is held in a copy of a home, and what is copied is a register that is a file.
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

MADE_UP = Path(replays.__file__).parent
SEATS = [
    ("amina", "analyst"),
    ("bo", "second_reader"),
    ("chidi", "desk_officer"),
    ("dana", "deputies"),
    ("eve", "principal"),
]
MACHINE = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def copy(tmp_path: Path, clock: FixedClock) -> Context:
    """A home that bears a drill's mark and signs with a drill's key."""
    ctx = Context(settings=Settings(home=tmp_path / "copy"), clock=clock)
    keys.make(ctx.settings.keys / drill.KEY_FILE, f"{drill.LOG}0123")
    (ctx.settings.home / drill.MARK).write_text(json.dumps({"drill_of": "elsewhere"}), encoding="utf-8")
    return ctx


def begin(ctx: Context, ident: str = "S1", speed: float = 30.0) -> Exercise:
    chains = read_timelines(MADE_UP / "synthetic_timelines.csv")
    rows = read_items(MADE_UP / "synthetic_items.csv", chains)
    return run.start(ctx, chains[ident], rows, players=SEATS, speed=speed)


def player(name: str, post: str) -> Actor:
    return Actor(post=post, person=Person.objects.get(username=name), via="desk", signed=True)


def read(ctx: Context, inject: Inject, severity: int, factors: list[str]) -> None:
    for name, post in SEATS[:2]:
        graded(ctx, inject.report, player(name, post), factors=factors, severity=severity, grade="B2")


def forward(ctx: Context) -> tuple[Context, list[Inject]]:
    """Give the next inject; the clock that everybody shares moves with it."""
    moved, given = run.give_next(ctx, MACHINE)
    assert isinstance(ctx.clock, FixedClock)
    ctx.clock.at = moved.now()
    return ctx, given


def test_five_players_are_scored_and_what_was_missed_is_found(copy: Context) -> None:
    exercise = begin(copy)
    ctx = copy
    first = exercise.injects.get(position=1)
    assert first.given_at == MACHINE
    assert exercise.injects.exclude(given_at=None).count() == 1
    read(ctx, first, 2, ["RF9"])
    # Everything up to the second grave report is read; the killings of March are read as routine by both.
    while (following := exercise.injects.filter(reaches=True, given_at=None).order_by("position").first()) is not None:
        ctx, given = forward(ctx)
        assert following.pk in {inject.pk for inject in given}
        for inject in given:
            if inject.item_id == "S1-03":
                read(ctx, inject, 0, [])
            elif inject.item_id in {"S1-04", "S1-06"}:
                read(ctx, inject, 3, ["RF12"])
        for item in Item.objects.filter(level="emergency", state="open", decisions=None):
            acts.acknowledge(ctx, item.pk, player("eve", "principal"))
            acts.decide(
                ctx, item.pk, player("eve", "principal"), kind="act", reasons="Two witnesses tell of one plan, W1.",
                answers={w.tripwire_id: "We send a mediator at once." for w in item.warnings.all()},
                options=["D01"], rejected={"D03": "Too slow for what is left.", NOTHING: "A plan does not go away."},
                review_on=ctx.now().date(),
            )  # fmt: skip
    with pytest.raises(Refused, match="Every inject has been given"):
        run.give_next(ctx, MACHINE)
    with pytest.raises(Refused, match="still running"):
        debrief()
    assert not exercise.injects.filter(reaches=False).exclude(given_at=None).exists(), "what is secret is never given"
    run.end(ctx)
    found = debrief()

    tiers = {t["tier"]: t for t in found["tiers"]}
    assert tiers[5]["rules_alone_day"] == 81
    assert tiers[5]["told_day"] == pytest.approx(81, abs=0.1)
    missed = {cue["item"]: cue["missed"] for cue in found["missed"]}
    assert missed["S1-03"] == "graded lower by every reader than by both coders"
    assert missed["S1-07"] == "read by nobody"
    assert "S1-06" not in missed
    assert len(found["players"]) == 5
    scores = {p["post"]: p for p in found["players"]}
    assert scores["analyst"]["reports_read"] == Reading.objects.filter(post="analyst").count() == 4
    assert scores["analyst"]["reports_given"] == exercise.injects.exclude(given_at=None).count()
    assert (scores["principal"]["rungs_answered"], scores["principal"]["decisions"]) == (1, 1)
    [decision] = found["decisions"]
    assert decision["score"] == decision["of"] == len(rubric.rubric().criteria)
    assert any("S1-07" in f["what"] for f in found["findings"])
    assert {i["item"]: i["what_happened_to_it"] for i in found["injects"]}["S1-04"] == "Made up: held at the mission"


def test_findings_open_gaps_in_the_real_home_once(copy: Context, ctx: Context) -> None:
    begin(copy)
    run.end(copy)
    found = {**debrief(), "log": f"{drill.LOG}0123"}
    (copy.settings.home / gaps.FILE).write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(Refused, match="real home"):
        gaps.raise_from(copy, copy.settings.home)
    raised = gaps.raise_from(ctx, copy.settings.home)
    assert len(raised) == len(found["findings"]) > 0
    assert {g.source for g in raised} == {"exercise:0123"}
    before = LedgerEntry.objects.count()
    assert [g.pk for g in gaps.raise_from(ctx, copy.settings.home)] == [g.pk for g in raised]
    assert (Gap.objects.count(), LedgerEntry.objects.count()) == (len(raised), before)
    with pytest.raises(Misuse, match="no debrief"):
        gaps.raise_from(ctx, copy.settings.home / "elsewhere")


def test_everything_that_leaves_says_exercise(copy: Context) -> None:
    from tocsin.response.docket.channels import channels

    assert drill.mark_of(copy.settings) == "DRILL"
    begin(copy)
    assert drill.mark_of(copy.settings) == "EXERCISE"
    from tocsin.response.docket.models_delivery import Sending

    sending = Sending.objects.filter(message__to_post="analyst").first() or Sending(
        message=Message.objects.filter(to_post="analyst").first(), channel="mailbox"
    )
    letter = letter_of(copy, sending, channels(copy)["mailbox"], Courier(copy).mark)
    assert letter.subject.startswith("EXERCISE: ")
    assert letter.exercise, "channels that bear a status say Exercise"


def test_injects_come_by_the_clock_and_once(copy: Context, clock: FixedClock) -> None:
    exercise = begin(copy, speed=10.0)
    assert run.give_due(copy) == []
    clock.move(days=5)  # fifty days of the chain
    given = run.give_due(copy)
    assert [i.item_id for i in given] == ["S1-02", "S1-03"]
    assert run.give_due(copy) == []
    run.end(copy)
    clock.move(days=50)
    assert run.give_due(copy) == [], "nothing comes after the end"
    assert exercise.injects.exclude(given_at=None).count() == 3


def test_an_exercise_never_starts_on_a_real_home(ctx: Context) -> None:
    with pytest.raises(Refused, match="no copy"):
        begin(ctx)
    assert not Exercise.objects.exists()
    assert not LedgerEntry.objects.filter(kind__startswith="exercise.").exists()


def test_one_exercise_a_home_and_players_that_the_directive_has(copy: Context) -> None:
    chains = read_timelines(MADE_UP / "synthetic_timelines.csv")
    rows = read_items(MADE_UP / "synthetic_items.csv", chains)
    with pytest.raises(Misuse, match="no post"):
        run.start(copy, chains["S1"], rows, players=[("amina", "king")])
    with pytest.raises(Misuse, match="players"):
        run.start(copy, chains["S1"], rows, players=[])
    begin(copy)
    with pytest.raises(Refused, match="already"):
        begin(replace(copy))
