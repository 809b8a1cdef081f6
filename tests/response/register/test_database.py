"""The register comes up to date, is private, and tells a full disk from damage."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from tocsin.core.errors import Damaged, Refused
from tocsin.response.register import database


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "kind", "word"),
    [
        ("database or disk is full", Refused, "Free some space"),
        ("file is not a database", Damaged, "Restore it"),
    ],
)
def test_a_full_disk_is_not_called_damage(monkeypatch: pytest.MonkeyPatch, said: str, kind: type, word: str) -> None:
    def broken() -> None:
        raise OperationalError(said)

    monkeypatch.setattr(database, "MigrationExecutor", lambda _: broken())
    with pytest.raises(kind) as told:
        database.bring_up_to_date()
    assert word in told.value.sentence()


@pytest.mark.django_db
def test_a_disk_error_with_space_left_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(database, "MigrationExecutor", broken)
    with pytest.raises(Damaged):
        database.bring_up_to_date()
