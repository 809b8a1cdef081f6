"""What a round shows after the reveal, what it exports, and the sheet that is carried away and brought back."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest

from tocsin.core.errors import Misuse, Refused
from tocsin.response.register import assessments, people
from tocsin.response.register.assessments import changes, exports, forms, rounds, sheets, tables
from tocsin.response.register.assessments.words import Source, checked
from tocsin.response.register.models import Answer

pytestmark = pytest.mark.django_db
ANALYST = people.Actor("analyst", None, "cli", "amal")
READER = people.Actor("second_reader", None, "cli", "berta")
THIRD = people.Actor("desk_officer", None, "cli", "carla")
CODES = ("7.1", "7.2", "7.3", "7.4", "7.5")
HOSTILE = "<script>alert('x')</script> =1+1 مرحبا 你好 \u200f" + "a" * 99_000


def begin(ctx, codes=("RF7",)):
    return rounds.open_round(
        ctx,
        ANALYST,
        "SDN",
        question="Which steps before the election, and by whom?",
        invited=["analyst", "second_reader", "desk_officer"],
        closes_at=ctx.now() + timedelta(days=7),
        codes=codes,
    )


def of(one):
    return forms.Form("SDN", one.framework, one)


def words(state, **change):
    given = {"state": state, "trend": "same", "confidence": "low", "no_evidence_reason": "no access to the area"}
    return checked(**{**given, **change})


def played(ctx, said=None):
    """Open a round and let three answer: ``said`` maps a code to their three states."""
    one = begin(ctx)
    for code, states in (said or dict.fromkeys(CODES, ("present", "present", "absent"))).items():
        for actor, state in zip((ANALYST, READER, THIRD), states, strict=True):
            sheets.put(ctx, one, actor, code, words(state), made_from=0)
    for actor in (ANALYST, READER, THIRD):
        one = sheets.submit(ctx, one, actor)
    return one


def test_before_the_reveal_there_is_a_head_and_no_grid(ctx):
    one = begin(ctx)
    sheets.put(ctx, one, ANALYST, "7.5", words("present", note="a secret of one"), made_from=0)
    assert tables.grid(ctx, one) is None
    head = tables.head(one)
    assert [seat["state"] for seat in head["seats"]] == ["begun", "not begun", "not begun"]
    assert "secret" not in exports.as_json(ctx, one) + exports.as_csv(ctx, one)
    assert "present" not in exports.as_json(ctx, one) + exports.as_csv(ctx, one)
    own = tables.own(one, ANALYST)
    assert (own["answered"], own["of"], own["answers"]["7.5"]["note"]) == (1, 15, "a secret of one")
    assert tables.own(one, READER) is None


def test_after_the_reveal_the_sheets_stand_side_by_side_with_agreement_and_dissent(ctx):
    one = played(ctx, {c: ("present", "partly", "absent") if c == "7.5" else ("absent",) * 3 for c in CODES})
    shown = tables.grid(ctx, one)
    assert [a["post"] for a in shown["assessors"]] == ["analyst", "second_reader", "desk_officer"]
    (group,) = shown["groups"]
    assert group["dissent"] == ["7.5"]
    assert (group["answered"], len(group["questions"])) == (5, 15)
    figure = group["agreement"]["nominal"]
    assert (figure["units"], figure["values"]) == (5, 15)
    assert figure["low"] <= figure["alpha"] <= figure["high"]
    assert figure == tables.grid(ctx, one)["groups"][0]["agreement"]["nominal"]
    row = next(r for r in group["questions"] if r["code"] == "7.5")
    assert [cell[0]["state"] for cell in row["cells"]] == ["present", "partly", "absent"]
    assert not any(isinstance(v, float) for v in row.values())
    assert group["agreement"]["ordinal"]["metric"] == "ordinal"


def test_a_revision_changes_the_cell_and_not_the_agreement_at_the_reveal(ctx):
    one = played(ctx)
    before = tables.grid(ctx, one)["groups"][0]["agreement"]
    last = Answer.objects.filter(post="desk_officer", code="7.5").get()
    why = "berta's photographs show them"
    sheets.put(ctx, one, THIRD, "7.5", words("present", why=why), made_from=last.pk)
    after = tables.grid(ctx, one)["groups"][0]
    assert after["agreement"] == before
    assert "7.5" not in after["dissent"]
    cell = next(r for r in after["questions"] if r["code"] == "7.5")["cells"][2][0]
    assert (cell["why"], cell["changed"]["state"]) == (why, ["absent", "present"])


def test_one_who_submits_after_the_reveal_is_late_and_no_part_of_the_agreement(ctx):
    one = begin(ctx)
    for code in CODES:
        sheets.put(ctx, one, ANALYST, code, words("present"), made_from=0)
        sheets.put(ctx, one, THIRD, code, words("absent"), made_from=0)
    sheets.submit(ctx, one, ANALYST)
    ctx.clock.move(days=7)
    (one,) = rounds.reveal_due(ctx)
    ctx.clock.move(hours=1)
    sheets.submit(ctx, one, THIRD)
    shown = tables.grid(ctx, one)
    assert [a["late"] for a in shown["assessors"]] == [False, True]
    assert "fewer than two" in shown["groups"][0]["agreement"]["nominal"]["why"]


def test_a_change_that_nobody_explained_is_flagged(ctx):
    given = {"trend": "same", "confidence": "low"}
    old = {"evidence": "https://example.org/old", "grade": "B2"}
    for code in CODES:
        assessments.answer(ctx, ANALYST, "SDN", code, state="present", **given, **old)
    ctx.clock.move(days=30)
    one = begin(ctx)
    new = {
        "7.1": words("absent"),
        "7.2": words("absent", note="the law was repealed"),
        "7.3": words("absent", no_evidence_reason="", sources=[Source("https://example.org/old", "B2")]),
        "7.4": words("absent", no_evidence_reason="", sources=[Source("https://example.org/new", "B2", "2026-12-20")]),
        "7.5": words("absent", no_evidence_reason="", sources=[Source("https://example.org/new", "B2", "2020-01-01")]),
    }
    for code, said in new.items():
        sheets.put(ctx, one, ANALYST, code, said, made_from=0)
    sheets.put(ctx, one, READER, "7.1", words("absent"), made_from=0)
    sheets.submit(ctx, one, ANALYST)
    sheets.submit(ctx, one, READER)
    assert changes.unexplained("SDN") == []
    ctx.clock.move(days=7)
    (one,) = rounds.reveal_due(ctx)
    flagged = changes.unexplained("SDN", number=one.number)
    assert [(c["code"], c["by"]) for c in flagged] == [
        ("7.1", "analyst"),
        ("7.1", "second_reader"),
        ("7.3", "analyst"),
        ("7.5", "analyst"),
    ]
    assert all((c["before"], c["after"]) == ("present", "absent") for c in flagged)
    assert tables.grid(ctx, one)["unexplained"] == flagged
    rows = list(csv.DictReader(io.StringIO(exports.as_csv(ctx, one))))
    assert [r["code"] for r in rows if r["unexplained_change_from"] == "present"] == ["7.1", "7.1", "7.3", "7.5"]


def test_two_exports_are_the_same_bytes(ctx):
    one = played(ctx)
    ctx.clock.move(days=3)
    first = (exports.as_json(ctx, one), exports.as_csv(ctx, one))
    assert first == (exports.as_json(ctx, rounds.found("SDN", 1)), exports.as_csv(ctx, rounds.found("SDN", 1)))
    assert json.loads(first[0])["revealed"]["groups"][0]["code"] == "RF7"


@pytest.mark.parametrize("form", [forms.as_csv, forms.as_json])
def test_a_sheet_filled_without_a_network_comes_back_whole(ctx, form):
    one = begin(ctx)
    sheets.put(ctx, one, ANALYST, "7.1", words("present", note=HOSTILE), made_from=0)
    out = form(of(one), ANALYST).encode()
    read = {row["code"]: row for _, row in forms.read(out)}
    assert list(read) == ["7.1"]
    assert read["7.1"]["note"] == HOSTILE
    assert forms.load(ctx, of(one), ANALYST, out).unchanged == ["7.1"]
    # Another assessor's form holds nothing of it.
    assert HOSTILE[:20] not in form(of(one), READER)


def test_loading_keeps_the_good_rows_names_the_bad_and_asks_about_the_double(ctx):
    one = begin(ctx)
    blank = list(csv.DictReader(io.StringIO(forms.as_csv(of(one), ANALYST))))
    sheets.put(ctx, one, ANALYST, "7.1", words("present"), made_from=0)
    for row in blank:
        row.update({"trend": "same", "confidence": "low", "evidence": "https://example.org/a [b2] (2026-10-01)"})
        row["state"] = {"7.1": "absent", "7.2": "partly", "7.3": "perhaps", "7.4": "absent"}.get(row["code"], "")
        if not row["state"]:
            row.update({"trend": "", "confidence": "", "evidence": ""})
        if row["code"] == "7.4":
            row["evidence"] = "https://example.org/ungraded"
    done = forms.load(ctx, of(one), ANALYST, json.dumps(blank).encode())
    assert done.saved == ["7.2"]
    assert [t["code"] for t in done.twice] == ["7.1"]
    assert [(r["code"], r["why"].split(".")[0]) for r in done.refused] == [
        ("7.3", "'perhaps' is not a state"),
        ("7.4", "A source has no grade"),
    ]
    own = tables.own(one, ANALYST)
    (source,) = own["answers"]["7.2"]["sources"]
    assert source == {"link": "https://example.org/a", "grade": "B2", "dated": "2026-10-01", "withdrawn": None}
    assert [(p["code"], p["first"]["state"], p["second"]["state"]) for p in own["twice"]] == [
        ("7.1", "present", "absent")
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe",
        b"",
        b"code,state\n7.1,present\n",
        b"[1, 2]",
        b"{",
        b'[{"code": "7.1"}]',
        b",".join(c.encode() for c in forms.COLUMNS) + b"\nSDN,1,0,7.1\n",
    ],
)
def test_what_is_no_sheet_is_refused_in_one_sentence_and_nothing_is_kept(ctx, data):
    one = begin(ctx)
    with pytest.raises(Misuse) as caught:
        forms.load(ctx, of(one), ANALYST, data)
    assert caught.value.todo
    assert not Answer.every.exists()


def test_a_sheet_of_another_round_or_of_somebody_not_invited_is_refused(ctx):
    one = begin(ctx)
    filled = (
        forms.as_csv(of(one), ANALYST).replace("SDN,1,0,7.1", "TCD,1,0,7.1").replace("7.1,Emergency", "7.1,Emergency")
    )
    rows = list(csv.DictReader(io.StringIO(filled)))
    rows[1].update(state="absent", confidence="low", no_evidence_reason="no access there")
    with pytest.raises(Misuse, match="of TCD, round 1"):
        forms.load(ctx, of(one), ANALYST, json.dumps(rows).encode())
    rows[1]["place_id"] = "SDN"
    with pytest.raises(Refused, match="not invited"):
        forms.load(ctx, of(one), people.Actor("mission_head", None, "cli", "x"), json.dumps(rows).encode())
