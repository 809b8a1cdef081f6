"""Tables that only grow: the database refuses, and says so when it has forgotten how."""

from __future__ import annotations

import pytest
from django.db import connection

from tocsin.response import append_only


@pytest.mark.django_db
def test_every_guard_stands_after_all_migrations():
    """A later migration that rebuilds a table drops its triggers on SQLite: it must make them again."""
    assert append_only.missing(connection) == []
