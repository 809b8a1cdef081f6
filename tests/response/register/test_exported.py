"""An export with rules: verified, counted by reason, nothing of the register changed by it."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from tocsin.ledger import verify
from tocsin.ledger.redaction import Redaction, Rule
from tocsin.response.register import record
from tocsin.response.register.models import LedgerBody


@pytest.mark.django_db
def test_an_export_hides_by_rules_and_verifies(ctx, tmp_path):
    with transaction.atomic():
        for n in range(6):
            kind, by = ("bell.rung", "desk") if n % 2 else ("item.decided", "principal")
            record.enter(ctx, kind=kind, item=n, body={"n": n, "by": {"person": f"Amina {n}", "post": by}})
    rules = (
        Rule(kind=("bell.rung",), hide="all", reason="a source"),
        Rule(kind=("item.*",), hide=("by.person",), reason="names"),
    )
    redaction = Redaction(rules)
    before = list(LedgerBody.objects.order_by("pk").values_list("salt", "body"))
    row = record.export(ctx, tmp_path / "export.txt", redaction=redaction)
    text = (tmp_path / "export.txt").read_text()
    assert "Amina" not in text
    assert text.count('"post":"principal"') == 3
    assert redaction.counts == {"a source": {"withheld": 3, "masked": 0}, "names": {"withheld": 0, "masked": 3}}
    with (tmp_path / "export.txt").open("rb") as file:
        report = verify.verify(file, verify.read_key(record.verifier_key(ctx)), [("held", verify.read_note(row.note))])
    assert report.holds
    assert "3 more open in part: 3 of their fields are masked." in report.findings
    assert any("entries 0 to 5" in line for line in report.findings)
    assert list(LedgerBody.objects.order_by("pk").values_list("salt", "body")) == before
    (tmp_path / "bare.txt").write_text(
        text.replace(str(json.loads(text.splitlines()[1])["masked"]["/by/person"]), "0" * 64)
    )
    with (tmp_path / "bare.txt").open("rb") as file:
        assert not verify.verify(file, None, []).holds
        assert verify.verify(file, None, []).faults


@pytest.mark.django_db
def test_a_rule_that_fits_no_entry_is_named(ctx, tmp_path):
    with transaction.atomic():
        record.enter(ctx, kind="item.opened", item=1, body={"rung_by": {"person": "amina"}})
    rules = (Rule(kind=("bell.rung",), hide="all", reason="a source"), Rule(hide=("rung_by",), reason="a source"))
    redaction = Redaction(rules)
    record.export(ctx, tmp_path / "export.txt", redaction=redaction)
    assert redaction.idle == ["rule 1 (bell.rung)"]
    assert "amina" not in (tmp_path / "export.txt").read_text()
