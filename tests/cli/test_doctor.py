"""The doctor finds each fault, names the command that mends it, and changes nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import databases
from teller import Teller

# A home with a register, a ledger of one entry, a signed checkpoint and its witness, but no run: quick to make.
MAKE = """
from tocsin.cli.output import context, ready
ready()
from django.db import transaction
from tocsin.response.docket import outbox
from tocsin.response.docket.models import Message
from tocsin.response.register import record
ctx = context()
with transaction.atomic():
    record.enter(ctx, kind="test.made", body={"text": "one"})
    outbox.write(ctx, None, "test", "analyst", ("A subject", "A body"))
record.checkpoint(ctx)
outbox.deliver(ctx)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, laid: Callable[[Path], Path]) -> Path:
    """A home in order but for its missing run, closed by every process."""
    teller = Teller(laid(tmp_path_factory.mktemp("doctor") / "home"))
    subprocess.run([sys.executable, "-c", MAKE], env=teller.environment, check=True, cwd=teller.home.parent)
    return teller.home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Teller:
    """A copy of it that a test may break."""
    shutil.copytree(made, tmp_path / "home")
    databases.copy(made, tmp_path / "home")
    return Teller(tmp_path / "home")


def wanting(tell: Teller) -> dict[str, dict[str, Any]]:
    """Return what the doctor finds wanting, by id."""
    found = tell("doctor", exits=1)
    assert not found["ok"]
    return {check["id"]: check for check in found["checks"] if not check["ok"]}


def change(tell: Teller, statement: str) -> None:
    """Change the register behind everybody's back."""
    with databases.connect(tell.home) as register:
        databases.drop_guards(register)
        assert register.execute(statement).rowcount > 0


def test_a_home_in_order_lacks_only_its_first_run(home: Teller) -> None:
    found = wanting(home)
    assert set(found) == {"run", "sources"}
    assert all("tocsin refresh" in check["todo"] for check in found.values())


def test_no_home_is_said_and_none_is_made(tmp_path: Path) -> None:
    tell = Teller(tmp_path / "nowhere")
    assert "tocsin start" in wanting(tell)["home"]["todo"]
    assert not tell.home.exists()


@pytest.mark.sqlite
def test_a_register_that_is_no_database(home: Teller) -> None:
    (home.home / "register.sqlite3").write_bytes(b"no database " * 1000)
    assert set(wanting(home)) == {"register"}
    assert (home.home / "register.sqlite3").read_bytes() == b"no database " * 1000


def test_a_key_that_others_may_read(home: Teller) -> None:
    key = home.home / "keys" / "ledger.ed25519"
    key.chmod(0o644)
    assert f"chmod 600 {key}" in wanting(home)["key"]["todo"]
    assert key.stat().st_mode & 0o777 == 0o644


def test_a_key_that_is_gone(home: Teller) -> None:
    (home.home / "keys" / "ledger.ed25519").unlink()
    assert wanting(home)["key"]["todo"] == "Restore it from a copy"
    assert not (home.home / "keys" / "ledger.ed25519").exists(), "a new key would be another log"


def test_entries_that_nobody_signed(home: Teller) -> None:
    change(home, "DELETE FROM register_ledgercheckpoint")
    (home.home / "keys" / "ledger.ed25519").unlink()
    assert "key" not in wanting(home), "the first tick signs"
    change(home, "UPDATE register_ledgerentry SET time = '2026-01-01 00:00:00'")
    assert "tocsin tick" in wanting(home)["key"]["todo"]


def test_a_body_rewritten_in_the_ledger(home: Teller) -> None:
    change(home, 'UPDATE register_ledgerbody SET body = \'{"text":"two"}\'')
    assert "body" in wanting(home)["ledger"]["what"]


def test_an_entry_taken_out_of_the_ledger(home: Teller) -> None:
    change(home, "DELETE FROM register_ledgerbody")
    change(home, "DELETE FROM register_ledgerentry")
    assert "ledger" in wanting(home)


def test_a_clock_that_stands_before_the_last_entry(home: Teller) -> None:
    change(home, "UPDATE register_ledgerentry SET time = '2099-01-01 00:00:00'")
    found = wanting(home)
    assert "2099-01-01" in found["clock"]["what"]


def test_a_message_that_waits(home: Teller) -> None:
    change(home, "UPDATE docket_message SET created_at = '2026-01-01 00:00:00', delivered_at = NULL")
    change(home, "UPDATE docket_sending SET last_error = 'OSError: full' WHERE channel = 'mailbox'")
    found = wanting(home)["outbox"]
    assert "full" in found["what"]
    assert "tocsin tick" in found["todo"]


def test_no_worker_runs(home: Teller) -> None:
    """M78: the silence of the worker itself is noticed."""
    home("bell", "SDN", "--because", "Convoys")
    change(home, "UPDATE docket_item SET opened_at = '2026-01-01 00:00:00'")
    home("tick")
    change(home, "UPDATE docket_heartbeat SET beat_at = '2026-01-02 00:00:00'")
    found = wanting(home)["worker"]
    assert "2026-01-02" in found["what"]
    assert "tocsin worker" in found["todo"]


def test_a_witness_that_lost_the_last_checkpoint(home: Teller) -> None:
    shutil.rmtree(home.home / "witness")
    assert "tocsin ledger checkpoint" in wanting(home)["witnesses"]["todo"]


def test_a_register_of_an_older_version(home: Teller) -> None:
    change(home, "DELETE FROM django_migrations WHERE app = 'docket'")
    assert "migrations" in wanting(home)


def test_a_home_that_is_a_file(home: Teller) -> None:
    shutil.rmtree(home.home)
    home.home.write_text("not a folder")
    assert "--home DIR" in wanting(home)["home"]["todo"]
    assert home.home.read_text() == "not a folder"


@pytest.mark.sqlite
def test_nobody_but_its_owner_reads_the_register(home: Teller) -> None:
    register = home.home / "register.sqlite3"
    assert register.stat().st_mode & 0o777 == 0o600
    register.chmod(0o644)
    home("docket", "list")
    assert register.stat().st_mode & 0o777 == 0o600


def test_an_empty_session_key_is_made_anew(home: Teller) -> None:
    key = home.home / "keys" / "django.key"
    key.write_text("")
    home("docket", "list")
    assert len(key.read_text()) >= 40
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_forecast_handed_in_and_altered_since(home: Teller, tmp_path: Path) -> None:
    from tests.evidence.hub.handed import last_year, row, says, write

    file = write(tmp_path / "forecast.csv", [row("SDN", 0.2, origin=last_year())])
    kept = home("hub", "submit", str(file), "--metadata", str(says(tmp_path / "about.yml", data_until="origin")))[
        "folder"
    ]
    sound = {c["id"]: c for c in home("doctor", exits=1)["checks"]}["hub"]
    assert sound["ok"] and "1 forecasts" in sound["what"]
    (Path(kept) / "submitted.csv").write_text("other", encoding="utf-8")
    found = {c["id"]: c for c in home("doctor", exits=1)["checks"]}["hub"]
    assert not found["ok"]
    assert "submitted.csv is not what was written" in found["what"]
