"""``tocsin ledger`` as a person and a script use it: real processes, a real register, a bare verifier."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import databases
from tocsin.ledger import verify

ENTER = """
from tocsin.cli.output import context, ready
ready()
from django.db import transaction
from tocsin.response.register import record
for n in range(3):
    with transaction.atomic():
        record.enter(context(), kind="test.made", body={"n": n, "text": "Élan"}, item=n or None)
"""


@pytest.fixture
def home(tmp_path, laid):
    folder = laid(tmp_path / "home")
    subprocess.run([sys.executable, "-c", ENTER], env=environment(folder), check=True)
    return folder


def environment(home):
    return {**os.environ, "TOCSIN_HOME": str(home), **databases.of(home)}


def tocsin(home, *arguments):
    command = [sys.executable, "-m", "tocsin", "ledger", *map(str, arguments)]
    return subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)


def asked(home, *arguments):
    run = tocsin(home, *arguments, "--json")
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_from_key_to_proof(home, tmp_path):
    """Key, checkpoint, export, verification by a bare Python against a checkpoint held outside, and the refusals."""
    key = tocsin(home, "key").stdout.splitlines()[-1]
    verify.read_key(key)
    assert asked(home, "key") == {"key": key, "size": None, "root": None, "checkpoint": None}

    outside = tmp_path / "outside"
    signed = asked(home, "checkpoint", "--to", outside)
    assert signed["size"] == 3
    notes = list(outside.glob("*.note"))
    assert [path.read_text() for path in notes] == [signed["checkpoint"]]
    note = verify.read_note(signed["checkpoint"])
    assert (note.size, note.root.hex()) == (signed["size"], signed["root"])

    file = tmp_path / "export.txt"
    written = asked(home, "export", file)
    assert {name: written[name] for name in ("size", "root", "checkpoint")} == {
        name: signed[name] for name in ("size", "root", "checkpoint")
    }
    assert [json.loads(line)["record"] for line in file.read_text().splitlines()] == [
        "log",
        *["entry"] * 3,
        "checkpoint",
    ]
    command = [sys.executable, "-I", "-S", verify.__file__, file, "--key", key, "--checkpoint", notes[0]]
    bare = subprocess.run(command, env={}, capture_output=True, text=True, check=False)
    assert bare.returncode == 0, bare.stdout
    told = tocsin(home, "verify", file, "--key", key, "--checkpoint", notes[0])
    assert (told.returncode, told.stdout) == (0, bare.stdout)
    assert tocsin(home, "verify", file).returncode == 1

    again = tocsin(home, "export", file)
    assert again.returncode == 1
    assert "--force" in again.stderr
    assert tocsin(home, "export", file, "--force", "--headers-only").returncode == 0
    assert "Élan" not in file.read_text()

    proof = tmp_path / "proof.txt"
    assert asked(home, "proof", 2, "--to", proof)["leaf"]["seq"] == 2
    assert tocsin(home, "verify", proof, "--key", key).returncode == 0
    assert tocsin(home, "proof", 99).returncode == 1


def test_an_erasure_needs_a_post_and_a_reason_and_is_entered(home):
    assert tocsin(home, "erase", 1, "--because", "court order").returncode == 2
    assert tocsin(home, "erase", 1, "--because", "court order", "--by", "nobody").returncode == 2
    assert tocsin(home, "erase", 1, "--because", "court order", "--by", "analyst").returncode == 1
    assert tocsin(home, "erase", 1, "--because", " ", "--by", "operator").returncode == 1
    assert asked(home, "erase", 1, "--because", "court order", "--by", "operator")["entry"] == 3
    with databases.connect(home) as register:
        bodies = dict(register.execute("SELECT entry_id, body FROM register_ledgerbody").fetchall())
    assert sorted(bodies) == [0, 2, 3]
    entered = json.loads(bodies[3])
    assert (entered["seq"], entered["because"], entered["by"]["post"]) == (1, "court order", "operator")
    assert entered["by"]["via"] == "cli"


def test_a_register_that_was_edited_is_not_signed(home):
    asked(home, "checkpoint")
    with databases.connect(home) as register:
        databases.drop_guards(register, "append_only_register_ledgerbody_update")
        register.execute("UPDATE register_ledgerbody SET body = '{}' WHERE entry_id = 1")
    run = tocsin(home, "checkpoint")
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        "tocsin: The body of ledger entry 1 is not the one committed to. "
        "Restore the register from a copy; nothing was signed."
    ]
    assert asked(home, "guard") == {"made": ["append_only_register_ledgerbody_update"]}
    assert asked(home, "guard") == {"made": []}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["verify", "absent", "--key", "x"], 2),
        (["proof", "first"], 2),
        (["export"], 2),
        (["export", "no/such/folder"], 1),
    ],
)
def test_what_cannot_be_done_is_one_sentence(home, tmp_path, arguments, code):
    run = tocsin(home, *arguments)
    assert run.returncode == code
    assert "Traceback" not in run.stderr
    assert run.stderr.startswith("tocsin: ")
