"""The decision page: says what cannot be undone, keeps what was typed, signs only with the passphrase."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from desk.conftest import PASSPHRASE
from tocsin.response.docket.questions import asked


def words(item, **more: object) -> dict[str, object]:
    review = (item.opened_at + timedelta(days=20)).date().isoformat()
    return {
        "post": "principal",
        "kind": "decline",
        "reasons": "W1 shows a rise that the field does not see yet.",
        "would_change": "A second month above the floor.",
        "review_on": review,
        "why-D02": "No other mission would join it this week.",
        **{f"answer-{q.key}": "Nothing before a second report of it." for q in asked(item)},
        "passphrase": PASSPHRASE,
        **more,
    }


def test_it_says_before_signing_that_it_cannot_be_undone(reader, item) -> None:
    text = reader.get(f"/docket/{item.pk}/decide").content.decode()
    assert text.index("Signing cannot be undone") < text.index("Sign the decision")
    assert text.count("<ol><li>") == 1
    assert "What we do not know" in text
    assert "Do nothing now, on the record" in text


def test_it_puts_three_to_five_options_with_all_that_a_choice_needs(reader, item) -> None:
    text = reader.get(f"/docket/{item.pk}/decide").content.decode()
    shown = text.split('<div class="options">', 1)[1].split('<details class="noprint"><summary>', 1)[0]
    full = text.count("<dt>Known harm</dt>")
    assert 3 <= full <= 5
    assert text.count("<dt>Lead time</dt>") == text.count("<dt>Who may</dt>") == text.count("<dt>Evidence</dt>") == full
    assert "last start" in shown or "takes effect" in shown


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"passphrase": "not the one at all"}, "not the passphrase you sign with"),
        ({"reasons": "   "}, "Write the reasons, and what they rest on"),
        ({"reasons": "Somebody who knows the country well told me so on the telephone."}, "cite nothing"),
        ({"kind": "act"}, "names what will be done"),
        ({"would_change": ""}, "What would change the decision is not said"),
        ({"review_on": "2001-01-01"}, "is past"),
        ({"why-D02": ""}, "considered and not chosen"),
        ({"why-D02": "no"}, "Why D02 is not chosen is not said"),
        ({"why-Z99": "There is no such option at all"}, "no option &#x27;Z99&#x27;"),
        ({"review_on": "soon"}, "could not be read"),
        ({"kind": "defer", "defer_to": "2099-01-01"}, "days at most"),
        ({"post": "analyst"}, "no tier below"),
        ({"post": ""}, "names no post"),
    ],
)
def test_a_refused_decision_keeps_everything_typed_and_writes_nothing(reader, item, change, says) -> None:
    from tocsin.response.register.models import LedgerEntry

    before = LedgerEntry.objects.count()
    typed = words(item, dissent="The desk officer disagrees: the source is thin.", **change)
    if change.get("kind") == "act":
        typed["option"] = []
    answer = reader.post(f"/docket/{item.pk}/decide", typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert says in text
    assert "The desk officer disagrees: the source is thin." in text
    assert PASSPHRASE not in text
    if change.get("reasons") is None:
        assert "W1 shows a rise that the field does not see yet." in text
    assert LedgerEntry.objects.count() == before
    item.refresh_from_db()
    assert item.state == "open"
    assert not item.decisions.exists()


def test_a_refused_choice_of_options_stays_ticked(reader, item) -> None:
    text = reader.get(f"/docket/{item.pk}/decide").content.decode()
    option = next(o for o in re.findall(r'name="option" value="(\w+)"', text) if o != "D02")
    typed = words(item, kind="act", option=[option], passphrase="wrong wrong wrong")
    answer = reader.post(f"/docket/{item.pk}/decide", typed).content.decode()
    assert f'name="option" value="{option}" checked' in answer
    assert 'value="act" checked' in answer


def test_acting_opens_commitments_and_is_signed_by_a_name(reader, item) -> None:
    text = reader.get(f"/docket/{item.pk}/decide").content.decode()
    option = next(o for o in re.findall(r'name="option" value="(\w+)"', text) if o != "D02")
    due = (item.opened_at + timedelta(days=9)).date().isoformat()
    typed = words(
        item,
        kind="act",
        option=[option],
        **{f"carrier-{option}": "deputies", f"due-{option}": due, f"shown_by-{option}": "A cable"},
    )
    answer = reader.post(f"/docket/{item.pk}/decide", typed, follow=True)
    assert answer.redirect_chain[-1][0] == f"/docket/{item.pk}"
    page = answer.content.decode()
    assert f'data-draft-done="decide-{item.pk}"' in page
    decision = item.decisions.get()
    assert (decision.kind, decision.post, decision.via) == ("act", "principal", "desk")
    assert str(decision.person) == "Ada Example"
    kept = decision.commitments.get()
    assert (kept.post, kept.shown_by, kept.option_id) == ("deputies", "A cable", option)
    assert "signed with a passphrase" in page
    done = reader.post(f"/commitments/{kept.pk}/done", {"post": "deputies", "evidence": "Cable 12 of 1 December"})
    assert done.status_code == 302
    kept.refresh_from_db()
    assert kept.done_at is not None


def test_wrong_passphrases_are_counted(reader, item) -> None:
    from tocsin.desk import throttle

    for _ in range(throttle.PER_NAME):
        reader.post(f"/docket/{item.pk}/decide", words(item, passphrase="wrong wrong wrong"))
    answer = reader.post(f"/docket/{item.pk}/decide", words(item))
    assert "Too many wrong tries" in answer.content.decode()
    assert not item.decisions.exists()


def test_a_stranger_guessing_at_a_name_keeps_nobody_from_signing(reader, item) -> None:
    from django.test import Client

    for _ in range(21):
        Client().post("/sign-in", {"name": "operator", "passphrase": "a guess of a stranger"})
    assert Client().post("/sign-in", {"name": "operator", "passphrase": PASSPHRASE}).status_code == 429
    assert reader.post(f"/docket/{item.pk}/decide", words(item)).status_code == 302


def test_a_form_sent_twice_signs_once(reader, item) -> None:
    typed = words(item, saw="0")
    assert reader.post(f"/docket/{item.pk}/decide", typed).status_code == 302
    again = reader.post(f"/docket/{item.pk}/decide", typed)
    assert again.status_code == 422
    assert "was decided while this form was open" in again.content.decode()
    assert item.decisions.count() == 1


def test_a_person_without_a_passphrase_cannot_sign(reader, item) -> None:
    from tocsin.response.register.models import Person

    Person.objects.update(may_sign=False)
    answer = reader.post(f"/docket/{item.pk}/decide", words(item))
    assert answer.status_code == 422
    assert "You have no passphrase yet" in answer.content.decode()


def test_the_bell_opens_an_item_from_a_place_and_never_names_the_ringer(reader) -> None:
    from tocsin.response.docket.models import Item

    answer = reader.post("/places/NZL/bell", {"post": "analyst", "because": "Leaflets name a group, since Monday."})
    opened = Item.objects.get(place_id="NZL")
    assert answer["Location"] == f"/docket/{opened.pk}"
    assert opened.level == "alert"
    text = reader.get(f"/docket/{opened.pk}").content.decode()
    assert "Leaflets name a group" in text
    assert "Ada Example" not in text.split("<main", 1)[1].split('id="h-led"', 1)[0]
    empty = reader.post("/places/NZL/bell", {"post": "analyst", "because": "  "})
    assert empty.status_code == 422


def test_a_refused_bell_comes_back_with_what_was_typed(reader) -> None:
    from tocsin.response.docket.models import Item

    answer = reader.post("/places/NZL/bell", {"post": "", "because": "Leaflets name a group, since Monday."})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose the post under which you act" in text
    assert ">Leaflets name a group, since Monday.</textarea>" in text
    assert (
        "The bell is rung with reasons"
        in reader.post("/places/NZL/bell", {"post": "analyst", "because": " "}).content.decode()
    )
    assert not Item.objects.filter(place_id="NZL").exists()


def test_nothing_is_chosen_or_cited_before_the_reader_does(reader, item) -> None:
    text = reader.get(f"/docket/{item.pk}/decide").content.decode()
    form = text.split('<form method="post" data-draft', 1)[1]
    assert 'name="kind" value="act"' in form
    assert " checked" not in form
    kindless = reader.post(f"/docket/{item.pk}/decide", words(item, kind=""))
    assert "Choose act, decline or defer" in kindless.content.decode()


def test_a_cited_assessment_stays_ticked_when_the_form_comes_back(reader, item) -> None:
    from tocsin.response.register.models import Answer

    seen = {"factor": "RF7", "state-7.1": "partly", "trend-7.1": "worse", "confidence-7.1": "low"}
    reader.post(
        f"/places/{item.place_id}/assess",
        {"post": "analyst", "evidence-7.1-0": "https://example.org/report of 3 November 2026", **seen},
    )
    ref = f"A{Answer.objects.get().pk}"
    typed = words(item, cites=[ref], reasons="The field sees it too.", passphrase="wrong wrong wrong")
    text = reader.post(f"/docket/{item.pk}/decide", typed).content.decode()
    assert f'value="{ref}" checked' in text


def test_a_later_decision_is_said_to_supersede_the_first(reader, item) -> None:
    reader.post(f"/docket/{item.pk}/decide", words(item, saw="0"))
    shown = reader.get(f"/docket/{item.pk}/decide").content.decode()
    assert "what you sign here supersedes it" in shown
    assert f'name="saw" value="{item.decisions.get().pk}"' in shown
    reader.post(
        f"/docket/{item.pk}/decide",
        words(item, saw=str(item.decisions.get().pk), reasons="W1 again, and the field agrees with it now."),
    )
    first, second = item.decisions.order_by("id")
    text = reader.get(f"/docket/{item.pk}").content.decode()
    assert text.count("superseded by decision") == 1
    assert f"superseded by decision {second.pk}" in text.split(f"Decision {first.pk}:", 1)[1].split("</h3>", 1)[0]
    assert text.count("in force</span>") == 1
    assert f"superseded by decision {second.pk}" in reader.get(f"/docket/{item.pk}/trace").content.decode()


def test_a_refusal_says_what_to_do_on_the_page_and_not_in_a_terminal(reader, item) -> None:
    text = reader.post(f"/docket/{item.pk}/decide", words(item, kind="act")).content.decode()
    said = text.split('role="alert"', 1)[1].split("</div>", 1)[0]
    assert "Tick an option" in said
    assert "--option" not in said
    assert "tocsin " not in said


def test_a_track_is_given_to_a_post_from_the_place(reader) -> None:
    from tocsin.response.register.models import Situation

    page = reader.get("/places/NZL").content.decode()
    assert "Nobody owns the prevention track" in page
    refused = reader.post("/places/NZL/track/prevention", {"post": "analyst", "owner": ""})
    assert refused.status_code == 422
    assert "given to no post" in refused.content.decode()
    told = reader.post("/places/NZL/track/prevention", {"post": "analyst", "owner": "desk_officer"}, follow=True)
    assert "Owner: Headquarters desk officer" in told.content.decode()
    assert Situation.objects.get(place_id="NZL").prevention_owner == "desk_officer"


def test_the_ledger_on_the_page_of_an_item_withholds_who_rang(reader) -> None:
    from tocsin.response.register.models import LedgerBody

    place = reader.post("/places/NZL/bell", {"post": "second_reader", "because": "Leaflets name a group."})["Location"]
    assert '"person":"operator"' in LedgerBody.objects.get(entry__kind="item.opened", entry__item=place[8:]).body
    text = reader.get(place).content.decode()
    assert "withheld on this page" in text
    assert "&quot;person&quot;: &quot;operator&quot;" not in text


def test_acknowledging_stops_one_clock_and_says_so(reader, item) -> None:
    answer = reader.post(f"/docket/{item.pk}/acknowledge", {"post": "desk_officer"}, follow=True)
    text = answer.content.decode()
    assert "The delivery clock has stopped for everybody" in text
    assert "Acknowledged by Headquarters desk officer" in text


def test_an_answer_to_the_framework_is_kept_and_a_refused_one_comes_back(reader) -> None:
    from tocsin.response.register.models import Answer

    typed = {
        "post": "analyst",
        "factor": "RF7",
        "state-7.1": "partly",
        "trend-7.1": "worse",
        "confidence-7.1": "low",
    }
    refused = reader.post("/places/SDN/assess", {**typed, "note-7.1": "seen twice"})
    assert refused.status_code == 422
    assert "seen twice" in refused.content.decode()
    assert not Answer.objects.exists()
    kept = reader.post("/places/SDN/assess", {**typed, "evidence-7.1-0": "https://example.org/report"})
    assert kept["Location"] == "/places/SDN/assess?factor=RF7"
    text = reader.get("/places/SDN").content.decode()
    assert "1 of " in text.split('id="h-a"', 1)[1]


def test_what_was_rejected_and_answered_stays_typed_and_is_signed(reader, item) -> None:
    """Point 5: chosen, at least one rejected with why not, and an answer to the question of the tripwire."""
    page = reader.get(f"/docket/{item.pk}/decide").content.decode()
    question = asked(item)[0]
    assert f'name="answer-{question.key}"' in page
    shown = re.findall(r'name="why-(\w+)"', page)
    assert "NOTHING" in shown
    option = next(o for o in shown if o != "NOTHING")
    typed = words(item, **{"why-D02": "", f"why-{option}": "It was tried in March and failed.", "answer-bell": ""})
    typed[f"answer-{question.key}"] = "We wait for the second reading."
    refused = reader.post(f"/docket/{item.pk}/decide", {**typed, "passphrase": "wrong wrong wrong"}).content.decode()
    assert 'value="It was tried in March and failed."' in refused
    assert ">We wait for the second reading.</textarea>" in refused
    assert reader.post(f"/docket/{item.pk}/decide", typed).status_code == 302
    kept = item.decisions.get()
    assert kept.why_rejected == {option: "It was tried in March and failed."}
    assert kept.answers[question.key] == "We wait for the second reading."
    shown = reader.get(f"/docket/{item.pk}").content.decode()
    assert "It was tried in March and failed." in shown
    assert "/options/NOTHING" not in shown
