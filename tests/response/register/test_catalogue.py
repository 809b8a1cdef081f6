"""What a home adds to the catalogue: proposed by anybody, reviewed by two hands, published as a layer, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from tocsin.catalog import home
from tocsin.catalog.library import library, shipped
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.register import people
from tocsin.response.register.catalogue import content, following, proposals, sources
from tocsin.response.register.models import LedgerEntry, OptionPublication, Person
from tocsin.response.register.people import Actor

pytestmark = pytest.mark.django_db(transaction=True)


def at(post: str, user: str) -> Actor:
    """Somebody at a terminal."""
    return Actor(post=post, person=None, via="cli", os_user=user)


@pytest.fixture
def ours(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A context whose home is the one that the catalogue reads."""
    monkeypatch.setenv("TOCSIN_HOME", str(ctx.settings.home))
    return ctx


@pytest.fixture
def outsider(ours: Context) -> Person:
    """An account of a partner that holds no post."""
    people.ensure_operator(ours)
    return people.add(ours, "ngo_desk", "Desk of a partner", at("operator", "root"))


def filled(**more: Any) -> dict[str, Any]:
    """A whole proposal."""
    return {
        "name": "Market truce days",
        "instrument": "local/civil-society",
        "phase": ["upstream", "imminent"],
        "lead_days_min": "5",
        "lead_days_max": 30,
        "coercive": "no",
        "actors_with_authority": ["Market associations", "District officer"],
        "preconditions": ["Traders of both groups", "Police who keep away"],
        "risk_factors": ["RF8", "RF9"],
        "strategy": ["dissuade"],
        "known_risks": ["Traders attacked on the road"],
        "evidence_grade": "C-moderate",
        "evidence_text": "Two districts, no comparison",
        "mechanism": "People who need one another's goods keep a day on which nobody is attacked",
        "needs_people": "Two conveners",
        "needs_money": "<100k",
        "may_harm": ["Traders"],
        **more,
    }


def accepted(ctx: Context, number: int, grades: tuple[str, str] = ("C", "C-thin")) -> None:
    """Have two hands accept it."""
    for post, user, grade in zip(("desk_officer", "deputies"), ("ana", "ben"), grades, strict=True):
        proposals.review(
            ctx, number, at(post, user), verdict="accept", grade=grade, reasons="Two places, clear account"
        )


def test_an_outsider_proposes_two_review_and_it_is_published_graded_and_credited(ours, outsider):
    row = proposals.propose(
        ours, filled(), person=outsider, why="Nothing in the catalogue is for markets", credit="Desk X", may_credit=True
    )
    assert proposals.standing(row)["state"] == "awaiting review"
    assert "X01" not in library().options
    with pytest.raises(Refused, match="awaiting review"):
        proposals.publish(ours, row.pk, at("deputies", "ben"))
    accepted(ours, row.pk)
    assert proposals.standing(row)["state"] == "accepted"
    made = proposals.publish(ours, row.pk, at("deputies", "ben"))
    option = library().options[made.option_id]
    assert (option.id, option.version, option.origin, option.credit) == ("X01", 1, "home", "Desk X")
    assert option.evidence_grade == "C-thin", "the weaker of two grades stands"
    assert "reviewed in this home by" in option.review_status
    assert "X01" not in shipped().options
    kinds = list(LedgerEntry.objects.filter(kind__startswith="option.").order_by("seq").values_list("kind", flat=True))
    assert kinds == ["option.proposed", "option.reviewed", "option.reviewed", "option.published"]


def test_without_consent_nobody_is_named_where_it_is_published(ours, outsider):
    row = proposals.propose(ours, filled(), person=outsider, why="Nothing here is for markets", credit="Desk X")
    accepted(ours, row.pk)
    proposals.publish(ours, row.pk, at("deputies", "ben"))
    assert library().options["X01"].credit == proposals.UNNAMED
    assert "Desk X" not in str(OptionPublication.objects.get().row)


def test_two_posts_of_one_hand_are_one_review_and_nobody_reviews_their_own(ours):
    row = proposals.propose(ours, filled(), actor=at("analyst", "ana"), why="Nothing here is for markets")
    with pytest.raises(Refused, match="own hand"):
        proposals.review(ours, row.pk, at("deputies", "ana"), verdict="accept", grade="C", reasons="A good thing, this")
    proposals.review(ours, row.pk, at("deputies", "ben"), verdict="accept", grade="C", reasons="A good thing, this")
    with pytest.raises(Refused, match="One hand"):
        proposals.review(ours, row.pk, at("principal", "ben"), verdict="accept", grade="C", reasons="And good again")
    with pytest.raises(Refused, match="has reviewed"):
        proposals.review(ours, row.pk, at("deputies", "cy"), verdict="accept", grade="C", reasons="And good again")
    with pytest.raises(Refused, match="posts that have a tier"):
        proposals.review(ours, row.pk, at("overseer", "dee"), verdict="accept", grade="C", reasons="And good again")


def test_reviewers_who_differ_are_settled_by_a_third_and_a_rejection_keeps_its_reason(ours, outsider):
    row = proposals.propose(ours, filled(), person=outsider, why="Nothing here is for markets")
    proposals.review(
        ours, row.pk, at("desk_officer", "ana"), verdict="accept", grade="C", reasons="Clear and useful here"
    )
    proposals.review(ours, row.pk, at("deputies", "ben"), verdict="reject", reasons="It is option P03 again")
    assert proposals.standing(row)["state"] == "awaiting review"
    proposals.review(ours, row.pk, at("principal", "cy"), verdict="reject", reasons="The same as option P03")
    state = proposals.standing(row)
    assert state["state"] == "rejected"
    assert "It is option P03 again" in [r.reasons for r in state["reviews"]]
    with pytest.raises(Refused, match="rejected"):
        proposals.publish(ours, row.pk, at("deputies", "ben"))
    again = proposals.propose(ours, filled(), person=outsider, why="Now with what differs", follows=row.pk)
    assert again.follows == row
    with pytest.raises(Refused, match="was not rejected"):
        proposals.propose(ours, filled(), person=outsider, why="And once more again", follows=again.pk)


def test_a_change_to_what_ships_is_a_version_and_taking_it_back_brings_the_shipped_row_again(ours, outsider):
    new = content.template(shipped().options["D01"]) | {"lead_days_max": 9}
    row = proposals.propose(ours, new, person=outsider, option_id="D01", why="Nine days was the slowest seen")
    assert [c["field"] for c in content.changes(row.content, shipped().options["D01"])] == ["lead_days_max"]
    accepted(ours, row.pk)
    made = proposals.publish(ours, row.pk, at("deputies", "ben"))
    assert (made.option_id, made.version) == ("D01", 2)
    assert library().options["D01"].lead_days_max == 9
    assert shipped().options["D01"].lead_days_max == 7
    proposals.take_back(ours, "D01", at("deputies", "ben"), why="The nine days were a mistake")
    assert library().options["D01"] == shipped().options["D01"]
    assert proposals.standing(row)["state"] == "taken back"
    with pytest.raises(Refused, match="published no D01 that stands"):
        proposals.take_back(ours, "D01", at("deputies", "ben"), why="The nine days were a mistake")
    assert OptionPublication.objects.count() == 1, "nothing is deleted"


def test_an_id_that_was_taken_back_is_not_given_again(ours, outsider):
    for expected in ("X01", "X02"):
        row = proposals.propose(ours, filled(), person=outsider, why="Nothing here is for markets")
        accepted(ours, row.pk)
        assert proposals.publish(ours, row.pk, at("deputies", "ben")).option_id == expected
        proposals.take_back(ours, expected, at("deputies", "ben"), why="It was a mistake to add it")


def test_a_change_made_on_what_no_longer_stands_is_not_published(ours, outsider):
    base = content.template(shipped().options["D01"])
    first = proposals.propose(ours, base | {"lead_days_max": 9}, person=outsider, option_id="D01", why="Nine days seen")
    second = proposals.propose(
        ours, base | {"lead_days_max": 8}, person=outsider, option_id="D01", why="Eight days seen"
    )
    ours.clock.move(hours=1)
    for row in (first, second):
        accepted(ours, row.pk)
    proposals.publish(ours, first.pk, at("deputies", "ben"))
    with pytest.raises(Refused, match="was changed by proposal"):
        proposals.publish(ours, second.pk, at("deputies", "ben"))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"risk_factors": ["RF15"]}, "risk_factors"),
        ({"procedures": ["Q99"]}, "procedures: 'Q99' names nothing"),
        ({"cases": ["C99"]}, "cases: 'C99' names nothing"),
        ({"preconditions": ["a mission [S99]"]}, "names no option"),
        ({"lead_days_min": "soon"}, "no number of days"),
        ({"lead_days_min": 40}, "lead_days_min"),
        ({"instrument": "magic"}, "instrument: must be one of"),
        ({"evidence_grade": "T+"}, "evidence_tool"),
        ({"needs_money": "lots"}, "needs_money"),
        ({"mechanism": "short"}, "mechanism"),
        ({"may_harm": []}, "may_harm"),
        ({"cited": [{"source": "a book", "title": "x", "finds": "for", "says": "y"}]}, "must be a DOI or an address"),
        ({"cited": "nonsense"}, "cited holds studies"),
        ({"colour": "red"}, "no field 'colour'"),
    ],
)  # fmt: skip
def test_a_proposal_that_does_not_hold_together_says_which_field(ours, outsider, more, said):
    with pytest.raises(Misuse, match=None) as told:
        proposals.propose(ours, filled(**more), person=outsider, why="Nothing here is for markets")
    assert said in told.value.sentence()
    assert not LedgerEntry.objects.filter(kind="option.proposed").exists()


def test_a_circle_with_the_changed_option_is_found(ours, outsider):
    new = content.template(shipped().options["S01"]) | {"preconditions": ["camps first [S05]"]}
    with pytest.raises(Misuse, match="circular"):
        proposals.propose(ours, new, person=outsider, option_id="S01", why="Camps come before the mission")


def test_a_withdrawn_source_lowers_the_grade_and_restoring_it_is_told_too(ours):
    doi = "https://doi.org/10.1111/AJPS.12036"
    sources.withdraw(ours, at("desk_officer", "ana"), doi, kind="retracted", why="The journal retracted it today")
    option = library().options["S01"]
    assert (option.evidence_grade, option.stated_grade) == ("T0", "T+")
    row = next(r for r in sources.listing() if r["key"] == "doi:10.1111/ajps.12036")
    assert row["options"] == ["S01"]
    with pytest.raises(Refused, match="is retracted already"):
        sources.withdraw(
            ours, at("desk_officer", "ana"), "doi:10.1111/ajps.12036", kind="retracted", why="Once more and again"
        )
    sources.restore(ours, at("desk_officer", "ana"), doi, why="The retraction was in error")
    assert library().options["S01"].evidence_grade == "T+"
    kinds = [e.kind for e in LedgerEntry.objects.filter(kind__startswith="source.").order_by("seq")]
    assert kinds == ["source.withdrawn", "source.restored"]


@pytest.mark.parametrize(
    ("source", "kind", "why", "error", "said"),
    [
        ("a book", "retracted", "The journal retracted it", Misuse, "names no source"),
        ("https://a.example/x https://b.example/y", "expired", "It is gone for good", Misuse, "names 2 sources"),
        ("https://a.example/x", "burnt", "It is gone for good", Misuse, "befalls"),
        ("https://a.example/x", "expired", "gone", Refused, "too little"),
    ],
)  # fmt: skip
def test_a_withdrawal_that_says_nothing_is_refused(ours, source, kind, why, error, said):
    with pytest.raises(error, match=said):
        sources.withdraw(ours, at("desk_officer", "ana"), source, kind=kind, why=why)


def test_who_has_no_tier_withdraws_nothing(ours):
    with pytest.raises(Refused, match="posts that have a tier"):
        sources.withdraw(ours, at("overseer", "ana"), "https://a.example/x", kind="expired", why="It is gone for good")


def test_an_edited_file_is_written_again_from_the_register(ours):
    sources.withdraw(
        ours, at("desk_officer", "ana"), "doi:10.1111/ajps.12036", kind="retracted", why="It was retracted now"
    )
    path = home.path_of(ours.settings.home, home.WITHDRAWN)
    before = path.read_bytes()
    path.write_text("{}")
    assert following.agree(ours.settings) == [home.WITHDRAWN]
    assert path.read_bytes() == before
    assert following.agree(ours.settings) == []
