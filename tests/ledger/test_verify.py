"""The verifier as a program: strict about form, plain about what it proves, at home on any bare Python."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.sealed_log import VERIFY, Log, bare, built, check, signer
from tocsin.core.errors import Refused
from tocsin.ledger import canonical, export, note, tree, verify

KEY = str(signer().verifier)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(json_values)
def test_canonical_form_agrees_with_the_library(value):
    assert verify.canonical(value) == rfc8785.dumps(value) == canonical.encode(value)


def test_keys_are_sorted_as_utf_16():
    """RFC 8785, section 3.2.3: by UTF-16 code units, so an emoji stands before U+FB33."""
    value = {"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3, "\r": 4, "1": 5}
    assert list(json.loads(verify.canonical(value))) == ["\r", "1", "\u20ac", "\U0001f600", "\ufb33"]
    assert verify.canonical(value) == canonical.encode(value)


@pytest.mark.parametrize("value", [1.0, float("nan"), 2**53, -(2**53), "\udc00", {"\ud800": 1}, {1: 2}, {1, 2}, b"x"])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(Refused):
        canonical.encode({"x": value})


NOT_CANONICAL = {
    "space": (b'"seq":0', b'"seq": 0', "not in its canonical form"),
    "order": (b'{"body":', b'{"zzz":1,"body":', "not in its canonical form"),
    "escape": (b'"entry 0"', b'"\\u0065ntry 0"', "not in its canonical form"),
    "upper-case escape": (b'"entry 0"', b'"\\u001F"', "not in its canonical form"),
    "minus nought": (b'"seq":0', b'"seq":-0', "not in its canonical form"),
    "float": (b'"seq":0', b'"seq":0.0', "only whole numbers are allowed"),
    "exponent": (b'"seq":0', b'"seq":0e1', "only whole numbers are allowed"),
    "NaN": (b'"entry 0"', b"NaN", "only whole numbers are allowed"),
    "infinity": (b'"entry 0"', b"-Infinity", "only whole numbers are allowed"),
    "same key twice": (b'"text":"entry 0"', b'"text":"entry 0","text":"entry 0"', "the same key twice"),
    "huge number": (b'"entry 0"', b"9007199254740992", "beyond 2**53 - 1"),
    "endless number": (b'"entry 0"', b"9" * 5000, ""),
    "half a surrogate": (b'"entry 0"', b'"\\ud800"', "half of a surrogate pair"),
    "not UTF-8": (b"entry 0", b"entry \xff", "not JSON in UTF-8"),
    "deep": (b'"entry 0"', b"[" * 100_000 + b"]" * 100_000, "not JSON in UTF-8"),
    "carriage return": (b'"record":"entry","salt"', b'"record":"entry",\r"salt"', "not in its canonical form"),
    "trailing data": (b'}\n{"body"', b'}x\n{"body"', "not JSON in UTF-8"),
    "empty line": (b'}\n{"body"', b'}\n\n{"body"', "not JSON in UTF-8"),
    "one more field": (b'"item":null', b'"item":null,"items":1', "exactly the fields"),
    "boolean for a number": (b'"item":null', b'"item":true', "of the wrong kind"),
    "unknown schema": (b"tocsin.leaf.2", b"tocsin.leaf.3", "of the schemas tocsin.leaf.1 and tocsin.leaf.2 only"),
    "unknown format": (
        b"tocsin-ledger-2",
        b"tocsin-ledger-9",
        "of the formats tocsin-ledger-1 and tocsin-ledger-2 only",
    ),
    "unknown record": (b'"record":"entry"', b'"record":"entri"', "not a record of an export"),
    "no moment": (b"2026-01-01T00", b"2026-02-30T00", "no moment"),
    "time without its form": (b"2026-01-01T00:00:00Z", b"2026-01-01T00:00:00", "malformed"),
    "another log": (b'tocsin.local/0123456789abcdef","record', b'tocsin.local/other","record', "is of the log"),
}


@pytest.mark.parametrize("name", NOT_CANONICAL)
def test_form_is_strict(name):
    old, new, says = NOT_CANONICAL[name]
    whole = b"".join(built(2).lines())
    assert old in whole
    report = check([whole.replace(old, new, 1)], KEY)
    assert len(report.faults) >= 1
    assert says in report.faults[0]
    assert report.faults[0].startswith("Line ")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_garbage_is_a_fault_and_never_an_accident(data):
    assert not check([data], KEY).holds
    report = check([*built(2).lines(), data], KEY)
    assert report.holds == (not data)


def test_an_empty_log_can_be_signed_and_an_unsigned_one_is_not_proved():
    log = Log()
    assert not check(log.lines(), KEY).holds
    log.sign()
    assert check(log.lines(), KEY, [log.notes[0]]).holds


def test_without_a_key_the_author_is_unknown(tmp_path):
    log = built(4)
    run = bare(tmp_path, log.lines())
    assert run.returncode == 1
    assert "NOT PROVED: internally consistent, author unknown." in run.stdout


@pytest.mark.parametrize("olds", [0, 1, 2])
def test_it_always_says_what_is_not_proved(tmp_path, olds):
    log = built(9)
    run = bare(tmp_path, log.lines(), "--key", KEY, olds=[log.notes[3], log.notes[6]][:olds])
    assert run.returncode == 0, run.stdout
    if olds:
        assert "Nothing is proved before the oldest checkpoint held outside." in run.stdout
        assert "\nPROVED: signed by" in run.stdout
    else:
        assert "CONSISTENT AND SIGNED by" in run.stdout
        assert "Nothing is proved before a checkpoint held outside." in run.stdout
        assert "PROVED" not in run.stdout
    assert run.stdout.isascii()


@pytest.mark.parametrize("spelling", ["one flag", "repeated", "mixed", "before the file"])
def test_checkpoints_may_follow_one_flag_or_each_its_own(tmp_path, spelling):
    log = built(12)
    for size in (3, 6, 9):
        tmp_path.joinpath(f"{size}.note").write_text(log.notes[size])
    flags = {
        "one flag": ["--key", KEY, "--checkpoint", "3.note", "6.note", "9.note"],
        "repeated": ["--key", KEY, *(word for size in (3, 6, 9) for word in ("--checkpoint", f"{size}.note"))],
        "mixed": ["--checkpoint", "3.note", "6.note", "--key", KEY, "--checkpoint", "9.note"],
        "before the file": ["--checkpoint", "3.note", "6.note", "9.note", "--key", KEY],
    }[spelling]
    run = bare(tmp_path, log.lines(), *flags)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "The first 3 entries stood so" in run.stdout
    assert "the first 9 when the newest was" in run.stdout
    other = Log()
    for _ in range(9):
        other.enter("another past")
    tmp_path.joinpath("9.note").write_text(other.sign())
    run = bare(tmp_path, log.lines(), *flags)
    assert run.returncode == 1
    assert "the first 9 entries are not those of checkpoint '9.note'" in run.stdout


def test_the_key_may_be_a_file_whose_last_line_it_is(tmp_path):
    log = built(2)
    tmp_path.joinpath("key.txt").write_text(f"Give this to everybody\n{KEY}\n\n")
    assert bare(tmp_path, log.lines(), "--key", "key.txt").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--key", "nonsense"],
        ["--key", ""],
        ["--key", KEY[:-4] + "AAA="],
        ["--key", KEY.replace("+", "+0", 1)],
        ["--checkpoint", "absent.note"],
        ["--checkpoint", "export.txt"],
        ["--unheard-of"],
    ],
)
def test_misuse_exits_with_two(tmp_path, arguments):
    run = bare(tmp_path, built(2).lines(), *arguments)
    assert run.returncode == 2
    assert run.stderr
    assert "Traceback" not in run.stderr


def test_a_missing_file_is_misuse(tmp_path):
    run = subprocess.run(
        [sys.executable, "-I", "-S", VERIFY, tmp_path / "absent", "--key", KEY],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, "")


def test_a_checkpoint_outside_must_be_signed_by_the_key_and_of_the_log():
    log = built(4)
    forged = note.sign_checkpoint(signer(2), 3, log.root(3))
    assert "not signed by the key given" in check(log.lines(), KEY, [forged]).faults[0]
    other = note.sign_checkpoint(signer(1, "tocsin.local/other"), 3, log.root(3))
    assert "is of another log" in check(log.lines(), KEY, [other]).faults[0]


def test_a_cosignature_of_a_witness_does_not_disturb():
    log = built(4)
    cosigned = log.notes[3] + signer(7, "witness.example/w").sign("x\n").split("\n\n")[1]
    assert check(log.lines(), KEY, [cosigned]).holds


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30), st.data())
def test_proof_of_one_entry(size, data):
    log = built(size, every=4)
    seq = data.draw(st.integers(0, size - 1))
    hashes = [tree.leaf_hash(canonical.encode(entry["leaf"])) for entry in log.entries]
    entry = log.entries[seq]
    texts = [canonical.encode(entry[part]).decode() for part in ("leaf", "body")]
    path = tree.inclusion_proof(seq, hashes)
    line = export.proof_line(texts[0], entry["salt"], texts[1], path, log.notes[size])
    assert check([line], KEY, [log.notes[size]]).holds
    assert not check([line], None).holds
    assert not check([line, b"x"], KEY).holds
    withheld = export.proof_line(texts[0], None, None, path, log.notes[size])
    assert "its body is withheld" in check([withheld], KEY).findings[0]
    forged = json.loads(line)
    forged["body"]["text"] = "nothing happened"
    assert not check([canonical.encode(forged) + b"\n"], KEY).holds
    forged = json.loads(line)
    forged["leaf"]["kind"] = "test.forged"
    assert not check([canonical.encode(forged) + b"\n"], KEY).holds
    if size > 4:
        assert not check([line], KEY, [log.notes[4]]).holds


def test_reader_and_writer_agree():
    lines = built(3, every=2).lines()
    records = list(export.read(lines))
    assert [record["record"] for record in records] == ["log", "entry", "entry", "checkpoint", "entry", "checkpoint"]
    assert [canonical.encode(record) + b"\n" for record in records] == lines


def test_it_imports_the_standard_library_alone():
    imported = set()
    for node in ast.walk(ast.parse(VERIFY.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported <= set(sys.stdlib_module_names)
    assert "tocsin" not in imported


def test_it_is_written_for_python_3_8():
    ast.parse(VERIFY.read_text(encoding="utf-8"), feature_version=(3, 8))


def other_pythons():
    """Every other interpreter of this machine that the verifier should run on."""
    found = {}
    for minor in range(8, 15):
        command = shutil.which(f"python3.{minor}")
        if command and subprocess.run([command, "-c", ""], capture_output=True, check=False).returncode == 0:
            found[f"3.{minor}"] = command
    system = Path("/usr/bin/python3")
    return {**found, **({"system": str(system)} if os.access(system, os.X_OK) else {})}


def test_it_runs_on_every_python_there_is(tmp_path):
    log = built(5)
    for name, python in {"this": sys.executable, **other_pythons()}.items():
        run = bare(tmp_path / name, log.lines(), "--key", KEY, olds=[log.notes[3]], python=python)
        assert run.returncode == 0, (name, run.stdout, run.stderr)
        assert run.stderr == ""
