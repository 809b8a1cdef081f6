"""Lawful paths through the procedures: the four worked questions of the field, and what must hold for every question.

M65: who can put a situation before the Council this week, with the counts needed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.catalog.library import library
from tocsin.catalog.links import links
from tocsin.core.errors import Misuse
from tocsin.options.routes import Found, Wish, find, search

WHOLE, KNOWN = library(), links()
TODAY = date(2026, 11, 26)


def ask(goal: str, place: str = "SDN", days: int = 30, **more: object) -> Found:
    return find(Wish(goal, place, TODAY + timedelta(days), TODAY, **more), WHOLE)


def last(found: Found) -> set[str]:
    """The procedures that give the goal itself."""
    return {path.steps[-1].route.id for path in found.paths}


def test_off_the_agenda_five_doors_open_this_week_and_none_can_be_vetoed() -> None:
    found = ask("raised-with-council", days=7)
    assert last(found) == {"U01", "U02", "U04", "U05", "U06"}
    assert not any(path.blocks for path in found.paths)
    assert all(path.earliest <= found.wish.by for path in found.paths)
    counts = {path.steps[0].route.id: [a.count for a in path.steps[0].asks] for path in found.paths}
    assert counts["U01"] == ["1 of 193 UN members"]
    assert counts["U04"] == ["1 of 15 members of the Security Council"]
    assert "15 of 15" in counts["U05"]
    agenda = ask("on-the-agenda", days=7).paths[0].steps[0]
    assert [(a.part, a.count) for a in agenda.asks] == [
        ("start", "1 of 15 members of the Security Council"),
        ("vote", "9 of 15"),
    ]


def test_an_ngo_with_evidence_and_no_state_has_the_doors_that_take_it_directly() -> None:
    """U20-U22, U24, U34, and the commission of the region; the rest need a state."""
    found = ask("independent-act", "KEN", 365, asker="ngo", ally=False)
    assert last(found) == {"U20", "U21", "U22", "U24", "U34", "A08"}
    assert [c["procedure"] for c in found.closed] == ["O02"]
    assert last(ask("independent-act", "HTI", 365, asker="ngo", ally=False)) == {
        "U20",
        "U21",
        "U22",
        "U24",
        "U34",
        "O02",
    }
    anything = ask("any", "KEN", 2000, asker="ngo", ally=False)
    assert last(anything) >= last(found)
    assert not last(anything) & {"U01", "U10", "U18", "U19", "U33", "E01", "O01", "S06"}
    for path in anything.paths:
        assert all("state" not in kind for step in path.steps for kind in step.chain)


def test_when_the_host_refuses_access_weight_comes_from_outside() -> None:
    found = ask("pressure-from-outside", days=400, absent=frozenset({"host-consent"}))
    assert last(found) == {"U02", "U18", "U20", "U33", "S05"}
    assert not any("consents" in text for path in found.paths for text in path.conditions)
    assert last(ask("funds", days=60)) == {"U30", "U31"}
    refused = ask("funds", days=60, absent=frozenset({"host-consent"}))
    assert last(refused) == {"U30"}
    assert any(c["procedure"] == "U31" and "consents" in c["why"] for c in refused.closed)
    imagery = ask("I02", days=30)
    assert imagery.paths == []
    assert any("NGO labs" in note for note in imagery.notes)


def test_force_within_thirty_days_needs_consent_or_chapter_seven_or_a_mission() -> None:
    found = ask("force", "GMB")
    assert last(found) == {"U29", "A04", "N01", "E04"}
    assert last(ask("force", "SDN")) == {"U29", "N01", "E04"}
    for path in found.paths:
        way = {step.route.id for step in path.steps}
        assert path.conditions or "U11" in way
    none = ask("force", "SDN", absent=frozenset({"host-consent", "force-mandate", "mission-present"}))
    assert none.paths == none.late == []
    assert any("Force authorised by the Security Council" in change for change in none.changes)
    assert any("consents" in change for change in none.changes)


def test_a_path_has_each_step_with_its_days_its_blocks_and_the_ways_around() -> None:
    path = next(p for p in ask("council-resolution").paths)
    assert [s.route.id for s in path.steps] == ["U03", "U10"]
    assert path.steps[1].begins == path.steps[0].earliest == TODAY + timedelta(1)
    assert path.earliest == TODAY + timedelta(1 + 5)
    assert path.latest == TODAY + timedelta(7 + 45)
    assert not path.sure
    assert path.blocks == (
        "UN Security Council, Resolution chapter VI or unspecified: a veto by any of the five permanent members",
    )
    assert [a.part for a in path.steps[1].asks] == ["start", "vote", "block"]
    assert path.steps[1].asks[2].count == "each of the 5"
    assert {"U15", "U16", "U18"} == {way["to"] for way in path.ways_around}
    held = ask("council-resolution", held=frozenset({"on-the-agenda"})).paths[0]
    assert [s.route.id for s in held.steps] == ["U10"]


def test_one_output_is_the_next_precondition() -> None:
    ways = {tuple(s.route.id for s in p.steps): p for p in ask("commission-of-inquiry", days=30).paths}
    assert ways[("U18", "U19")].conditions == ()
    assert ways[("U19",)].conditions == ("the Human Rights Council is in regular session",)
    first = ways[("U18", "U19")].steps[0]
    assert first.asks[0].count == "16 of 47 members of the Human Rights Council"


def test_no_path_in_time_is_said_with_the_nearest_and_what_would_change_it() -> None:
    found = ask("peace-operation", days=60)
    assert found.paths == []
    assert found.late
    assert found.late == sorted(found.late, key=lambda p: p.earliest)
    assert found.late[0].earliest > found.wish.by
    assert found.changes[0].startswith("The day: ")
    nobody = ask("council-resolution", asker="ngo", ally=False)
    assert nobody.paths == []
    assert any(c.startswith("With a state that carries the ask (U03, U10") for c in nobody.changes)


def test_a_member_asks_itself_and_an_ngo_asks_a_member() -> None:
    assert ask("arria-meeting", asker="council-member").paths[0].steps[0].chain == ("a member of the Security Council",)
    chain = ask("article-99-letter", asker="ngo").paths[0].steps[0].chain
    assert chain == ("a non-governmental organisation", "a UN office or agency", "the UN Secretary-General")


def test_a_goal_is_an_option_a_body_a_procedure_or_a_kind() -> None:
    assert last(ask("D15", days=14)) == last(ask("option:d15", days=14)) == {"U18"}
    assert last(ask("procedure:L01", days=100)) == {"L01"}
    assert last(ask("UN General Assembly", days=60)) == {"U15", "U16", "U17"}
    assert last(ask("un-general-assembly", days=60)) == {"U15", "U16", "U17"}
    assert search("force", "SDN", TODAY + timedelta(30), WHOLE, TODAY)[0].steps[-1].route.id == "U29"


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"goal": "world-peace"}, "raised-with-council"),
        ({"place_id": "ZZZ"}, "ISO 3166"),
        ({"by": TODAY - timedelta(1)}, "from 2026-11-26 on"),
        ({"by": date(9999, 1, 1)}, "within 5000 days"),
        ({"asker": "wizard"}, "council-member"),
        ({"held": frozenset({"magic"})}, "host-consent"),
        ({"absent": frozenset({"force"})}, "host-consent"),
        ({"held": frozenset({"host-consent"}), "absent": frozenset({"host-consent"})}, "once"),
    ],
)
def test_what_cannot_be_asked_is_said_with_what_can(change: dict, hint: str) -> None:
    with pytest.raises(Misuse, match=hint):
        find(replace(Wish("force", "SDN", TODAY, TODAY), **change), WHOLE)


told = [k.id for k in KNOWN.kinds.values() if k.is_ != "family"]
wishes = st.builds(
    Wish,
    goal=st.sampled_from(["any", *KNOWN.kinds, *WHOLE.options]),
    place_id=st.sampled_from(["SDN", "KEN", "GMB", "HTI", "MMR", "UKR", "USA"]),
    by=st.integers(0, 900).map(lambda n: TODAY + timedelta(n)),
    today=st.just(TODAY),
    asker=st.sampled_from(["", *KNOWN.actors]),
    ally=st.booleans(),
    absent=st.sets(st.sampled_from(told), max_size=4).map(frozenset),
)


@given(wishes)
@settings(max_examples=120, deadline=None)
def test_every_path_is_lawful_dated_and_complete(wish: Wish) -> None:
    found = find(wish, WHOLE)
    assert found.as_dict() == find(wish, WHOLE).as_dict()
    for path in found.paths:
        assert path.earliest <= wish.by
        assert path.earliest <= path.latest
        have = set(wish.held)
        for step in path.steps:
            row, link = WHOLE.procedures[step.route.id], KNOWN.links[step.route.id]
            assert not row.within or wish.place_id in WHOLE.groups[row.within].place_ids
            assert step.kind not in wish.absent
            assert wish.today <= step.begins <= step.earliest <= step.latest
            assert bool(step.chain) == bool(wish.asker)
            for group in (*link.needs, *KNOWN.kinds[step.kind].needs):
                names = {one for name in group for one in KNOWN.members[name]}
                facts = {n for n in names if KNOWN.kinds[n].is_ == "fact"} - wish.absent
                assert names & have or any(KNOWN.kinds[f].says in step.conditions for f in facts)
            have.add(step.kind)
        assert path.kind in have
    for path in found.late:
        assert path.earliest > wish.by
    assert found.paths or found.changes or found.goal.option


@given(wishes, st.integers(0, 300))
@settings(max_examples=60, deadline=None)
def test_a_later_day_loses_no_path(wish: Wish, more: int) -> None:
    before = {(p.kind, tuple(s.route.id for s in p.steps), p.conditions) for p in find(wish, WHOLE).paths}
    later = find(replace(wish, by=wish.by + timedelta(more)), WHOLE).paths
    assert before <= {(p.kind, tuple(s.route.id for s in p.steps), p.conditions) for p in later}
