"""M69, M70: switch a label and the mandates, actors and funds change; the log says what each opened or closed."""

from __future__ import annotations

import pytest

from cli.test_docket import Tell, tell
from desk.conftest import desk, reader, seeded_home
from tocsin.catalog.label_effects import KINDS, check, eligible, switch
from tocsin.catalog.labels import labels

__all__ = ["desk", "reader", "seeded_home", "tell"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_m69_switching_the_label_changes_the_eligible_mandates_actors_and_funds(tell: Tell) -> None:
    told = tell("assess", "label", "atrocity", "--against", "conflict")
    gained, lost = set(told["gained"]), set(told["lost"])
    assert {"a_osapg", "a_icc", "m_r2p", "f_us_atrocity"} <= gained
    assert {"a_dppa", "f_pbf", "m_peacekeeping", "f_assessed"} <= lost
    opens = {t["id"] for t in told["opens"]}
    assert gained <= opens
    assert not lost & opens
    assert all(t["basis"].startswith("memory") for t in told["opens"])
    for other in ("humanitarian", "terrorism"):
        change = tell("assess", "label", other, "--against", "conflict")
        assert change["gained"]
        assert change["lost"]
    assert "is no label" in tell("assess", "label", "trouble", exits=2)["what"]


def test_m69_every_label_changes_each_other_one_and_the_file_has_no_fault() -> None:
    assert check() == []
    for one in labels():
        assert {thing.kind for thing in eligible(one).opens} <= set(KINDS)
        assert eligible(one).opens
        for other in labels():
            change = switch(one, other)
            assert bool(change.gained or change.lost) == (one != other), (one, other)
            assert set(change.kept) | set(change.gained) == set(eligible(other).opens)


def test_m69_m70_the_page_switches_and_the_history_says_what_each_opened_or_closed(reader) -> None:
    page = "/places/SDN/labels"
    text = reader.get(f"{page}?label=atrocity&against=conflict").content.decode()
    assert "UN Peacebuilding Fund" in text.split("<del>", 1)[1]
    assert "International Criminal Court, Office of the Prosecutor" in text
    assert text.count("<b>gained</b>") >= 4
    assert "Choose a label to see which mandates" in reader.get(page).content.decode()
    said = {
        "post": "analyst",
        "term": "genocide",
        "use": "avoided",
        "by": "United Nations Security Council",
        "said_on": "2024-03-08",
        "document": "S/RES/2724 (2024)",
        "words": "the situation in Sudan",
        "opened": "fund: humanitarian appeals",
        "closed": "actor: International Court of Justice",
    }
    assert reader.post(page, said).status_code == 302
    reader.post(page, {**said, "use": "applied", "by": "United States Department of State", "said_on": "2025-01-07"})
    text = reader.get(page).content.decode()
    assert "United Nations Security Council <b>avoided genocide</b>" in text, "who"
    assert "8 Mar 2024" in text and "7 Jan 2025" in text, "when"
    assert "S/RES/2724 (2024)" in text
    assert "fund: humanitarian appeals" in text
    assert "avoided, so not opened: 13; not made harder: 2" in text
    assert "opens 13; makes harder 2" in text
