"""A backup taken while the desk works restores to a verified ledger and the same open clocks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from teller import Teller

pytestmark = pytest.mark.slow

WRITER = """
from tocsin.cli.output import context, ready
ready()
from django.db import transaction
from tocsin.response.register import record
print("writing", flush=True)
for n in range(100000):
    with transaction.atomic():
        record.enter(context(), kind="test.made", body={"n": n})
        record.checkpoint(context())
"""


@pytest.fixture
def home(tmp_path: Path, laid: Callable[[Path], Path]) -> Teller:
    tell = Teller(laid(tmp_path / "home"))
    for place in ("SDN", "MMR"):
        tell("bell", place, "--because", "Convoys")
    tell("tick")
    return tell


def clocks(tell: Teller) -> list[tuple[object, ...]]:
    shown = [tell("docket", "show", str(item["id"])) for item in tell("docket", "list")["items"]]
    return [
        (item["id"], item["state"], item["tier"], item.get("decision_due"), item.get("delivery_due")) for item in shown
    ]


def test_a_backup_while_another_process_writes(home: Teller, tmp_path: Path) -> None:
    before = clocks(home)
    (home.home / "keys" / "fits.key").write_bytes(b"k" * 32)
    (home.home / "store" / "fits" / "abc").mkdir(parents=True)
    (home.home / "store" / "fits" / "abc" / "one.fit").write_bytes(b"a pickle")
    environment = {**os.environ, **home.environment}
    writer = subprocess.Popen([sys.executable, "-c", WRITER], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        made = home("backup", str(tmp_path / "backup.tar"))
    finally:
        writer.kill()
        writer.wait()
    restored = Teller(tmp_path / "restored")
    assert restored("restore", str(tmp_path / "backup.tar"), "--to", str(restored.home))["entries"] == made["entries"]
    assert clocks(restored) == before
    assert not (restored.home / "keys" / "fits.key").exists(), "what one home vouches for is nothing to another"
    assert not (restored.home / "store" / "fits").exists()
    found = {check["id"]: check for check in restored("doctor", exits=1)["checks"]}
    assert found["ledger"]["ok"], found["ledger"]
    size = restored("ledger", "export", str(tmp_path / "export.txt"))["size"]
    assert size >= made["entries"] >= 3
    key = home("ledger", "key")["key"]
    assert restored("ledger", "verify", str(tmp_path / "export.txt"), "--key", key)["holds"]
    restored("bell", "TCD", "--because", "Three reports.")
    assert home("ledger", "checkpoint")["size"] > size - 1


@pytest.mark.sqlite
def test_an_older_register_put_back_stops_everything(home: Teller, tmp_path: Path) -> None:
    home("backup", str(tmp_path / "old.tar"))
    home("bell", "TCD", "--because", "Three reports.")
    home("tick")
    other = Teller(tmp_path / "other")
    other("restore", str(tmp_path / "old.tar"), "--to", str(tmp_path / "old"))
    for file in home.home.glob("register.sqlite3*"):
        file.unlink()
    shutil.copy(tmp_path / "old" / "register.sqlite3", home.home)
    assert "older state was restored" in home.fails("bell", "TCD", "--because", "Again.", exits=1)
    assert "rolled back" in home.fails("ledger", "checkpoint", exits=1)
    told = {check["id"]: check for check in home("doctor", exits=1)["checks"]}["ledger"]
    assert "older state was restored" in told["what"]
    assert "accept-restore" in told["todo"]
    assert len(list((home.home / "mailbox").rglob("record-stopped-*.eml"))) == 2
    assert "operator" in home.fails("ledger", "accept-restore", "--because", "Disk lost", "--by", "analyst", exits=1)
    home("ledger", "accept-restore", "--because", "The disk was lost on Monday.", "--by", "operator")
    home("bell", "TCD", "--because", "Again.")
    assert home("ledger", "export", str(tmp_path / "export.txt"))["size"] > 0


def test_what_is_no_backup_is_one_sentence_and_leaves_nothing(home: Teller, tmp_path: Path) -> None:
    (tmp_path / "no.tar").write_text("not a tar")
    for file, to, code in (("no.tar", "new", 1), ("absent.tar", "new", 1), ("no.tar", "home", 1)):
        home.fails("restore", str(tmp_path / file), "--to", str(tmp_path / to), exits=code)
    assert not (tmp_path / "new").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "no.tar"]
    (tmp_path / "taken").write_text("x")
    assert "--force" in home.fails("backup", str(tmp_path / "taken"), exits=1)
    home.fails("backup", str(tmp_path / "no" / "folder.tar"), exits=2)
