"""Packages: what cannot be submitted and why, what is flagged, what stays, and what a decision takes from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from packaged import TODAY, line, package, rapid
from response.docket.desk import Run, by, in_days, kinds, warning, weighed
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import acts
from tocsin.response.docket.models import Item
from tocsin.response.docket.packages import check as checking
from tocsin.response.docket.packages.deciding import before_decision
from tocsin.response.docket.packages.models import Package, PackageDraft
from tocsin.response.docket.packages.past import last_for
from tocsin.response.docket.packages.submit import draft_of, save, sign_off, submit
from tocsin.response.docket.packages.words import sha256, words
from tocsin.response.register.models import LedgerBody, LedgerEntry

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "W1: two readers confirm it"


@pytest.fixture
def item(ctx: Context) -> Item:
    acts.take_run(ctx, Run("r1", [warning(ctx)]))
    return Item.objects.get()


def put(ctx: Context, item: Item, said: dict[str, Any], post: str = "desk_officer") -> Package:
    return submit(ctx, save(ctx, item.pk, by(post), said), by(post))


def found(item: Item, said: dict[str, Any]) -> checking.Checked:
    return checking.check(item, words(said), TODAY)


def lacks(item: Item, said: dict[str, Any]) -> set[str]:
    return {m.field for m in found(item, said).missing}


def flagged(item: Item, said: dict[str, Any]) -> dict[str, Any]:
    return {f.key: f for f in found(item, said).flags}


def without(name: str, **more: Any) -> dict[str, Any]:
    return package(line(**{name: ""}), **more)


LINE = [
    "leads",
    "authority",
    "starts",
    "ends",
    "lead_days_min",
    "lead_days_max",
    "cost_band",
    "risks",
    "measure",
    "baseline",
    "measure_on",
]


@pytest.mark.parametrize("name", LINE)
def test_a_line_without_it_cannot_be_submitted(ctx, item, name) -> None:
    assert lacks(item, without(name)) == {f"lines-1-{name}"}
    with pytest.raises(Refused, match="Lines of effort, line 1"):
        put(ctx, item, without(name))
    assert not Package.objects.exists()
    assert draft_of(item.pk, "desk_officer"), "what was written stays"


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("purpose", "goal"),
        ("canvas", "capacities"),
        ("canvas", "particular"),
        ("harm", "who"),
        ("harm", "watched"),
        ("harm", "stop"),
    ],
)
def test_a_section_without_it_cannot_be_submitted(item, part, name) -> None:
    said = package()
    assert lacks(item, said | {part: said[part] | {name: ""}}) == {f"{part}-{name}"}


def test_what_a_rapid_package_may_leave_out_a_whole_one_may_not(ctx, item) -> None:
    assert found(item, rapid()).ready
    left_out = lacks(item, rapid() | {"is_rapid": False})
    assert left_out == {"canvas-particular", "actors-1-restraints", "harm-watched"} | {
        f"lines-1-{f}" for f in ("ends", "cost_band", "risks", "baseline", "measure_on")
    }
    assert lacks(item, rapid(rapid={})) == {"rapid-confidence", "rapid-caveats", "rapid-complete_by"}
    far = {"confidence": "low", "caveats": "Nobody was asked.", "complete_by": str(TODAY + timedelta(days=15))}
    assert lacks(item, rapid(rapid=far)) == {"rapid-complete_by"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"option": "Z99"}, "option"),
        ({"option": "", "what": ""}, "option"),
        ({"procedure": "Z99"}, "procedure"),
        ({"cost_band": "a lot"}, "cost_band"),
        ({"starts": "soon"}, "starts"),
        ({"ends": "2026-02-31"}, "ends"),
        ({"ends": "2026-11-01"}, "ends"),
        ({"lead_days_min": "-1"}, "lead_days_min"),
        ({"lead_days_max": "²"}, "lead_days_max"),
        ({"lead_days_min": "90"}, "lead_days_max"),
    ],
)
def test_a_field_that_makes_no_sense_is_named(item, change, field) -> None:
    assert lacks(item, package(line(**change))) == {f"lines-1-{field}"}


@pytest.mark.parametrize(
    ("option", "marked", "blocked"),
    [("S08", False, True), ("S09", False, True), ("S14", False, False), ("H02", False, False), ("H02", True, True)],
)
def test_force_needs_a_legal_basis_and_airlift_and_evacuation_do_not(item, option, marked, blocked) -> None:
    given = {"option": option, "force": marked}
    for said in (package(line(**given)), rapid() | {"lines": [line(**given)]}):
        assert ("lines-1-legal_basis" in lacks(item, said)) is blocked
    based = line(**given, legal_basis="Consent of the host by its note of 20 November 2026, article 51 invoked")
    assert "lines-1-legal_basis" not in lacks(item, package(based))


def test_two_leads_or_none_and_other_muddles_are_flagged(item) -> None:
    assert not flagged(item, package())
    two = flagged(item, package(line(leads="desk_officer; UN DPPA")))
    assert "2 lead it: desk_officer, UN DPPA" in two["leads-D05"].what
    assert "nobody leads it" in flagged(item, package(line(leads="")))["leads-D05"].what
    assert "both-D05" in flagged(item, package(line(abstain="desk_officer")))
    assert "twice-L2" in flagged(item, package(line(), line(leads="UN DPPA")))


def test_a_flag_needs_a_reason_and_the_reason_stays(ctx, item) -> None:
    said = package(line(leads="desk_officer; UN DPPA"))
    with pytest.raises(Refused, match="2 lead it"):
        put(ctx, item, said)
    with pytest.raises(Refused, match="leads-D05"):
        put(ctx, item, said | {"answers": {"leads-D05": "because"}})
    why = "Both hold half of the talks: the desk with the capital, DPPA with the north."
    made = put(ctx, item, said | {"answers": {"leads-D05": why}})
    assert [f["answer"] for f in made.flags] == [why]


def test_alone_shows_what_several_could_do_and_what_it_brings(item) -> None:
    alone = line("E03", leads="Interior ministry", support="", procedure="S11")
    flag = flagged(item, package(alone))["alone-E03"]
    assert flag.options == ["E01", "D11"]
    assert any("families travel elsewhere" in why for why in flag.why)
    assert flag.basis == "memory"
    assert "alone-E03" not in flagged(item, package(line("E03", support="Canada; Norway")))
    own = line("", what="Lend the bishop a car", leads="Embassy", support="", alone=True)
    assert "alone-L1" in flagged(item, package(own)), "its author says so"
    assert "alone-E02" not in flagged(item, package(line("E02", support="", procedure="E01"))), "a body of several"


def test_a_sanctions_notice_in_the_week_of_a_signing_clashes(item) -> None:
    talks = line("D05", days=(3, 40))
    notice = line("E01", days=(44, 90), leads="Treasury", procedure="U12")
    flag = flagged(item, package(talks, notice))["clash-D05-E01"]
    assert "signing" in flag.why[0]
    assert "7 days apart or fewer" in flag.what
    later = line("E01", days=(48, 90), leads="Treasury", procedure="U12")
    assert "clash-D05-E01" not in flagged(item, package(talks, later))


def test_lines_clash_with_what_is_under_way_there(ctx, clock, item) -> None:
    said = {"kind": "act", "reasons": WHY, "options": ["D05"], "review_on": in_days(ctx, 60), **weighed(item.pk)}
    acts.decide(ctx, item.pk, by("principal"), **said)
    pledge = item.commitments.get()
    assert f"clash-S13-C{pledge.pk}" in flagged(item, package(line("S13", legal_basis="none of any kind is known")))


def test_a_copy_of_the_last_package_is_a_repeat_and_a_revision_is_not(ctx, clock, item) -> None:
    said = package(line("D05"), line("P01", leads="UN RC"), line("I04", leads="NGO network"))
    first = put(ctx, item, said)
    assert not flagged(item, said), "a version of the same question revises it"
    late = checking.check(item, words(said), TODAY + timedelta(days=31))
    assert [f.kind for f in late.flags] == ["repeat"], "but not for ever"
    acts.decide(
        ctx, item.pk, by("principal"), kind="decline", reasons=WHY, review_on=in_days(ctx, 20),
        **weighed(item.pk, decline=True),
    )  # fmt: skip
    acts.close(ctx, item.pk, by("principal"), reasons="W1 was looked at again and nothing came of it")
    clock.move(days=90)
    acts.take_run(ctx, Run("r2", [warning(ctx, period="2026-05")]))
    again = Item.objects.exclude(pk=item.pk).get()
    assert last_for("SDN") == first
    copy = package(line("I04", leads=" ngo  NETWORK "), line("D05", cost_band="staff"), line("P01", leads="UN RC"))
    flag = flagged(again, copy)[f"repeat-{item.pk}-1"]
    assert "3 of 3 different lines are the same (100%)" in flag.what
    with pytest.raises(Refused, match="It repeats version 1"):
        put(ctx, again, copy)
    changed = package(line("D05"), line("H06", leads="UN RC"), line("P03", leads="NGO network"))
    assert not flagged(again, changed), "one of five is no repeat"


def test_versions_stay_and_say_what_they_said(ctx, item) -> None:
    first = put(ctx, item, package())
    with pytest.raises(Refused, match="says the same, word for word"):
        put(ctx, item, package())
    second = put(ctx, item, package(line(), line("P01", leads="UN RC")))
    assert (first.version, second.version) == (1, 2)
    assert sha256(words(first.words)) == first.sha256 != second.sha256
    with pytest.raises(IntegrityError, match="append-only"):
        Package.objects.filter(pk=first.pk).update(rapid=True)
    entry = LedgerEntry.objects.get(seq=second.ledger_seq)
    assert (entry.kind, entry.item) == ("package.submitted", item.pk)
    assert second.sha256 in LedgerBody.objects.get(entry=entry).body
    assert kinds(item.pk)["package.submitted"] == 2


def test_a_draft_is_one_office_s_and_two_hands_do_not_overwrite_each_other(ctx, item) -> None:
    draft = save(ctx, item.pk, by("desk_officer"), package())
    save(ctx, item.pk, by("analyst"), rapid())
    assert PackageDraft.objects.count() == 2
    save(ctx, item.pk, by("desk_officer"), package(line("P01")), revision=draft.revision)
    with pytest.raises(Refused, match="kept by somebody else"):
        save(ctx, item.pk, by("desk_officer"), package(line("I04")), revision=draft.revision)
    assert draft_of(item.pk, "desk_officer").words["lines"][0]["option"] == "P01"
    assert not kinds(item.pk)["package.submitted"]


def test_a_tier_that_prepares_signs_off_and_others_do_not(ctx, item) -> None:
    put(ctx, item, package(), post="analyst")
    with pytest.raises(Refused, match="signed off by tier 3"):
        sign_off(ctx, item.pk, 1, by("analyst"))
    with pytest.raises(Refused, match="signed off by tier 3"):
        sign_off(ctx, item.pk, 1, by("principal"))
    assert sign_off(ctx, item.pk, 1, by("joint_office")).post == "joint_office"
    with pytest.raises(Refused, match="has signed off version 1 already"):
        sign_off(ctx, item.pk, 1, by("joint_office"))
    with pytest.raises(Refused, match="no package version 9"):
        sign_off(ctx, item.pk, 9, by("desk_officer"))


def decide(ctx: Context, item: Item, kind: str = "act", **words: Any) -> Any:
    said = {"kind": kind, "reasons": WHY, "review_on": in_days(ctx, 20), **weighed(item.pk, decline=kind == "decline")}
    return acts.decide(ctx, item.pk, by("principal"), **{**said, **words})


def test_choosing_a_package_opens_its_lines_as_commitments(ctx, item) -> None:
    put(ctx, item, package(line("P01", leads="UN RC")))
    two = put(ctx, item, package(line("D05"), line("", what="Lend the bishop a car", leads="Embassy of Norway")))
    decision = decide(ctx, item, package=2, rejected={}, rejected_packages={"1": "It leaves the talks to others"})
    mediation, own = decision.commitments.order_by("id")
    assert (mediation.option_id, mediation.post, mediation.due.date()) == ("D05", "desk_officer", TODAY + timedelta(41))
    shown = "Attacks on the two towns in a month, as the mission counts them"
    assert mediation.shown_by == f"{shown} (now: 14 in October, by the mission's count)"
    assert own.what == "Lend the bishop a car (led by Embassy of Norway)"
    assert own.post == "desk_officer", "whoever leads outside, somebody here sees to it"
    assert decision.options_chosen == ["D05"]
    assert [p.state for p in item.packages.order_by("version")] == ["rejected", "chosen"]
    body = LedgerBody.objects.get(entry=decision.ledger_seq).body
    assert f'"package":{{"sha256":"{two.sha256}","version":2}}' in body


def test_what_the_decider_says_of_a_line_stands_before_the_line(ctx, item) -> None:
    put(ctx, item, package())
    given = [{"line": 1, "post": "mission_head", "due": in_days(ctx, 2)}]
    pledge = decide(ctx, item, package=1, commitments=given).commitments.get()
    assert (pledge.post, pledge.due.date()) == ("mission_head", in_days(ctx, 3))
    assert pledge.shown_by.startswith("Attacks on the two towns")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"package": 7}, "no package version 7"),
        ({"package": 1, "rejected": {}}, "considered and not chosen"),
        ({"package": 1, "rejected_packages": {"1": "It is too slow for this"}}, "both chosen and rejected"),
        ({"options": ["D01"], "rejected_packages": {"1": "no"}}, "Why package version 1 is not chosen"),
        ({"options": ["D01"], "rejected_packages": {"x": "It is too slow for this"}}, "no package version x"),
        ({"kind": "decline", "package": 1}, "chooses no package"),
    ],
)
def test_a_choice_of_packages_that_makes_no_sense_is_refused(ctx, item, words, says) -> None:
    put(ctx, item, package())
    with pytest.raises(Refused, match=says):
        decide(ctx, item, **words)
    assert not item.decisions.exists()


def test_a_rapid_package_asks_to_be_made_whole_and_a_clock_runs(ctx, clock: FixedClock, item) -> None:
    from tocsin.response.docket.tick import tick

    made = put(ctx, item, rapid())
    assert made.complete_by == TODAY + timedelta(days=5)
    assert item.messages.filter(to_post="desk_officer", subject__contains="whole by 2026-11-28").exists()
    decide(ctx, item, package=1)
    whole = item.commitments.get(option_id="")
    assert (whole.what, whole.post) == ("Make package version 1 whole", "desk_officer")
    clock.move(days=7)
    tick(ctx)
    assert [la.commitment_id for la in item.lapses.filter(clock="commitment")] == [whole.pk]


def test_before_a_decision_is_told_and_acting_is_never_held_up(ctx, item, monkeypatch) -> None:
    from tocsin.catalog.directive import Directive
    from tocsin.catalog.directive.parts import Packages

    assert before_decision(item) == ["no package of options has been submitted for it"]
    real = Directive.__getattribute__
    monkeypatch.setattr(
        Directive,
        "__getattribute__",
        lambda self, name: Packages(required=["alert"]) if name == "packages" else real(self, name),
    )
    with pytest.raises(Refused, match="asks for a package before an item of level alert is declined"):
        decide(ctx, item, kind="decline")
    with pytest.raises(Refused, match="is deferred"):
        decide(ctx, item, kind="defer", rejected={}, waits_for="The report of the mission", defer_to=in_days(ctx, 5))
    decision = decide(ctx, item, options=["D01"])
    assert '"unprepared":["no package of options' in LedgerBody.objects.get(entry=decision.ledger_seq).body
    put(ctx, item, package())
    decide(ctx, item, kind="decline")


def test_a_recused_hand_and_a_closed_item_take_no_package(ctx, item) -> None:
    acts.recuse(ctx, item.pk, by("desk_officer"), reasons="My brother sits on the other side of it")
    with pytest.raises(Refused, match="recused"):
        save(ctx, item.pk, by("desk_officer"), package())
    decide(ctx, item, kind="decline")
    acts.close(ctx, item.pk, by("principal"), reasons="W1 was looked at again and nothing came of it")
    with pytest.raises(Refused, match="is closed"):
        save(ctx, item.pk, by("analyst"), package())


@pytest.mark.parametrize("given", [{"nonsense": 1}, {"lines": [{"colour": "red"}]}, {"lines": "D05"}, {"actors": 7}])
def test_what_is_no_package_is_misuse(ctx, item, given) -> None:
    with pytest.raises(Misuse, match="This is no package"):
        save(ctx, item.pk, by("desk_officer"), given)


def test_any_script_and_a_hundred_thousand_letters_are_kept(ctx, item) -> None:
    long = "<script>alert(1)</script> 警告 تحذير " * 2700
    said = package()
    said["purpose"] = {"goal": long}
    assert put(ctx, item, said).words["purpose"]["goal"] == long.strip()
    with pytest.raises(Refused, match="too long"):
        save(ctx, item.pk, by("desk_officer"), package(purpose={"goal": long * 2}))


def test_a_body_chooses_a_package_by_its_quorum(ctx, clock, item) -> None:
    from tocsin.response.docket.tick import tick

    put(ctx, item, package())
    clock.move(hours=73)
    tick(ctx)
    said = {"kind": "act", "reasons": WHY, "review_on": in_days(ctx, 20), **weighed(item.pk), "package": 1}
    minutes = "Political and operations heard the desk officer; legal asked for the cable"
    _, taken = acts.propose(ctx, item.pk, by("deputy_political"), minutes=minutes, **said)
    assert taken is None
    assert item.packages.get().state == "submitted", "a proposal chooses nothing"
    _, decision = acts.assent(ctx, item.pk, by("deputy_legal"))
    assert [c.option_id for c in decision.commitments.all()] == ["D05"]
    assert item.packages.get().state == "chosen"


def test_the_example_of_the_docs_lacks_nothing(item) -> None:
    from pathlib import Path

    from ruamel.yaml import YAML

    from tocsin.cli.package import as_text

    page = (Path(__file__).parents[4] / "docs" / "how-to" / "put-a-package-together.md").read_text(encoding="utf-8")
    (example,) = [part.split("```")[0] for part in page.split("```yaml\n")[1:] if part.startswith("purpose")]
    assert found(item, as_text(YAML(typ="safe").load(example))).ready
