"""The pages of the catalogue: found by the address, honest about what is not counted, nothing typed is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tocsin.catalog.library import library
from tocsin.core.context import Context
from tocsin.desk.context import context
from tocsin.response.register import people
from tocsin.response.register.catalogue import proposals, sources
from tocsin.response.register.models import OptionProposal, OptionReview, Person, SourceWord
from tocsin.response.register.people import Actor


@pytest.fixture
def home(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The desk's home is the one that the catalogue reads."""
    monkeypatch.setenv("TOCSIN_HOME", str(desk))
    return desk


@pytest.fixture
def partner(home: Path, client: Any) -> Any:
    """A signed-in account of a partner that holds no post."""
    client.force_login(people.add(context(), "ngo_desk", "A partner", Actor("operator", None, "cli", "root")))
    return client


def typed(**more: Any) -> dict[str, Any]:
    """The form as a contributor fills it in."""
    return {
        "name": "Market truce days",
        "mechanism": "People who need one another's goods keep a day on which nobody is attacked",
        "instrument": "local/civil-society",
        "coercive": "no",
        "phase": ["upstream", "imminent"],
        "strategy": ["dissuade"],
        "risk_factors": "RF8\nRF9",
        "actors_with_authority": "Market associations\nDistrict officer",
        "lead_days_min": "5",
        "lead_days_max": "30",
        "preconditions": "Traders of both groups",
        "needs_people": "Two conveners",
        "needs_money": "<100k",
        "known_risks": "Traders attacked on the road",
        "may_harm": "Traders",
        "evidence_text": "Two districts, no comparison",
        "evidence_grade": "C",
        "basis": "memory",
        "why": "Nothing in the catalogue is for markets",
        "credit": "Desk X",
        "source-1": "https://example.org/truce",
        "title-1": "Market days",
        "finds-1": "against",
        "says-1": "Trade stopped anyway",
        **more,
    }


def text(answer: Any, code: int = 200) -> str:
    """The page as text."""
    assert answer.status_code == code
    return answer.content.decode()


def test_the_list_is_filtered_by_the_address_and_says_when_nothing_is_like_that(home, reader):
    page = text(reader.get("/options?phase=upstream&coercive=no"))
    fitting = [o for o in library().options.values() if "upstream" in o.phase and o.coercive == "no"]
    assert f"{len(fitting)} of {len(library().options)} options" in page
    assert 'href="/options/D01"' in page
    assert 'href="/options/S08"' not in page
    assert "tocsin load ushmm_tools" in page, "what is not counted is said"
    assert "propose what is missing" in text(reader.get("/options?q=nothing+is+like+this"))
    wrong = text(reader.get("/options?phase=later&lead_under=soon"), 400)
    assert "no number of days" in wrong
    assert "Only words and actor were asked for" in wrong
    assert "is no phase" in text(reader.get("/options?phase=later"), 400)


def test_hostile_words_are_shown_as_words(home, reader):
    page = text(reader.get("/options", {"q": "<script>alert(1)</script>"}))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_coverage_shows_zeros_as_zeros_and_names_them(home, reader):
    page = text(reader.get("/options/coverage"))
    assert "of 504 cells are empty" in page
    assert "Empty cells" in page
    table = reader.get("/options/coverage.csv?factor=RF14")
    assert len(table.content.decode().splitlines()) == 1 + 4 * 9


def test_a_partner_without_a_post_proposes_and_is_told_how_it_stands(partner):
    made = partner.post("/options/propose", typed(may_credit="yes"), follow=True)
    page = text(made)
    assert "awaiting review" in page
    assert "2 more reviews" in page
    row = OptionProposal.objects.get()
    assert (row.person.get_username(), row.post, row.content["phase"]) == ("ngo_desk", "", ["upstream", "imminent"])
    assert row.content["cited"][0]["finds"] == "against"
    assert "Market truce days" in text(partner.get("/options/proposals?mine=1"))
    refused = partner.post(
        f"/options/proposals/{row.pk}/review", {"verdict": "accept", "grade": "C", "reasons": "yes yes yes"}
    )
    assert refused.status_code == 409
    assert not OptionReview.objects.exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"risk_factors": "RF99"}, "risk_factors"),
        ({"lead_days_min": "soon"}, "no number of days"),
        ({"why": "because"}, "says too little"),
        ({"may_credit": "yes", "credit": ""}, "no name"),
        ({"mechanism": "x" * 100_000}, "too long"),
        ({"source-1": "a book"}, "must be a DOI or an address"),
    ],
)  # fmt: skip
def test_a_form_that_does_not_hold_together_says_so_and_keeps_what_was_typed(partner, more, said):
    page = text(partner.post("/options/propose", typed(**more)), 409)
    assert said in page
    assert "Nothing was saved" in page
    assert "Two districts, no comparison" in page
    assert "Trade stopped anyway" in page
    assert not OptionProposal.objects.exists()


def test_any_script_and_hostile_markup_are_shown_as_text(partner):
    words = "<b onmouseover=x>市場休戦</b> يوم السوق"
    page = text(partner.post("/options/propose", typed(name=words), follow=True))
    assert "<b onmouseover" not in page
    assert "市場休戦" in page


def test_the_page_of_an_option_shows_all_of_it_and_no_advice(home, reader):
    page = text(reader.get("/options/S09"))
    for words in ("For</h2>", "Against: where it did harm", "Whom it may harm", "Unknown</h2>", "What it takes"):
        assert words in page
    assert "The Moral Hazard of Humanitarian Intervention" in page
    assert "nobody outside the project has reviewed it" in page
    assert "Propose a change" in page
    assert "should" not in page.split("<main")[1].split("</main>")[0].lower()


def test_a_withdrawn_source_is_seen_on_every_page_that_leans_on_it(
    home, reader, item, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        given = {
            "source": "https://doi.org/10.1111/ajps.12036",
            "kind": "retracted",
            "why": "Retracted by its journal",
            "post": "desk_officer",
        }
        assert reader.post("/options/sources/say", given).status_code == 302
    assert "Retracted by its journal" in text(reader.get("/options/sources"))
    assert SourceWord.objects.get().key == "doi:10.1111/ajps.12036"
    page = text(reader.get("/options/S01"))
    assert "The grade was T+ and is T0" in page
    assert "lowered from T+" in text(reader.get("/options?q=peacekeeping"))
    from tocsin.desk.templatetags.desk import fate, lowered

    assert "Retracted by its journal" in lowered("S01")
    assert "was retracted" in fate("see doi:10.1111/AJPS.12036, p. 3")
    assert fate("a book") == ""
    again = reader.post("/options/sources/say", given)
    assert "is retracted already" in text(again, 409)


def test_what_was_taken_back_is_still_found_by_what_cites_it(home, partner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        partner.post("/options/propose", typed())
    number = OptionProposal.objects.get().pk
    ctx: Context = context()
    with django_capture_on_commit_callbacks(execute=True):
        for post, user in (("desk_officer", "ana"), ("deputies", "ben")):
            who = Actor(post, None, "cli", user)
            proposals.review(ctx, number, who, verdict="accept", grade="C-thin", reasons="Two places, clear account")
        proposals.publish(ctx, number, Actor("deputies", None, "cli", "ben"))
    page = text(partner.get("/options/X01"))
    assert "this home, version 1" in page
    assert "a contributor who is not named" in page
    assert "119 of 119" in text(partner.get("/options"))
    with django_capture_on_commit_callbacks(execute=True):
        proposals.take_back(ctx, "X01", Actor("deputies", None, "cli", "ben"), why="It was a mistake to add it")
    assert "Taken back on" in text(partner.get("/options/X01"))
    assert "118 of 118" in text(partner.get("/options"))
    assert "taken back" in text(partner.get(f"/options/proposals/{number}"))


def test_reviews_and_publishing_at_the_desk(home, client, django_capture_on_commit_callbacks):
    row = proposals.propose(
        context(), _fields(), actor=Actor("analyst", None, "cli", "eve"), why="Nothing is for markets"
    )
    operator = Person.objects.get(username="operator")
    second = people.add(context(), "deputy", "Dee", Actor("operator", None, "cli", "root"))
    people.hold(context(), "deputies", second, Actor("operator", None, "cli", "root"))
    for person, post in ((operator, "desk_officer"), (second, "deputies")):
        client.force_login(person)
        given = {"verdict": "accept", "grade": "C", "reasons": "Two places, a clear account", "post": post}
        assert "review is on record" in text(client.post(f"/options/proposals/{row.pk}/review", given, follow=True))
    with django_capture_on_commit_callbacks(execute=True):
        made = client.post(f"/options/proposals/{row.pk}/publish", {"post": "deputies"}, follow=True)
    assert made.status_code == 200
    assert made.redirect_chain[0][0] == "/options/X01"
    assert sources.listing()


def _fields() -> dict[str, Any]:
    lines = {"risk_factors", "actors_with_authority", "preconditions", "known_risks", "may_harm"}
    skip = {"why", "credit", "source-1", "title-1", "finds-1", "says-1"}
    return {k: v.split("\n") if k in lines else v for k, v in typed().items() if k not in skip}
