"""The address of a team's register: read as PostgreSQL's own tools read it, never repeated in an error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import hypothesis.strategies as st
import pytest
from hypothesis import given

import databases
from tocsin.core.database_url import DatabaseUrl, parse
from tocsin.core.errors import Misuse

words = st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable() and text.strip() == text)


@given(user=words, password=words, name=words)
def test_any_user_password_and_name_survive_percent_encoding(user: str, password: str, name: str) -> None:
    text = f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@db.example:5433/{quote(name, safe='')}"
    found = parse(text)
    assert (found.user, found.password, found.name) == (user, password, name)
    assert (found.host, found.port) == ("db.example", "5433")
    assert "password" not in repr(found)


def test_a_socket_and_options() -> None:
    found = parse("postgres:///tocsin?host=/run/postgresql&user=desk&sslmode=verify-full&connect_timeout=5")
    assert found == DatabaseUrl(
        "tocsin", "desk", "", "/run/postgresql", "", {"sslmode": "verify-full", "connect_timeout": "5"}
    )
    assert parse("postgresql://%2Frun%2Fpg/tocsin").host == "/run/pg"
    assert parse("postgresql://[::1]:5432/tocsin").host == "::1"
    assert found.where == "tocsin on /run/postgresql"
    assert found.environment["PGSSLMODE"] == "verify-full"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("mysql://u:secret@h/n", "begins with mysql://"),
        ("tocsin", "begins with no scheme"),
        ("postgresql://u:secret@h:port/n", "port is not a number"),
        ("postgresql://u:secret@h:99999/n", "port is not a number"),
        ("postgresql://u:secret@h/", "names no database"),
        ("postgresql://u:secret@h/n?sslmod=require", "unknown option sslmod"),
        ("postgresql://u:secret@h/n?sslmode", "not the form"),
        ("postgresql://u:secret@[h/n", "not the form"),
    ],
)
def test_what_cannot_be_used_is_said_without_its_password(text: str, says: str) -> None:
    with pytest.raises(Misuse, match=says) as told:
        parse(text)
    assert "secret" not in told.value.sentence()


@pytest.mark.parametrize(
    ("url", "code", "says"),
    [
        ("postgresql://desk:secret@/tocsin?host=/nowhere", 1, "cannot be reached"),
        ("postgresql://desk:secret@h/n?x=1", 2, "unknown option x"),
    ],
)
def test_the_command_says_one_sentence(tmp_path: Path, url: str, code: int, says: str) -> None:
    env = {**os.environ, "TOCSIN_HOME": str(tmp_path), "TOCSIN_DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", "tocsin", "docket", "list"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith("tocsin: ") and says in done.stderr
    assert done.stderr.count("\n") == 1 and "secret" not in done.stderr


def test_a_missing_driver_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from tocsin.core import database_url

    monkeypatch.setattr(database_url.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(Misuse, match=r"pip install 'tocsin\[postgres\]'"):
        database_url.require_driver()


def test_this_very_run_is_on_the_database_it_says(db: None) -> None:
    from django.db import connection

    assert connection.vendor == ("postgresql" if databases.POSTGRES else "sqlite")
