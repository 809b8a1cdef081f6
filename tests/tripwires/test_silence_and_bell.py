"""Silence, the bell, and tripwires that cannot be evaluated."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.tripwires import get
from tocsin.core.errors import Refused
from tocsin.tripwires import Heartbeat, Unable, evaluate
from tocsin.tripwires.bell import evaluate as ring
from tocsin.tripwires.evaluate import cannot

SILENCE, BELL = get("silence_source"), get("bell")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def beat(**change: object) -> Heartbeat:
    said = {
        "source_id": "ucdp_ged",
        "title": "UCDP",
        "loaded": True,
        "last_good": date(2026, 9, 24),
        "cadence_days": 30,
        "grace_days": 30,
    }
    return Heartbeat(**(said | change))  # type: ignore[arg-type]


def test_the_day_after_cadence_and_grace_it_fires() -> None:
    assert evaluate(SILENCE, [beat()], NOW) == []
    [firing] = evaluate(SILENCE, [beat(last_good=date(2026, 9, 23))], NOW)
    assert firing.warning_id == "silence_source.v1.ucdp_ged.2026-09-23"
    assert firing.question == "What will we do about the silence of UCDP?"


def test_the_bundled_snapshot_is_not_a_feed() -> None:
    assert evaluate(SILENCE, [beat(loaded=False, last_good=None)], NOW) == []


@pytest.mark.parametrize("absent", ["last_good", "cadence_days", "grace_days"])
def test_a_heartbeat_that_cannot_be_read_is_unable(absent: str) -> None:
    with pytest.raises(Unable, match="does not say"):
        evaluate(SILENCE, [beat(**{absent: None})], NOW)


@given(st.integers(0, 400), st.integers(0, 400))
def test_silence_only_grows(days: int, more: int) -> None:
    early = evaluate(SILENCE, [beat(last_good=date.fromordinal(NOW.date().toordinal() - days))], NOW)
    late = evaluate(SILENCE, [beat(last_good=date.fromordinal(NOW.date().toordinal() - days - more))], NOW)
    assert not early or late


def test_the_bell_needs_reasons_and_nothing_else() -> None:
    [firing] = ring(BELL, "TCD", " Militia seen  at the market ", NOW)
    assert firing.because[0].text == "Militia seen at the market"
    assert firing.warning_id == "bell.v1.TCD.2026-11-23T12:00:00Z"
    with pytest.raises(Refused, match="needs a reason"):
        ring(BELL, "TCD", "  ", NOW)


def test_a_tripwire_that_cannot_be_evaluated_is_one_warning() -> None:
    firing = cannot(get("forecast_level"), Unable("There is no forecast"), NOW)
    assert (firing.kind, firing.place_id, firing.source_id) == ("silence", None, "forecast_level")
    assert "could not be evaluated: There is no forecast" in firing.summary
