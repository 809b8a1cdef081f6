"""Digests of activities: what is told hangs on what was entered, never on when clocks are moved, and leaks nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.response.docket import activity_digest
from tocsin.response.docket.models import Message
from tocsin.response.register.activities import keep, shield, subscriptions
from tocsin.response.register.models import Activity, LedgerBody, LedgerEntry, Subscription
from tocsin.response.register.people import cli_actor

BECAUSE = "They say so themselves in public"
GIVEN = {
    "organisation": "ohchr", "what": "Monitors at the border", "places": "KEN", "sectors": "15160",
    "status": "under way", "source": "OHCHR", "source_on": "2026-11-01",
}  # fmt: skip


def enter(ctx: Context, ref: str, visibility: str = "open") -> Activity:
    given_ = GIVEN | {"ref": ref, "visibility": visibility, "because": BECAUSE}
    return keep.put(ctx, cli_actor("analyst"), keep.checked(given_))[0]


def told() -> list[tuple[str, str, str]]:
    return list(
        Message.objects.filter(key__startswith="activities-").order_by("key").values_list("key", "subject", "body")
    )


@pytest.mark.parametrize("hours", [1, 24, 24 * 9])
def test_what_is_told_does_not_hang_on_when_the_clocks_are_moved(
    db: None, ctx: Context, clock: FixedClock, hours: int
) -> None:
    """Three changes on three days and nine days of ticks: every hour, every day, or once at the end."""
    subscriptions.subscribe(ctx, cli_actor("desk_officer"), place="KEN")
    for hour in range(24 * 9):
        clock.move(hours=1)
        if hour in {5, 6, 90, 150}:
            enter(ctx, f"R-{hour}")
        if (hour + 1) % hours == 0:
            activity_digest.write_due(ctx)
            assert activity_digest.write_due(ctx) == 0
    found = told()
    assert [key.split("activities-")[1].split(".")[0] for key, _, _ in found] == [
        "2026-11-24",
        "2026-11-27",
        "2026-11-30",
    ]
    assert [body.count("- New:") for _, _, body in found] == [2, 1, 1]
    assert all(row.told_to <= clock.now() for row in Subscription.objects.all())


def test_what_was_hidden_before_the_digest_left_is_not_told(db: None, ctx: Context, clock: FixedClock) -> None:
    subscriptions.subscribe(ctx, cli_actor("desk_officer"), place="KEN")
    clock.move(hours=1)
    enter(ctx, "R-1")
    clock.move(hours=1)
    enter(ctx, "R-1", "restricted")
    clock.move(days=1)
    assert activity_digest.write_due(ctx) == 0
    assert told() == []


def test_what_danger_comes_to_is_hidden_before_it_is_told_and_a_reason_to_show_stands(
    db: None, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    dangerous: list[str] = []
    monkeypatch.setattr(shield, "danger", lambda _, places: "killing there" if set(places) & set(dangerous) else "")
    quiet = keep.put(ctx, cli_actor("analyst"), keep.checked(GIVEN | {"ref": "Q"}))[0]
    reasoned = enter(ctx, "R")
    named = keep.put(ctx, cli_actor("analyst"), keep.checked(GIVEN | {"ref": "N", "seen_by": "desk_officer"}))[0]
    assert (quiet.restricted, named.restricted, named.seen_by) == (False, True, ["desk_officer"])
    assert keep.tighten(ctx) == 0
    dangerous.append("KEN")
    assert keep.tighten(ctx) == 1
    assert keep.tighten(ctx) == 0, "once"
    rows = {row.ref: row for row in Activity.objects.all()}
    assert (rows["Q"].restricted, rows["Q"].seen_by, rows["Q"].because) == (True, ["analyst"], "killing there")
    assert not rows[reasoned.ref].restricted
    last = LedgerEntry.objects.filter(kind="activity.changed").order_by("seq").last()
    assert json.loads(LedgerBody.objects.get(entry=last).body) == {
        "activity": quiet.pk,
        "restricted": True,
        "by": {"rule": "danger"},
    }
    open_ = keep.put(ctx, cli_actor("analyst"), keep.checked(GIVEN | {"ref": "Q", "what": "Monitors by night"}))[0]
    assert open_.restricted, "what is hidden stays so"


def test_a_digest_waits_for_nobody_longer_than_a_day(clock: FixedClock) -> None:
    for zone in ("Europe/Zurich", "Pacific/Auckland", "America/New_York", "UTC"):
        for hour in range(24 * 8):
            since = clock.now() + timedelta(hours=hour)
            (first, *_) = subscriptions.cuts(since, since + timedelta(days=2), zone)
            assert timedelta(0) < first - since <= timedelta(days=1)


@given(st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("abcd")), st.booleans())
def test_a_restricted_row_is_seen_by_the_posts_named_on_it_alone(
    named: set[str], held: set[str], restricted: Any
) -> None:
    row = Activity(restricted=restricted, seen_by=sorted(named))
    assert shield.may_see(row, held) == (not restricted or bool(named & held))
    assert shield.seen([row], []) == ([] if restricted else [row])
