"""Accountability: counts for what is current, rows for what is closed, and no person anywhere."""

from __future__ import annotations

import json

import pytest

from response.docket.desk import Run, by, in_days, warning, weighed
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import acts
from tocsin.response.docket.models import Commitment, Item
from tocsin.response.docket.tick import tick
from tocsin.response.oversight.figures import WITHHELD, figures
from tocsin.response.oversight.timeline import timeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(ctx: Context, clock: FixedClock) -> dict[str, int]:
    """Three items: one answered and closed, one being acted on, one that everybody was silent about."""
    acts.take_run(ctx, Run("r1", [warning(ctx, "SDN"), warning(ctx, "MMR"), warning(ctx, "ETH")]))
    of = {i.place_id: i.pk for i in Item.objects.all()}
    clock.move(hours=10)
    acts.acknowledge(ctx, of["SDN"], by("desk_officer"))
    clock.move(hours=10)
    words = {"kind": "act", "reasons": "W1, and a secret reason", "review_on": in_days(ctx, 60)}
    acts.decide(ctx, of["SDN"], by("desk_officer"), options=["D01"], **weighed(of["SDN"]), **words)
    acts.decide(ctx, of["MMR"], by("principal"), options=["D01", "D03"], **weighed(of["MMR"]), **words)
    acts.complete(ctx, Commitment.objects.get(item_id=of["SDN"]).pk, by("desk_officer"), "Cable 7")
    acts.close(ctx, of["SDN"], by("desk_officer"), reasons="Done", found="done")
    clock.move(days=30)
    tick(ctx)
    return of


def test_hours_and_lapses_are_counted_where_they_fell(ctx: Context, lived: dict[str, int]) -> None:
    found = figures(ctx.now())
    posts = {p["post"]: p for p in found["posts"]}
    assert (posts["desk_officer"]["delivery"], posts["deputies"]["delivery"], posts["principal"]["published"]) == (
        1,
        1,
        2,
    )
    assert posts["analyst"]["total"] == 0
    assert found["commitments"] == {"made": 3, "kept": 1, "kept_late": 0, "broken": 2, "running": 0}
    assert found["items"]["opened"] == 3
    assert found["lapses"]["published"] == 2
    assert sum(p["commitment"] for p in found["posts"]) == 2


def test_nothing_about_a_current_item_but_counts(ctx: Context, lived: dict[str, int]) -> None:
    found = figures(ctx.now())
    text = json.dumps(found)
    for hidden in ("MMR", "Myanmar", "ETH", "Ethiopia", "secret reason", "412", "one-sided"):
        assert hidden not in text
    assert [row["place_id"] for row in found["closed"]] == ["SDN"]
    assert {row["about"] for row in found["published_lapses"]} == {WITHHELD}
    assert found["withheld"] == 2


def test_a_timeline_is_released_when_the_item_is_closed(ctx: Context, lived: dict[str, int]) -> None:
    for place in ("MMR", "ETH"):
        with pytest.raises(Refused, match="nothing about a current question"):
            timeline(lived[place])
    told = timeline(lived["SDN"])
    assert [e["what"] for e in told["events"]] == [
        "reached tier 3",
        "acknowledged at tier 3",
        "decided to act",
        "a commitment was shown to be done",
        "closed",
    ]
    assert "secret reason" not in json.dumps(told)
    assert len(told["ledger"]) == 5


def test_an_empty_register_has_figures_too(ctx: Context) -> None:
    found = figures(ctx.now())
    assert found["items"]["opened"] == 0
    assert found["closed"] == []
    assert found["commitments"]["made"] == 0
