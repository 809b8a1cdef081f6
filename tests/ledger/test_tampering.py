"""The tampering simulator: an attacker of growing power against the stand-alone verifier.

Without the signing key every change is found. With database and key the attacker can rebuild the whole log, and is
found if and only if a checkpoint that the rewriting contradicts is held outside. Both directions are proved here.
One thing is not tampering and not found by the file alone: handing out an older, true state of the log; a newer
checkpoint held outside shows it.
"""

from __future__ import annotations

import base64
import copy
import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ledger.sealed_log import START, Log, bare, built, check, signer
from tocsin.ledger import canonical, leaf, note

KEY = str(signer().verifier)


# --- Without the key ---------------------------------------------------------------------------------------------


def edits_a_body(log, n, _):
    log.entries[n]["body"]["text"] = "nothing happened"


def adds_to_a_body(log, n, _):
    log.entries[n]["body"]["new"] = 1


def edits_a_leaf(log, n, _):
    log.entries[n]["leaf"]["kind"] = "test.forged"


def moves_an_entry_to_another_item(log, n, _):
    log.entries[n]["leaf"]["item"] = 99


def edits_body_and_commitment(log, n, _):
    entry = log.entries[n]
    entry["body"]["text"] = "nothing happened"
    body = canonical.encode(entry["body"])
    entry["leaf"]["commitment"] = leaf.commit(bytes.fromhex(entry["salt"]), body)


def forges_a_time(log, n, _):
    log.entries[n]["leaf"]["time"] = "2025-12-31T23:59:59Z"


def swaps_two_salts(log, n, m):
    a, b = log.entries[n], log.entries[m]
    a["salt"], b["salt"] = b["salt"], a["salt"]


def swaps_two_bodies(log, n, m):
    a, b = log.entries[n], log.entries[m]
    a["salt"], b["salt"], a["body"], b["body"] = b["salt"], a["salt"], b["body"], a["body"]


def renumber(log):
    for seq, entry in enumerate(log.entries):
        entry["leaf"]["seq"] = seq


def deletes_an_entry(log, n, m):
    del log.entries[min(n, m)]


def deletes_an_entry_and_renumbers(log, n, m):
    del log.entries[min(n, m)]
    renumber(log)


def reorders_two_entries(log, n, m):
    log.entries[n], log.entries[m] = log.entries[m], log.entries[n]


def reorders_and_renumbers(log, n, m):
    reorders_two_entries(log, n, m)
    renumber(log)


def inserts_an_entry(log, n, _):
    log.entries.insert(n, copy.deepcopy(log.entries[n]))


def inserts_and_renumbers(log, n, _):
    log.entries.insert(n, copy.deepcopy(log.entries[n]))
    renumber(log)


def truncates_between_checkpoints(log, n, _):
    """Cutting right after a checkpoint gives an older true state: see below."""
    del log.entries[-1]
    while len(log.entries) in log.notes:
        del log.entries[-1]


def drops_the_last_checkpoint(log, n, _):
    del log.notes[max(log.notes)]


def drops_every_checkpoint(log, n, _):
    log.notes.clear()


def replaces_a_checkpoint_by_one_of_another_key(log, n, _):
    mallory = signer(666)
    log.notes[max(log.notes)] = note.sign_checkpoint(mallory, len(log.entries), log.root())


def rewrites_all_under_another_key(log, n, m):
    edits_body_and_commitment(log, n, m)
    mallory = signer(666)
    log.notes = {size: note.sign_checkpoint(mallory, size, log.root(size)) for size in log.notes}


def claims_the_name_and_id_of_the_key(log, n, m):
    """The key's name and identifier stand in public; the signature under them is another's."""
    edits_body_and_commitment(log, n, m)
    real = signer().verifier
    for size in list(log.notes):
        text = note.Checkpoint(real.name, size, log.root(size)).text()
        raw = note.key_id(real.name, real.public_key) + signer(666).private_key.sign(text.encode())
        log.notes[size] = f"{text}\n— {real.name} {base64.b64encode(raw).decode()}\n"


def keeps_the_signature_and_changes_the_root(log, n, m):
    edits_body_and_commitment(log, n, m)
    for size, signed in log.notes.items():
        text, signature = signed.split("\n\n")
        origin, count, _ = text.split("\n")
        log.notes[size] = f"{origin}\n{count}\n{base64.b64encode(log.root(size)).decode()}\n\n{signature}"


WITHOUT_KEY = [
    edits_a_body,
    adds_to_a_body,
    edits_a_leaf,
    moves_an_entry_to_another_item,
    edits_body_and_commitment,
    forges_a_time,
    swaps_two_salts,
    swaps_two_bodies,
    deletes_an_entry,
    deletes_an_entry_and_renumbers,
    reorders_two_entries,
    reorders_and_renumbers,
    inserts_an_entry,
    inserts_and_renumbers,
    truncates_between_checkpoints,
    drops_the_last_checkpoint,
    drops_every_checkpoint,
    replaces_a_checkpoint_by_one_of_another_key,
    rewrites_all_under_another_key,
    claims_the_name_and_id_of_the_key,
    keeps_the_signature_and_changes_the_root,
]


@pytest.mark.parametrize("attack", WITHOUT_KEY, ids=lambda attack: attack.__name__)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_without_the_key_every_change_is_found(attack, data):
    size = data.draw(st.integers(2, 14))
    log = built(size, every=data.draw(st.integers(1, 5)))
    assert check(log.lines(), KEY).holds
    attack(log, *data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True)))
    report = check(log.lines(), KEY)
    assert not report.holds
    assert report.faults and all(fault.endswith(".") for fault in report.faults)


@pytest.mark.parametrize("attack", WITHOUT_KEY, ids=lambda attack: attack.__name__)
def test_a_bare_python_finds_it_too(attack, tmp_path):
    log = built(7)
    attack(log, 2, 5)
    found = bare(tmp_path, log.lines(), "--key", KEY)
    assert (found.returncode, found.stderr) == (1, "")
    assert found.stdout.startswith("FAULT. Line ")
    assert "NOT PROVED" in found.stdout


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_byte_of_an_export_can_be_changed(data):
    """Whatever single byte is replaced, removed or added, the file is no longer proved."""
    whole = b"".join(built(3, every=2).lines())
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = bytes([data.draw(st.integers(0, 255))])
    how = data.draw(st.sampled_from(["replace", "remove", "add"]))
    end = at if how == "add" else at + 1
    changed = whole[:at] + (b"" if how == "remove" else byte) + whole[end:]
    if changed != whole:
        assert not check([changed], KEY).holds


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_file_that_was_cut_off_is_proved(data):
    whole = b"".join(built(5, every=2).lines())
    assert not check([whole[: data.draw(st.integers(0, len(whole) - 1))]], KEY).holds


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.data())
def test_no_line_can_be_moved_repeated_or_left_out(size, data):
    lines = built(size, every=2).lines()
    at = data.draw(st.integers(0, len(lines) - 1))
    to = data.draw(st.integers(0, len(lines) - 1).filter(lambda n: n != at))
    without = lines[:at] + lines[at + 1 :]
    moved = [*without[:to], lines[at], *without[to:]]
    repeated = [*lines[: at + 1], *lines[at:]]
    assert not check(moved, KEY).holds
    assert not check(repeated, KEY).holds
    assert not check(without, KEY).holds


# --- An older state that was true --------------------------------------------------------------------------------


def test_an_older_true_state_is_found_only_by_a_newer_checkpoint():
    log = built(9)
    newest, older = log.notes[9], copy.deepcopy(log)
    del older.entries[6:]
    older.notes = {size: signed for size, signed in log.notes.items() if size <= 6}
    assert check(older.lines(), KEY).holds
    assert check(older.lines(), KEY, [log.notes[3]]).holds
    report = check(older.lines(), KEY, [newest])
    assert report.faults == ["Line 9: checkpoint 0, held outside, covers 9 entries and the file 6."]


# --- With the database and the key -------------------------------------------------------------------------------


class Attacker(RuleBasedStateMachine):
    """Grows a log whose checkpoints outsiders may keep, and rebuilds it with the key as the attacker likes.

    The invariant: alone, the file is always proved, whatever was rewritten; beside the checkpoints kept outside, it
    is proved exactly when the leaves each of them covered are still those it covered when it was taken. What they
    were is remembered here word for word, not by a hash.
    """

    @initialize()
    def start(self):
        self.log, self.kept = Log(), []
        self.live(2)

    @rule(count=st.integers(1, 4))
    def live(self, count):
        for _ in range(count):
            self.log.enter("as it was")
        self.log.sign()

    @rule(data=st.data())
    def keep_outside(self, data):
        size = data.draw(st.sampled_from(sorted(self.log.notes)))
        self.kept.append((self.log.notes[size], self.leaves()[:size]))

    @precondition(lambda self: len(self.log.entries) > 1)
    @rule(data=st.data(), how=st.sampled_from(["edit", "time", "delete", "insert", "swap", "truncate"]))
    def rewrite(self, data, how):
        entries = self.log.entries
        at = data.draw(st.integers(0, len(entries) - 2))
        if how == "edit":
            edits_body_and_commitment(self.log, at, None)
        elif how == "time":
            forges_a_time(self.log, at, None)
        elif how == "delete":
            del entries[at]
        elif how == "insert":
            inserts_an_entry(self.log, at, None)
        elif how == "swap":
            reorders_two_entries(self.log, at, at + 1)
        else:
            del entries[at + 1 :]
        renumber(self.log)
        sizes = {min(size, len(entries)) for size in self.log.notes} | {len(entries)}
        self.log.notes = {n: note.sign_checkpoint(self.log.key, n, self.log.root(n)) for n in sorted(sizes)}

    @invariant()
    def found_if_and_only_if_a_checkpoint_outside_contradicts_it(self):
        lines = self.log.lines()
        assert check(lines, KEY).holds
        leaves = self.leaves()
        untouched = all(leaves[: len(covered)] == covered for _, covered in self.kept)
        assert check(lines, KEY, [signed for signed, _ in self.kept]).holds == untouched

    def leaves(self):
        return [canonical.encode(entry["leaf"]) for entry in self.log.entries]


TestAttackerWithTheKey = Attacker.TestCase
TestAttackerWithTheKey.settings = settings(max_examples=20, stateful_step_count=10, deadline=None)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 12), st.data())
def test_with_the_key_a_rebuilt_log_is_found_if_and_only_if_a_covering_checkpoint_is_outside(size, data):
    log = built(size, every=2)
    kept = dict(log.notes)
    at = data.draw(st.integers(0, size - 1))
    edits_body_and_commitment(log, at, None)
    log.notes = {n: note.sign_checkpoint(log.key, n, log.root(n)) for n in kept}
    assert check(log.lines(), KEY).holds
    for held, signed in kept.items():
        assert check(log.lines(), KEY, [signed]).holds == (held <= at)


def test_the_whole_rebuilding_by_a_bare_python(tmp_path):
    log = built(8, every=4)
    held = log.notes[4]
    edits_body_and_commitment(log, 1, None)
    log.notes = {n: note.sign_checkpoint(log.key, n, log.root(n)) for n in log.notes}
    silent = bare(tmp_path / "a", log.lines(), "--key", KEY)
    assert silent.returncode == 0
    assert "No checkpoint held outside was given" in silent.stdout
    found = bare(tmp_path / "b", log.lines(), "--key", KEY, olds=[held])
    assert found.returncode == 1
    assert "the first 4 entries are not those of checkpoint '0.note', held outside" in found.stdout


def test_a_moved_clock_is_told_and_is_no_fault():
    log = Log()
    log.enter(at=START + timedelta(hours=5))
    log.enter(at=START)
    log.sign()
    report = check(log.lines(), KEY)
    assert report.holds
    assert "1 entries bear an earlier time than one before them: a clock was moved." in report.findings


def test_withheld_bodies_are_counted_and_are_no_fault():
    log = built(5)
    for entry in log.entries[1:3]:
        entry["salt"] = entry["body"] = None
    report = check(log.lines(), KEY)
    assert report.holds
    assert "3 bodies open their commitments; 2 are withheld or erased." in report.findings
    log.entries[3]["salt"] = None
    assert not check(log.lines(), KEY).holds


def test_every_fault_of_several_is_told_with_its_line():
    log = built(6, every=6)
    for n in (1, 4):
        log.entries[n]["body"]["text"] = "nothing happened"
    assert check(log.lines(), KEY).faults == [
        "Line 3: the body of entry 1 is not the one its leaf commits to.",
        "Line 6: the body of entry 4 is not the one its leaf commits to.",
    ]
    assert json.loads(log.lines()[2])["body"]["text"] == "nothing happened"
