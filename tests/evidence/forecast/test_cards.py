"""Model cards and outcomes: complete, strict, and about the model that runs (forecast ethics; M8)."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tocsin.catalog.models import ModelCard, card, cards, looks
from tocsin.catalog.outcomes import outcome, outcomes
from tocsin.core.errors import Misuse
from tocsin.evidence import panel
from tocsin.evidence.forecast import recipes
from tocsin.evidence.forecast.models import onset_v1


def test_every_card_speaks_of_an_outcome_that_is_defined():
    assert {"onset_v1", "conflict_v1", "climatology", "zsum4", "last_forecast"} <= set(cards())
    for one in cards().values():
        assert outcome(one.outcome).definition
        assert one.intended_uses and one.forbidden_uses and one.weaknesses
        assert one.owner_post and one.review_date


def test_the_card_of_onset_v1_is_frozen_and_holds_its_choices_and_named_misses():
    one = card("onset_v1")
    assert one.frozen and len(one.choices) >= 4
    assert any("1974-1991" in choice.rule for choice in one.choices)
    assert any("Rwanda 1990" in miss for miss in one.known_misses)
    assert any("automated" in use for use in one.forbidden_uses)


def test_the_recipe_is_the_cards_and_its_columns_are_the_panels():
    declared = {c.id: c for c in panel.columns()}
    columns = card("onset_v1").columns
    assert set(columns) <= set(declared)
    made = recipes.recipe(columns)
    for learner in onset_v1.LEARNERS:
        assert getattr(made, learner) == card("onset_v1").settings[learner]
    assert [(columns[a], columns[b]) for a, b in made.stand_ins] == list(card("onset_v1").settings["stand_ins"].items())
    assert recipes.recipe(["something_else"]).stand_ins == ()
    parts, sign = recipes.zsum_parts()
    assert set(parts) <= set(columns) and len(parts) == len(sign) == 4


def test_a_card_with_a_key_nobody_declared_is_refused():
    good = card("climatology").model_dump()
    ModelCard.model_validate(good)
    with pytest.raises(ValidationError):
        ModelCard.model_validate({**good, "accuracy": 0.99})
    with pytest.raises(ValidationError):
        ModelCard.model_validate({k: v for k, v in good.items() if k != "forbidden_uses"})


def test_an_unknown_model_or_outcome_is_named_with_what_there_is():
    with pytest.raises(Misuse, match="onset_v1"):
        card("onset_v9")
    with pytest.raises(Misuse, match="mass_killing_onset"):
        outcome("doom")


def test_axes_never_promise_more_than_the_definition():
    assert outcomes()["mass_killing_onset"].axis_label == "mass-killing risk (EWP definition)"
    for one in outcomes().values():
        assert "atrocity" not in one.axis_label
        assert one.leaves_out and one.unknown_when


def test_every_look_at_the_test_rows_is_on_record():
    seen = looks("onset_v1")
    assert seen and all(look.model == "onset_v1" and look.changed for look in seen)
    assert looks("climatology") == ()
