"""Every random corruption of a log of 1,000 entries is found; benchmarks/ledger.py --corrupt tries 100,000."""

from __future__ import annotations

import io
from collections import Counter

import pytest

from ledger.corruptions import WAYS, Attacked
from tocsin.ledger import verify

TRIED = 1200


@pytest.mark.slow
def test_every_corruption_is_found():
    attacked = Attacked(1000)
    ends = [attacked.attack(seed) for seed in range(TRIED)]
    assert [kind for kind, found in ends if not found] == []
    assert min(Counter(kind for kind, _ in ends).values()) > TRIED / len(WAYS) / 2


def test_the_quick_reading_says_what_the_whole_verifier_says():
    attacked = Attacked(120)
    assert not attacked.finds(attacked.lines), "what is whole is not called broken"
    for seed in range(60):
        import random

        draw = random.Random(seed)
        lines = draw.choice(WAYS)(draw, list(attacked.lines))
        whole = verify.verify(io.BytesIO(b"".join(lines)), attacked.key, [])
        assert attacked.finds(lines) is bool(whole.faults), seed
