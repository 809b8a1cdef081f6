"""Answers in the open are kept twice too when a form or a file was made from an older one."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tocsin.core.errors import Refused
from tocsin.response.register import assessments, people
from tocsin.response.register.assessments import forms, keep
from tocsin.response.register.assessments.words import checked
from tocsin.response.register.models import Answer, TwiceSettled

pytestmark = pytest.mark.django_db
ANALYST = people.Actor("analyst", None, "cli", "amal")
READER = people.Actor("second_reader", None, "cli", "berta")


def words(state, **change):
    given = {"state": state, "trend": "same", "confidence": "low", "no_evidence_reason": "no access to the area"}
    return checked(**{**given, **change})


def put(ctx, state, made_from, actor=ANALYST, **change):
    return keep.put(ctx, actor, "SDN", "7.5", words(state, **change), made_from=made_from)


def test_a_form_made_from_an_older_answer_is_kept_beside_the_newer_and_asked_about(ctx):
    first = put(ctx, "partly", 0).answer
    second = put(ctx, "present", first.pk).answer
    pair = put(ctx, "absent", first.pk).twice
    assert Answer.objects.count() == 2
    assert keep.waiting(ANALYST, "SDN", "un_framework", None) == [pair]
    assert keep.waiting(READER, "SDN", "un_framework", None) == []
    with pytest.raises(Refused, match="yours"):
        keep.settle(ctx, READER, pair.pk, "second")
    made = keep.settle(ctx, ANALYST, pair.pk, "both")
    assert (made.beside, made.supersedes) == (second, second)
    assert [a.state for a in assessments.in_force("SDN")] == ["present", "absent"]
    assert keep.waiting(ANALYST, "SDN", "un_framework", None) == []
    assert TwiceSettled.objects.get().chose == "both"


def test_a_file_filled_offline_while_the_page_went_on_loses_neither(ctx):
    form = forms.form_for(ANALYST, "SDN", "un_framework")
    offline = list(csv.DictReader(io.StringIO(forms.as_csv(form, ANALYST))))
    assert len(offline) == 157
    online = put(ctx, "present", 0).answer
    row = next(r for r in offline if r["code"] == "7.5")
    row.update(state="absent", trend="same", confidence="low", no_evidence_reason="we drove through and saw none")
    done = forms.load(ctx, form, ANALYST, json.dumps(offline).encode())
    assert [t["code"] for t in done.twice] == ["7.5"]
    assert [a.state for a in assessments.in_force("SDN")] == ["present"]
    keep.settle(ctx, ANALYST, done.twice[0]["twice"], "second")
    assert [a.state for a in assessments.in_force("SDN")] == ["absent"]
    assert next(a["id"] for a in assessments.history("SDN", "7.5")) == online.pk
