"""The whole list of an item, the curve on the decide page, and the cases a place is like (M7, M51, M72)."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tocsin.response.register.models import LedgerBody

pytestmark = pytest.mark.django_db


def body(reader, url, status=200):
    got = reader.get(url)
    assert got.status_code == status
    text = got.content.decode()
    if folder := os.environ.get("MATCH_DUMP"):
        Path(folder, re.sub(r"\W+", "_", url) + ".html").write_text(text, encoding="utf-8")
    return text


def test_the_list_says_why_against_tried_and_what_would_reorder_it(reader, item):
    text = body(reader, f"/docket/{item.pk}/options")
    for words in ("The smallest change that reorders the first five", "Why it fits", "What speaks against it",
                  "Where it was tried", "What can still be had", "What a package should have", "The rule"):  # fmt: skip
        assert words in text
    assert 'role="img"' in text


def test_a_moved_weight_stands_in_the_address_with_a_way_back(reader, item):
    plain = body(reader, f"/docket/{item.pk}/options")
    text = body(reader, f"/docket/{item.pk}/options?w-consent=5&at-hand=leaders")
    assert "Back to the default order" in text
    assert "Back to the default order" not in plain
    assert f"/docket/{item.pk}/decide?w-consent=5&amp;at-hand=leaders" in text
    decide = body(reader, f"/docket/{item.pk}/decide?w-consent=5")
    assert "Weights were moved: consent 5 instead of 1" in decide


@pytest.mark.parametrize("query", ["w-time=fast", "w-time=11", "onset=1999-01-01", "onset=soon"])
def test_what_cannot_be_read_moves_nothing_and_is_said(reader, item, query):
    text = body(reader, f"/docket/{item.pk}/options?{query}", 422)
    assert "The list stands as it is by default" in text


def test_a_closer_day_lists_more_as_lost_with_the_day(reader, item, desk):
    from tocsin.desk.context import context

    soon = context().now().date()
    far = body(reader, f"/docket/{item.pk}/options")
    near = body(reader, f"/docket/{item.pk}/options?onset={soon.isoformat()}")
    assert near.count('data-label="lost on"') > far.count('data-label="lost on"')


def test_the_decide_page_draws_what_can_still_be_had(reader, item):
    text = body(reader, f"/docket/{item.pk}/decide")
    assert "Options that can still arrive" in text
    assert "to be expected in time" in text


def test_cases_come_with_where_the_analogy_breaks(reader):
    text = body(reader, "/places/KEN/comparators?setting=election&factor=RF8&factor=RF1")
    assert "Where the analogy breaks" in text
    assert "it was feared and did not come" in text
    assert text.index("Where the analogy breaks") < text.index("What came of it")
    assert "Choose one of" in body(reader, "/places/KEN/comparators?setting=tea", 422)
    assert reader.get("/places/XXX/comparators").status_code == 404


def test_a_decision_signed_under_moved_weights_says_so_in_the_ledger(reader, item):
    from desk.test_decide import words

    assert reader.post(f"/docket/{item.pk}/decide?w-consent=5", words(item)).status_code == 302
    entry = LedgerBody.objects.get(entry_id=item.decisions.get().ledger_seq)
    assert json.loads(entry.body)["weights_moved"] == {"consent": "5"}


def test_a_decision_under_the_default_order_says_nothing_of_weights(reader, item):
    from desk.test_decide import words

    assert reader.post(f"/docket/{item.pk}/decide", words(item)).status_code == 302
    assert "weights_moved" not in LedgerBody.objects.get(entry_id=item.decisions.get().ledger_seq).body


def test_who_is_at_hand_is_kept_for_the_place_and_a_refusal_loses_nothing(reader, item):
    at = f"/docket/{item.pk}/options"
    assert "Nobody has said who can act in this place" in body(reader, at)
    sent = {"at-hand": ["leaders", "states"], "why": "", "until": "1999-01-01", "post": "analyst"}
    refused = reader.post(at, sent)
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "Say who they are and how you know it" in text
    assert 'value="1999-01-01"' in text
    assert reader.post(at, sent | {"until": "", "why": "Their offices answer."}).status_code == 302
    assert "At hand: states, leaders, as the country analyst said" in body(reader, f"/docket/{item.pk}/decide")
    assert reader.post(at, {"why": "Lines are cut.", "post": "analyst"}).status_code == 302
    text = body(reader, at)
    assert "nobody any more" in text
    assert "Nobody has said who is at hand" in text
