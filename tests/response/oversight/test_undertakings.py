"""Undertakings and gaps: a finding becomes one gap, owned and due, with one entry."""

from __future__ import annotations

from datetime import date

import pytest

from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.oversight.models import Gap
from tocsin.response.oversight.undertakings import raise_gap
from tocsin.response.register.models import LedgerEntry

pytestmark = pytest.mark.django_db

FOUND = {
    "kind": "contact",
    "what": "Nobody at the mission answers at night",
    "source": "exercise:1",
    "owner_post": "mission_head",
    "due": date(2027, 1, 31),
}


def test_the_same_finding_is_one_gap_with_one_entry(ctx: Context) -> None:
    first, again = raise_gap(ctx, **FOUND), raise_gap(ctx, **FOUND)
    assert first == again
    assert Gap.objects.count() == LedgerEntry.objects.filter(kind="gap.raised").count() == 1
    assert raise_gap(ctx, **{**FOUND, "source": "exercise:2"}) != first


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"kind": "mood"}, Misuse),
        ({"owner_post": "nobody"}, Misuse),
        ({"what": "x"}, Refused),
        ({"source": " "}, Refused),
    ],
)
def test_a_gap_that_says_nothing_is_refused_and_nothing_written(ctx: Context, wrong: dict, error: type) -> None:
    with pytest.raises(error):
        raise_gap(ctx, **{**FOUND, **wrong})
    assert not Gap.objects.exists() and not LedgerEntry.objects.exists()
