"""What evidence rests on: what the register holds of the place, or a source; and nothing that is not there."""

from __future__ import annotations

import pytest

from response.docket.desk import Run, by, warning
from tocsin.core.errors import Refused
from tocsin.response.docket import acts, technique_links
from tocsin.response.docket.models import Item
from tocsin.response.register.models import Answer
from tocsin.response.register.techniques import keep

pytestmark = pytest.mark.django_db(transaction=True)
EVIDENCE = {"text": "The shells came from the north", "credibility": "high", "relevance": "low"}


@pytest.fixture
def one(ctx):
    acts.take_run(ctx, Run("r1", [warning(ctx)]))
    item = Item.objects.get()
    number = technique_links.item_of(item.pk, item.place_id, by("analyst"))
    question = "Who shelled the market there?"
    return keep.open_technique(ctx, by("analyst"), item.place_id, "hypotheses", question=question, item=number)


def answer(ctx, place_id: str) -> Answer:
    return Answer.every.create(
        code="7.5", place_id=place_id, state="present", confidence="low", evidence="https://example.org/a",
        post="analyst", at=ctx.now(),
    )  # fmt: skip


def test_a_warning_an_answer_and_a_source_are_kept_as_what_they_are(ctx, one) -> None:
    warned = Item.objects.get().warnings.get()
    own = answer(ctx, one.place_id)
    for text, kept in (
        ("W1", f"warning:{warned.warning_id}"),
        (warned.warning_id, f"warning:{warned.warning_id}"),
        (f"a{own.pk}", f"assessment:{own.pk}"),
        ("https://example.org/x", "https://example.org/x"),
        ("Small Arms Survey  2024", "Small Arms Survey 2024"),
    ):
        said = technique_links.given(one, by("analyst"), "evidence", {**EVIDENCE, "link": text})
        assert said["link"] == kept
        assert technique_links.told(kept)["label"]
    assert technique_links.told(f"warning:{warned.warning_id}")["href"] == f"/trace/warning/{warned.pk}"
    assert technique_links.told(f"assessment:{own.pk}")["label"] == f"A{own.pk}: 7.5 present, analyst"
    assert technique_links.told("Small Arms Survey 2024")["href"] == ""


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("W2", "W2 is no warning here"),
        ("W0", "W0 is no warning here"),
        ("A999", "is no answer on"),
        ("report 999", "There is no report 999"),
        ("warning:nothing", "There is no warning 'nothing'"),
        ("javascript:alert(1)", "is not a link that can be kept"),
        ("hearsay", "is nothing that evidence can rest on"),
    ],
)
def test_what_is_not_there_is_refused(ctx, one, text, match) -> None:
    with pytest.raises(Refused, match=match):
        technique_links.given(one, by("analyst"), "evidence", {**EVIDENCE, "link": text})


def test_an_answer_of_another_place_or_a_blind_sheet_is_none_of_its_evidence(ctx, one) -> None:
    other = answer(ctx, "SDN" if one.place_id != "SDN" else "TCD")
    with pytest.raises(Refused, match="is no answer on"):
        technique_links.resolved(one, by("analyst"), f"A{other.pk}")


def test_who_is_recused_from_the_item_says_nothing_in_its_techniques(ctx, one) -> None:
    item = Item.objects.get()
    acts.recuse(ctx, item.pk, by("desk_officer"), reasons="My brother commands the garrison there")
    with pytest.raises(Refused):
        technique_links.given(one, by("desk_officer"), "hypothesis", {"text": "It was somebody else altogether"})
    with pytest.raises(Refused, match=f"There is no item {item.pk + 1} "):
        technique_links.item_of(item.pk + 1, one.place_id, by("analyst"))
