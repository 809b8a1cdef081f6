"""Putting the desk on the air: the screen, the one-time link, a port that is taken, a second start."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from desk.seeding import copied, environment, free_port, served, tocsin


@pytest.fixture(scope="module")
def home(seeded_home, tmp_path_factory):
    return copied(seeded_home, tmp_path_factory.mktemp("serving") / "home")


def test_a_second_start_changes_nothing_and_says_what_awaits(home) -> None:
    first = tocsin(home, "start", "--no-serve", "--json")
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    again = json.loads(tocsin(home, "start", "--no-serve", "--json").stdout)
    assert told["run_id"] == again["run_id"]
    assert again["reused"] is True
    assert again["messages"] == 0
    assert 5 <= again["opened"] <= 15
    assert told["says"]["counts"] == again["says"]["counts"]
    for path in again["brief"].values():
        assert Path(path).exists()


def test_the_screen_says_what_happened_in_plain_text(home) -> None:
    done = tocsin(home, "start", "--no-serve")
    lines = done.stdout.splitlines()
    assert "\x1b" not in done.stdout
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 130
    for words in ("Tocsin", "Under way in", "awaits a decision", "decision due", "Brief:", "connect live sources"):
        assert words in " ".join(done.stdout.split()), words


def test_a_port_in_use_is_one_sentence(home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "tocsin", "serve"],
            env=environment(home, TOCSIN_PORT=str(port)),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert "TOCSIN_PORT" in done.stderr


def test_the_served_desk_answers_and_its_link_opens_once(home) -> None:
    with served(home) as desk:
        link = desk.login_link()
        opened = urllib.request.urlopen(link, timeout=30)
        assert opened.url == f"{desk.url}/welcome" or opened.url == f"{desk.url}/sign-in?next=/welcome"
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(link, timeout=30)
        assert refused.value.code == 409
        style = urllib.request.urlopen(f"{desk.url}/static/desk/desk.css", timeout=30)
        assert style.status == 200
        page = urllib.request.urlopen(f"{desk.url}/sources", timeout=30)
        assert b"What stands behind the figures" in page.read()


def test_a_login_link_names_the_account_and_lives_on_the_chosen_port(home) -> None:
    port = free_port()
    done = subprocess.run(
        [sys.executable, "-m", "tocsin", "login-link", "--json"],
        env=environment(home, TOCSIN_PORT=str(port)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = json.loads(done.stdout)
    assert re.fullmatch(rf"http://127\.0\.0\.1:{port}/sign-in/[\w-]{{20,}}", said["link"])
    assert said["account"] == "operator"
    unknown = tocsin(home, "login-link", "--for", "nobody")
    assert unknown.returncode == 2


def test_the_brief_command_writes_where_it_is_told(home, tmp_path) -> None:
    done = tocsin(home, "brief", "--to", str(tmp_path / "out"), "--json")
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)) == {"html", "pdf", "json"}
    assert (tmp_path / "out" / "brief.pdf").read_bytes().startswith(b"%PDF")


def test_a_brief_without_a_run_is_refused(tmp_path) -> None:
    done = tocsin(tmp_path / "empty", "brief")
    assert done.returncode == 1
    assert "tocsin refresh" in done.stderr
