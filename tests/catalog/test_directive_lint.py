"""A directive that would leave a warning unanswered is refused with the file, the line, and what to do."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tocsin.catalog import directive
from tocsin.catalog.directive.places import Places
from tocsin.catalog.directive.reading import judge

FOLDER = files("tocsin.catalog") / "directives"
SHIPPED = sorted(f.name.removesuffix(".yml") for f in FOLDER.iterdir() if f.name.endswith(".yml"))
TEXT = (FOLDER / "2.yml").read_text(encoding="utf-8")
COALITION = (FOLDER / "coalition-1.yml").read_text(encoding="utf-8")

DEPUTY = "    deputies: [mission_deputy]\n"


def line_of(text: str, words: str) -> int:
    """Return the line on which words first stand."""
    assert words in text, words
    return text[: text.index(words)].count("\n") + 1


@pytest.mark.parametrize("version", SHIPPED)
def test_every_shipped_directive_passes(version: str) -> None:
    text = (FOLDER / f"{version}.yml").read_text(encoding="utf-8")
    assert [f.sentence() for f in directive.examine(text, f"{version}.yml").refusals] == []


FAULTY = [
    (DEPUTY, "    deputies: []\n", "    deputies: []\n    duty: Assesses", "owns tier 2 and has no deputy"),
    (DEPUTY, "    deputies: [nobody]\n", "    deputies: [nobody]", "'nobody', which is no post"),
    (
        "    deputies: []\n    duty: Acts for the head of mission.",
        "    deputies: [mission_head]\n    duty: Acts for the head of mission.",
        DEPUTY,
        "deputies go in a circle: mission_head → mission_deputy → mission_head",
    ),
    (
        "    line_manager: principal\n    deputies: []\n    duty: Decide, or",
        "    line_manager: mission_head\n    deputies: []\n    duty: Decide, or",
        "    line_manager: desk_officer\n    deputies: [mission_deputy]",
        "line managers go in a circle: mission_head → desk_officer → deputies → mission_head",
    ),
    (
        "    line_manager: principal\n    deputies: []\n    duty: Decide, or",
        "    line_manager: null\n    deputies: []\n    duty: Decide, or",
        "    line_manager: null\n    deputies: []\n    duty: Decide, or",
        "post deputies has no way up",
    ),
    ("    hours: 120\n    owner", "    owner", "  - tier: 4\n", "tiers.3.hours is missing (tier 4)"),
    ("    hours: 120\n    owner", "    hours: 0\n    owner", "    hours: 0\n    owner", "greater than 0"),
    ("authority: [us-psd-10, us-eo-13729, un-executive-committee]", "authority: []", "authority: []", "no authority"),
    ("[un-charter-99, us-eo", "[un-charter-98, us-eo", "[un-charter-98", "'un-charter-98', which does not exist"),
    ("acknowledge: []", "acknowledge: [habit]", "acknowledge: [habit]", "'habit', which does not exist"),
    ("quorum: 2", "quorum: 4", "quorum: 4", "needs 4 of 3 members"),
    ("quorum: 2", "quorum: 3", "quorum: 3", "cannot decide when one is recused"),
    ("quorum: 2, members: [dep", "quorum: 1, members: [deputies, dep", "quorum: 1", "has a body among its members"),
    ("tell: principal", "tell: boss", "tell: boss", "'boss', which is no post"),
    ("declared_by: [deputies, ", "declared_by: [boss, ", "declared_by: [boss, ", "surge: declared_by names 'boss'"),
    ("  tell: [mission_head, desk_officer, liaison, ", "  tell: [", "- id: liaison", "post liaison is unreachable"),
    ("    told: [3, 4, 5]", "    told: [3, 9]", "told: [3, 9]", "tier 9, which does not exist"),
    ("level: watch\n  to_tier: 3", "level: watch\n  to_tier: 2", "  to_tier: 2", "above the ceiling"),
    ("  to_tier: 5\n", "  to_tier: 6\n", "to_tier: 6", "the red digest goes to tier 6"),
    ("office: field\n    line_manager: mission_head", "office: moon\n    line_manager: mission_head", "moon", "'moon'"),
    ("Africa/Nairobi", "Africa/Atlantis", "Africa/Atlantis", "no zone of the IANA database"),
    ("parent: null, ping_days: 30", "parent: field, ping_days: 30", "id: field", "offices stand under each other"),
    ("readers: [analyst, second_reader]", "readers: [analyst]", "readers: [analyst]", "two readers"),
    ("never_quiet: [emergency]", "never_quiet: []", "never_quiet: []", "would wait for the morning"),
    ("ties: [decision_due, opened_at, number]", "ties: [decision_due]", "ties: [decision_due]", "would not agree"),
    ("risk: 5}", "risk: 0.5}", "risk: 0.5}", "priorities.weights.risk"),
    ("    owner: deputies\n", "    owner: principal\n", "    owner: principal\n", "no post of that tier"),
    ("    title: Operator of this installation\n    tier: null", "    title: Operator\n    tier: 1",
     "    title: Operator\n", "the operator has tier 1"),
    ("    duty: Acts for the principal.\n", "", "- id: acting_principal", "duty is missing (id acting_principal)"),
    ("surge:\n  declared_by", "surge:\n  declared_by: []\n  declared_by", "  declared_by: []", "duplicate"),
    ("organisation: Joint early-warning office (", "organisation: [", "organisation: [", "not YAML"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "where", "said"), FAULTY, ids=[f[3][:40] for f in FAULTY])
def test_a_fault_is_told_with_its_line(old: str, new: str, where: str, said: str) -> None:
    assert old in TEXT, old
    text = TEXT.replace(old, new, 1)
    found = directive.examine(text, "mine.yml").refusals
    fault = next((f for f in found if said in f.what), None)
    assert fault, [f.sentence() for f in found]
    # A part left out is told at the part it should stand in; a circle of YAML's own at the line where reading stopped.
    assert abs(fault.line - line_of(text, where)) <= (2 if "YAML" in fault.what or "greater" in said else 1)
    assert fault.sentence().startswith(f"mine.yml:{fault.line}: ")
    assert len(fault.todo) > 3


def test_a_post_with_one_manager_over_both_readers_is_refused() -> None:
    old = "    line_manager: desk_officer\n    deputies: [reserve_reader]"
    text = TEXT.replace(old, old.replace("desk_officer", "mission_head"))
    (fault,) = directive.examine(text, "mine.yml").refusals
    assert "have one line manager" in fault.what
    assert fault.line == line_of(text, "  readers: [analyst")


def test_a_part_left_out_is_not_agreed_in_silence() -> None:
    text = TEXT[: TEXT.index("\nsurge:") + 1] + TEXT[TEXT.index("\ndelivery:") + 1 :]
    assert ["surge is missing" in f.what for f in directive.examine(text).refusals if "missing" in f.what] == [True]


def test_an_authority_that_lapsed_is_a_warning_and_no_refusal() -> None:
    """The reporting duty of section 5 ran six years after its first report."""
    examined = directive.examine(TEXT, "2.yml", on=date(2026, 11, 26))
    assert examined.refusals == []
    (warning,) = examined.faults
    assert "us-wiesel-report was in force until 2025-07-13 and a step rests on it" in warning.what
    assert warning.line == line_of(TEXT, "in_force_until: 2025-07-13")
    assert directive.examine(TEXT, "2.yml", on=date(2025, 7, 13)).faults == []


def test_authority_from_memory_says_so() -> None:
    for one in directive.parse(TEXT).authorities:
        assert one.basis.startswith(("memory", "read")), one.id
        assert one.last_verified is None or one.id == "us-eo-13729", "nobody has looked: the day is not known"


# ------------------------------------------------------------------ whatever is done to a directive


def plain(text: str) -> dict[str, Any]:
    """Return a directive as plain values."""
    return YAML(typ="safe").load(text)


WHOLE = [plain(TEXT), plain(COALITION)]


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """Return a shipped directive with one to three things changed at random."""
    values = deepcopy(WHOLE[draw(st.integers(0, 1))])
    posts, ids = values["posts"], [p["id"] for p in values["posts"]]
    for _ in range(draw(st.integers(1, 3))):
        post = draw(st.sampled_from(posts))
        match draw(st.integers(0, 6)):
            case 0:
                post["deputies"] = draw(st.lists(st.sampled_from(ids), max_size=2))
            case 1:
                post["line_manager"] = draw(st.sampled_from([None, *ids]))
            case 2:
                post["tier"] = draw(st.sampled_from([None, 1, 2, 3, 4]))
            case 3:
                draw(st.sampled_from(values["tiers"]))["owner"] = draw(st.sampled_from(ids))
            case 4:
                draw(st.sampled_from(values["tiers"])).pop("hours", None)
            case 5:
                draw(st.sampled_from(values["tiers"]))["authority"] = draw(st.lists(st.sampled_from(["charter"])))
            case _:
                members = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=4))
                post["body"] = {"quorum": draw(st.integers(1, 5)), "members": members, "minutes": "required"}
    return values


@given(mutated())
@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_what_passes_has_a_clock_a_deputy_and_a_way_up_on_every_rung(values: dict[str, Any]) -> None:
    """Counted here by hand, from the file and not by the linter's own functions."""
    if judge(Places(values, "", "mine.yml")).refusals:
        return
    posts = {p["id"]: p for p in values["posts"]}
    for tier in values["tiers"]:
        owner = posts[tier["owner"]]
        body = owner["body"]
        assert tier["hours"] > 0
        assert tier["authority"]
        assert owner["tier"] == tier["tier"]
        assert set(owner["deputies"]) - {owner["id"]} or (body and body["quorum"] < len(set(body["members"])))
        assert not body or body["quorum"] <= len(set(body["members"])) - 1
        here, steps = owner, 0
        while here["line_manager"] is not None:
            here, steps = posts[here["line_manager"]], steps + 1
            assert steps <= len(posts)
        assert here["tier"] == len(values["tiers"])


def test_the_property_meets_directives_of_both_kinds() -> None:
    """The property above is not empty: some of what is drawn passes, and some is refused."""
    seen: set[bool] = set()

    @given(mutated())
    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def look(values: dict[str, Any]) -> None:
        seen.add(bool(judge(Places(values, "", "mine.yml")).refusals))

    look()
    assert seen == {True, False}
