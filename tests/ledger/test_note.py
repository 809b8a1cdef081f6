"""Signed notes and keys: round trips, a vector of the specification, and what is refused."""

from __future__ import annotations

import base64
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.sealed_log import signer
from tocsin.core.errors import Damaged, Misuse, Refused
from tocsin.ledger import keys, note, verify

# The example of Go's golang.org/x/mod/sumdb/note: its verifier key and the note it signed.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
names = st.from_regex(r"[^\s+\x00-\x1f]{1,20}", fullmatch=True).filter(lambda text: text.isprintable())


def test_key_and_signature_of_the_reference_implementation():
    verifier = note.Verifier.parse(GO_KEY)
    assert str(verifier) == GO_KEY
    raw = base64.b64decode(GO_SIGNATURE)
    assert raw[:4] == note.key_id(verifier.name, verifier.public_key)
    assert verify.ed25519_verify(verifier.public_key, GO_TEXT.encode(), raw[4:])
    assert verify.read_key(GO_KEY) == verify.Key("PeterNeumann", raw[:4], verifier.public_key)


def test_a_key_file_of_the_reference_implementation_signs_the_same_note(tmp_path):
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_text("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n")
    assert keys.load(path).sign(GO_TEXT) == f"{GO_TEXT}\n— PeterNeumann {GO_SIGNATURE}\n"


@settings(max_examples=40, deadline=None)
@given(names, st.integers(0, 2**50), st.binary(min_size=32, max_size=32))
def test_what_is_signed_is_read_back_by_both_readers(name, size, root):
    key = signer(3, name)
    signed = note.sign_checkpoint(key, size, root)
    assert note.open_checkpoint(signed, key.verifier) == note.Checkpoint(name, size, root)
    read = verify.read_note(signed)
    assert (read.origin, read.size, read.root) == (name, size, root)
    verify.check_signature(read, verify.read_key(str(key.verifier)))
    assert note.Verifier.parse(str(key.verifier)) == key.verifier


MANGLED = {
    "no signature": lambda text: text.partition("\n\n")[0] + "\n\n",
    "no empty line": lambda text: text.replace("\n\n", "\n"),
    "hyphen for dash": lambda text: text.replace("—", "-"),
    "no newline at the end": lambda text: text[:-1],
    "leading nought": lambda text: text.replace("\n7\n", "\n07\n"),
    "negative size": lambda text: text.replace("\n7\n", "\n-7\n"),
    "no origin": lambda text: "\n" + text.partition("\n")[2],
    "an extension line": lambda text: text.replace("\n\n", "\nmore\n\n"),
    "root too short": lambda text: text.replace(base64.b64encode(bytes(32)).decode(), "AAAA"),
    "base64 not canonical": lambda text: text.replace("AAA=\n", "AAB=\n"),
    "base64 with a space": lambda text: text.replace("AAAA", "AA AA"),
    "carriage return": lambda text: text.replace("\n", "\r\n"),
    "seventeen signatures": lambda text: text + text.partition("\n\n")[2] * 16,
    "a word too many": lambda text: text[:-1] + " x\n",
}


@pytest.mark.parametrize("how", MANGLED)
def test_a_mangled_note_is_refused_by_both_readers(how):
    key = signer()
    text = note.sign_checkpoint(key, 7, bytes(32))
    mangled = MANGLED[how](text)
    assert mangled != text
    with pytest.raises(Damaged):
        note.open_checkpoint(mangled, key.verifier)
    with pytest.raises(verify.Fault):
        verify.check_signature(verify.read_note(mangled), verify.read_key(str(key.verifier)))


def test_a_wrong_signature_beside_a_right_one_is_refused():
    """Signed-note: when any signature of a known key fails, the whole note should be rejected."""
    key = signer()
    text = note.sign_checkpoint(key, 7, bytes(32))
    wrong = note.sign_checkpoint(key, 8, bytes(32)).partition("\n\n")[2]
    with pytest.raises(Damaged, match="is wrong"):
        note.open_checkpoint(text + wrong, key.verifier)
    with pytest.raises(verify.Fault, match="is wrong"):
        verify.check_signature(verify.read_note(text + wrong), verify.read_key(str(key.verifier)))


@pytest.mark.parametrize(
    "text", ["", "a", "a+b", "a+00000000+AQ==", GO_KEY + "A", GO_KEY.replace("c7", "c8"), "+" + GO_KEY]
)
def test_what_is_no_verifier_key_is_misuse(text):
    with pytest.raises(Misuse):
        note.Verifier.parse(text)
    with pytest.raises(verify.Misuse):
        verify.read_key(text)


def test_key_is_made_once_and_readable_by_its_owner_alone(tmp_path):
    path = tmp_path / "keys" / "ledger.ed25519"
    made = keys.make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert str(keys.load(path).verifier) == str(made.verifier)
    with pytest.raises(Refused, match="never overwritten"):
        keys.make(path)
    assert str(keys.load(path).verifier) == str(made.verifier)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_two_keys_are_two_logs(tmp_path):
    first, second = keys.make(tmp_path / "a"), keys.make(tmp_path / "b")
    assert first.name != second.name
    assert first.name.startswith("tocsin.local/")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o601])
def test_a_key_others_may_read_is_refused(tmp_path, mode):
    path = tmp_path / "key"
    keys.make(path)
    path.chmod(mode)
    with pytest.raises(Refused, match="may be read by others"):
        keys.load(path)


@pytest.mark.parametrize(
    "damage", [lambda t: "", lambda t: t[:-5], lambda t: t.replace("tocsin", "toxin"), lambda t: "\xff"]
)
def test_a_damaged_key_is_said_to_be(tmp_path, damage):
    path = tmp_path / "key"
    keys.make(path)
    path.write_bytes(damage(path.read_text()).encode("latin-1"))
    with pytest.raises(Damaged):
        keys.load(path)


def test_a_missing_key_is_said_to_be(tmp_path):
    with pytest.raises(Damaged, match="is missing"):
        keys.load(tmp_path / "key")
