"""A publisher falls silent: the minute it is due somebody is asked, pages say so, and no figure moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.publishers import Publisher, ask, ready

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.settings import Settings
from tocsin.desk.silence import now as silent_now
from tocsin.evidence.sources import spec

SOURCE = "reliefweb"


def heard(house: Any, ago: timedelta, *, emptied_after: timedelta | None = None) -> None:
    """The feed was fetched from so long ago, and answered with nothing a while after."""
    clock = FixedClock(datetime.now(UTC) - ago)
    ctx = Context(settings=Settings(home=house.home), clock=clock)
    with Publisher(SOURCE) as publisher:
        ready(ctx, publisher)
        assert ask(ctx, publisher).ok
        if emptied_after is not None:
            clock.move(seconds=emptied_after.total_seconds())
            publisher.fault("silent_emptiness")
            assert ask(ctx, publisher).outcome == "emptied"


def questions(house: Any) -> list[str]:
    return [i["question"] for i in house("docket", "list")["items"]]


def test_a_feed_falls_silent_and_the_next_tick_asks_about_it(house: Any) -> None:
    declared = spec(SOURCE)
    allowed = timedelta(days=declared.cadence_days + declared.grace_days)
    heard(house, allowed - timedelta(minutes=30))
    house("tick")
    assert not [q for q in questions(house) if "silence" in q], "it still has half an hour"
    assert [q for q in questions(house) if "newest figures are old" in q], "its file is new, and what is in it is not"


def test_a_silent_feed_is_on_the_docket_once_and_an_empty_one_too(house: Any) -> None:
    declared = spec(SOURCE)
    allowed = timedelta(days=declared.cadence_days + declared.grace_days)
    heard(house, allowed + timedelta(seconds=30), emptied_after=timedelta(hours=1))
    house("tick")
    house("tick")
    [item] = house("docket", "list")["items"]
    told = house("docket", "show", str(item["id"]))
    text = str(told)
    assert "expected every 1 day" in text
    assert "answers with nothing where it had something" in text, "both silences of one feed are one question"
    ctx = Context(settings=Settings(home=house.home))
    silence = silent_now(ctx, None)
    assert silence.words == "1 feed"
    assert "answers with nothing" in silence.sentences[0]
