"""Entering acts in bulk: the same rows as one by one, whatever the batches."""

from __future__ import annotations

import json

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from tocsin.core.errors import Refused
from tocsin.response.register import record
from tocsin.response.register.models import LedgerBody, LedgerEntry
from tocsin.response.register.record import Act

ACTS = [Act("test.made", {"n": n, "text": "é"}, n or None) for n in range(25)]


def headers() -> list[tuple[object, ...]]:
    rows = LedgerEntry.objects.order_by("seq").values_list("seq", "time", "kind", "item", "schema")
    return [(*row, json.loads(LedgerBody.objects.get(entry_id=row[0]).body)) for row in rows]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("batch", [1, 7, 25, 2000])
def test_many_are_what_one_by_one_are(ctx, monkeypatch, batch):
    monkeypatch.setattr(record, "BATCH", batch)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        for act in ACTS:
            record.enter(ctx, kind=act.kind, body=act.body, item=act.item)
        one_by_one = headers()
        raise ZeroDivisionError
    with transaction.atomic():
        assert record.enter_many(ctx, iter(ACTS)) == range(25)
    assert headers() == one_by_one
    with transaction.atomic():
        assert record.enter_many(ctx, []) == range(25, 25)
        assert record.enter_many(ctx, ACTS[:3]) == range(25, 28)
    assert not record.examine(ctx).faults
    assert LedgerEntry.objects.values("commitment").distinct().count() == 28, "every body has a salt of its own"


@pytest.mark.django_db(transaction=True)
def test_one_bad_act_enters_none(ctx):
    with pytest.raises(Refused, match="floating-point"), transaction.atomic():
        record.enter_many(ctx, [*ACTS, Act("test.made", {"risk": 0.5})])
    assert not LedgerEntry.objects.exists()
    with pytest.raises(TransactionManagementError):
        record.enter_many(ctx, ACTS)
