"""M48: for each escalated item a non-standard option and a premortem exist before a decision, or it says they do not.

The house does not hold anybody up who acts: what is missing stands on the page before signing, and afterwards in the
ledger with the reason. Where the directive asks for it, doing nothing is refused until it is there.
"""

from __future__ import annotations

import json

import pytest

from desk.conftest import PASSPHRASE, desk, item, reader, seeded_home
from desk.test_decide import words

__all__ = ["desk", "item", "reader", "seeded_home"]

pytestmark = pytest.mark.django_db
BECAUSE = "The convoy leaves at four, and nobody could be asked before that."


def body_of(decision) -> dict:
    from tocsin.response.register.models import LedgerBody

    return json.loads(LedgerBody.objects.get(entry=decision.ledger_seq).body)


def imagine(reader, item) -> None:
    """Open a premortem on the item, say why it failed, hand it in, put the reasons in a group; keep an idea."""
    place = item.place_id
    asked = {"kind": "premortem", "question": "It is a year on and the town was emptied. Why?", "post": "analyst",
             "item": str(item.pk)}  # fmt: skip
    page = reader.post(f"/places/{place}/techniques", asked)["Location"]
    reason = {"act": "say", "part": "reason", "key": "", "post": "analyst", "although": "did_not_act",
              "text": "We waited for one more report, and it came in May"}  # fmt: skip
    assert reader.post(page, reason).status_code == 302
    assert reader.post(page, {"act": "hand_in", "post": "analyst"}).status_code == 302
    group = {"act": "say", "part": "group", "key": "", "post": "analyst", "name": "Waiting", "reasons": ["R1.1"],
             "early_sign": "A third report is asked for", "done": "The second one is enough, in writing"}  # fmt: skip
    assert reader.post(page, group).status_code == 302
    idea = {"title": "Ombudsman on the road", "what": "He rides with the market lorries", "combine": "D01 D02",
            "item": str(item.pk), "post": "analyst"}  # fmt: skip
    assert reader.post("/ideas", idea).status_code == 302


def test_m48_what_was_not_imagined_is_said_before_signing_and_kept_with_the_decision(reader, item) -> None:
    page = f"/docket/{item.pk}/decide"
    text = reader.get(page).content.decode()
    assert "<b>Missing:</b> no premortem; no option out of the usual" in text
    assert text.index("What was imagined") < text.index("Signing cannot be undone")
    assert reader.post(page, words(item, without=BECAUSE)).status_code == 302
    decision = item.decisions.get()
    assert (len(decision.without.missing), decision.without.because) == (2, BECAUSE)
    assert body_of(decision)["unprepared_because"] == BECAUSE
    assert f"because {BECAUSE}" in reader.get(f"/docket/{item.pk}").content.decode()


def test_m48_nothing_is_missing_once_a_premortem_and_an_unusual_option_are_there(reader, item) -> None:
    from tocsin.response.docket import imagination
    from tocsin.response.register.techniques import ideas

    imagine(reader, item)
    assert imagination.of_item(item).missing == []
    text = reader.get(f"/docket/{item.pk}/decide").content.decode()
    assert "<b>Missing:</b>" not in text
    kept = ideas.search("Ombudsman")[0]["id"]
    assert f"Out of the usual: idea {kept}: Ombudsman on the road" in text
    assert reader.post(f"/docket/{item.pk}/decide", words(item)).status_code == 302
    assert not hasattr(item.decisions.get(), "without")
    judged = {"act": "judge", "idea": str(kept), "word": "rejected", "why": "The office has no car this year"}
    assert reader.post("/ideas", {**judged, "post": "analyst"}).status_code == 302
    assert [m.split(":")[0] for m in imagination.of_item(item).missing] == ["no option out of the usual"]
    assert ideas.search("car")[0]["said"][0]["why"] == "The office has no car this year"


def test_m48_where_the_directive_asks_for_it_doing_nothing_is_refused_and_acting_never(
    reader, item, monkeypatch
) -> None:
    from tocsin.catalog.directive import Directive
    from tocsin.catalog.directive.parts import Packages

    real = Directive.__getattribute__
    asks = Packages(premortem=["watch", "alert", "emergency"])
    monkeypatch.setattr(
        Directive, "__getattribute__", lambda self, name: asks if name == "packages" else real(self, name)
    )
    page = f"/docket/{item.pk}/decide"
    refused = reader.post(page, words(item, without=BECAUSE))
    assert refused.status_code == 422
    assert "asks for a premortem and an unusual option before" in refused.content.decode()
    assert BECAUSE in refused.content.decode()
    act = words(item, kind="act", option="D02", **{"why-D02": "", "why-NOTHING": "Too many would be left behind there"})
    assert reader.post(page, act).status_code == 302, reader.post(page, act).content.decode()[:3000]
    assert item.decisions.get().without.because == ""
    assert "no reason was given" in reader.get(f"/docket/{item.pk}").content.decode()


def test_m48_the_terminal_says_it_before_and_after(desk, item, capsys) -> None:
    from tocsin.cli.docket import _kept_without
    from tocsin.cli.main import main
    from tocsin.desk.context import context
    from tocsin.response.docket import acts
    from tocsin.response.docket.questions import asked
    from tocsin.response.register.people import cli_actor

    assert main(["technique", "before", str(item.pk)]) == 0
    assert "Missing: no premortem" in capsys.readouterr().out
    decision = acts.decide(
        context(), item.pk, cli_actor("principal"), kind="act", options=["D01"], reasons="W1 is enough to act on now.",
        rejected={"NOTHING": "Too many would be left behind there"}, review_on=context().now().date(),
        answers={q.key: "A mission goes this very week." for q in asked(item)}, without=BECAUSE,
    )  # fmt: skip
    assert _kept_without(decision).endswith(f"because {BECAUSE}")
    assert PASSPHRASE not in json.dumps(body_of(decision))
