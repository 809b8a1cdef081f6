"""M27: an assessment carries its question of policy, options and decision; the decision cites it; no link is broken."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk.conftest import PASSPHRASE, desk, item, reader, seeded_home
from desk.test_decide import words

__all__ = ["desk", "item", "reader", "seeded_home"]

pytestmark = pytest.mark.django_db


def test_m27_from_a_round_of_assessment_to_the_decision_and_back(reader, item) -> None:
    from tocsin.desk.context import context
    from tocsin.response.docket import trace
    from tocsin.response.register.assessments import rounds, sheets
    from tocsin.response.register.assessments.words import Source, checked
    from tocsin.response.register.people import Actor

    place = item.place_id
    listed = reader.get(f"/docket/{item.pk}").content.decode()
    assert f"/places/{place}/rounds?item={item.pk}" in listed
    closes = (context().now() + timedelta(days=2)).isoformat()[:16]
    asked = {
        "post": "analyst",
        "question": "Is this the moment to ask for observers, and of whom?",
        "invited": "analyst\nsecond_reader",
        "closes_at": closes,
        "framework": "un_framework",
        "codes": "RF7",
        "options": "D05",
        "item": str(item.pk),
    }
    assert reader.post(f"/places/{place}/rounds", asked)["Location"] == f"/places/{place}/rounds/1"
    one = rounds.found(place, 1)
    for post, state in (("analyst", "present"), ("second_reader", "absent")):
        actor = Actor(post, None, "cli", post)
        said = checked(
            state=state, trend="worse", confidence="low", sources=[Source(f"https://example.org/{post}", "C3")]
        )
        sheets.put(context(), one, actor, "7.5", said, made_from=0)
        blind = reader.get(f"/docket/{item.pk}/decide").content.decode()
        assert "7.5 present" not in blind
        sheets.submit(context(), one, actor)
    text = reader.get(f"/places/{place}/rounds/1").content.decode()
    assert "Is this the moment to ask for observers" in text
    assert "/options/D05" in text
    assert f"/docket/{item.pk}/trace" in text
    assert "None yet." in text
    from tocsin.response.register.models import Answer

    cited = Answer.objects.get(post="analyst", code="7.5")
    signed = words(
        item, cites=[f"A{cited.pk}"], reasons="W1, and the analyst saw militias armed.", passphrase=PASSPHRASE
    )
    assert reader.post(f"/docket/{item.pk}/decide", signed).status_code == 302
    chain = trace.of_item(item)
    assert chain["broken"] == []
    (seen,) = chain["rounds"]
    decision = item.decisions.get()
    assert (seen["question"], seen["options"], seen["cited_by"]) == (asked["question"], ["D05"], [decision.pk])
    text = reader.get(f"/docket/{item.pk}/trace").content.decode()
    assert f"/places/{place}/rounds/1" in text
    assert f"cited by decision {decision.pk}" in text
    assert f"Decision {decision.pk}: decline" in reader.get(f"/places/{place}/rounds/1").content.decode()
