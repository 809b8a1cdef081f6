"""Any redaction verifies, hides what it says, and lets nobody drop, swap or guess what is hidden."""

from __future__ import annotations

import hashlib
import io
import json

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from ledger.sealed_log import START, signer
from tocsin.core.errors import Misuse
from tocsin.ledger import canonical, export, leaf, note, tree, verify
from tocsin.ledger.redaction import Redaction, Rule, read_rules

keys = st.text(st.sampled_from("abc/~.é\U0001f600"), min_size=1, max_size=3)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=5,
)
bodies = st.dictionaries(keys, values, max_size=4)


def sealed(n, body):
    salt = hashlib.sha256(b"salt %d" % n).digest()
    return leaf.seal(seq=n, time=START, kind="test.made", item=n % 3 or None, body=body, salt=salt)


def lines_of(entries, hide):
    """An export of sealed entries; ``hide`` gives None for whole bodies, or paths, by number."""
    key = signer()
    root = tree.root(tree.leaf_hash(entry.leaf.encode()) for entry in entries)
    said = [export.log_line(key.name, len(entries), 1)]
    for n, entry in enumerate(entries):
        header, paths = entry.leaf.encode().decode(), hide(n)
        opened = (None, None) if paths is None else (entry.salt, entry.body.decode())
        said.append(export.entry_line(header, *opened, masked=paths or ()))
    return [*said, export.checkpoint_line(note.sign_checkpoint(key, len(entries), root))]


def judged(lines):
    return verify.verify(io.BytesIO(b"".join(lines)), verify.read_key(str(signer().verifier)), [])


@given(st.data())
@settings(max_examples=60)
def test_any_redaction_verifies_and_hides_what_it_says(data):
    entries = [sealed(n, body) for n, body in enumerate(data.draw(st.lists(bodies, min_size=1, max_size=5)))]
    choice = {}
    for n, entry in enumerate(entries):
        paths = [path for path, _ in leaf.fields(json.loads(entry.body))]
        choice[n] = data.draw(st.none() | st.frozensets(st.sampled_from(paths)) if paths else st.none())
    lines = lines_of(entries, choice.get)
    report = judged(lines)
    assert report.holds, report.faults
    hidden = [n for n, paths in choice.items() if paths is None or paths]
    said = "\n".join(report.findings)
    assert (f"entries {hidden[0]} to {hidden[-1]}," in said) if hidden else ("hidden" not in said)
    for n, paths in choice.items():
        record = json.loads(lines[n + 1])
        if paths:
            assert set(record["masked"]) == paths
            assert not paths & {path for path, _ in leaf.fields(record["body"])}
            assert entries[n].salt not in lines[n + 1].decode(), "the salt of the body would open what is masked"

    at = data.draw(st.integers(1, len(entries)))
    dropped = [*lines[:at], *lines[at + 1 :]]
    dropped[0] = export.log_line(signer().name, len(entries) - 1, 1)
    assert judged(dropped).faults
    changed = json.loads(lines[at])
    name = data.draw(st.sampled_from(["kind", "time", "item", "commitment"]))
    changed["leaf"][name] = {"kind": "test.other", "time": "2026-01-02T00:00:00Z", "item": 7, "commitment": "0" * 64}[
        name
    ]
    assert judged([*lines[:at], canonical.encode(changed) + b"\n", *lines[at + 1 :]]).faults


BODY = {"because": "yes", "by": {"person": "Amina", "post": "analyst"}, "numbers": [1, 2]}


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r["masked"].update({"/by/person": "0" * 64}),
        lambda r: r["masked"].pop("/by/person"),
        lambda r: r["masked"].update({"/by/rank": "0" * 64}),
        lambda r: r["masked"].update({"/because": r["masked"]["/by/person"]}),
        lambda r: r["body"].update({"because": "no"}),
        lambda r: r["body"]["by"].update({"person": "Bilal"}),
        lambda r: r["body"].pop("because"),
        lambda r: r["salt"].pop("/because"),
        lambda r: r["salt"].update({"/because": "0" * 64}),
        lambda r: r.update({"salt": "0" * 64}),
        lambda r: r.update({"masked": {}}),
        lambda r: r.update({"masked": None}),
        lambda r: r["leaf"].update({"schema": leaf.WHOLE}),
    ],
)
def test_no_part_of_a_masked_entry_can_be_changed(change):
    lines = lines_of([sealed(0, BODY)], lambda _: {"/by/person"})
    assert judged(lines).holds
    record = json.loads(lines[1])
    change(record)
    assert judged([lines[0], canonical.encode(record) + b"\n", lines[2]]).faults


def test_a_masked_value_that_can_be_guessed_cannot_be_confirmed():
    """Everything shown of the entry, and the right guess: no commitment is met without the salt that is not given."""
    entry = sealed(0, BODY)
    record = json.loads(lines_of([entry], lambda _: {"/by/person"})[1])
    known = [bytes.fromhex(part) for part in record["salt"].values()] + [b"", b"/by/person", entry.leaf.encode()]
    guess = canonical.encode("Amina")
    tried = {hashlib.sha256(salt + guess).hexdigest() for salt in known}
    tried |= {
        hashlib.sha256(leaf.field_salt(salt, "/by/person") + guess).hexdigest() for salt in known if len(salt) <= 64
    }
    assert record["masked"]["/by/person"] not in tried
    twin = leaf.seal(seq=0, time=START, kind="test.made", item=None, body=BODY, salt=b"\1" * 32)
    other = leaf.field_commitments(b"\1" * 32, BODY)["/by/person"]
    assert (twin.leaf.commitment, other) != (entry.leaf.commitment, record["masked"]["/by/person"])


def test_old_entries_open_as_ever_and_are_withheld_whole():
    body, salt = canonical.encode(BODY), bytes(32)
    old = leaf.Sealed(
        leaf.Leaf(0, "2026-01-01T00:00:00Z", "test.made", None, leaf.commit(salt, body, leaf.WHOLE), leaf.WHOLE),
        salt.hex(),
        body,
    )
    assert old.leaf.commitment == hashlib.sha256(salt + body).hexdigest()
    assert judged(lines_of([old, sealed(1, BODY)], lambda _: ())).holds
    redaction = Redaction((Rule(hide=("by",), reason="names"),))
    assert redaction.judge("test.made", None, leaf.WHOLE, BODY).whole
    assert redaction.judge("test.made", None, leaf.SCHEMA, BODY).paths == {"/by/person", "/by/post"}
    assert redaction.counts == {"names": {"withheld": 1, "masked": 2}}


def test_rules_add_up():
    rules = (
        Rule(kind=("bell.*",), hide="all", reason="a source"),
        Rule(item=(4,), hide=("because",), reason="a court"),
        Rule(kind=("test.made",), item=(4, 5), hide=("by.person", "because"), reason="names"),
    )
    judge = Redaction(rules).judge
    assert judge("bell.rung", 4, leaf.SCHEMA, BODY).whole
    assert judge("bells.rung", 9, leaf.SCHEMA, BODY) == (False, frozenset())
    assert judge("test.made", 4, leaf.SCHEMA, BODY).paths == {"/because", "/by/person"}
    assert judge("test.made", 6, leaf.SCHEMA, BODY).paths == frozenset()
    assert judge("test.made", 4, leaf.SCHEMA, None) == (False, frozenset())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("schema: 1\nrules: [", "neither YAML nor JSON"),
        ("schema: 2\nrules: []", "schema"),
        ("schema: 1\nrules: []", "rules"),
        ("schema: 1\nrules: [{hide: all}]", "rules.0.reason"),
        ("schema: 1\nrules: [{hide: some, reason: x}]", "rules.0.hide"),
        ("schema: 1\nrules: [{hide: [], reason: x}]", "hide is all, or a list"),
        ("schema: 1\nrules: [{hide: [by..x], reason: x}]", "hide is all, or a list"),
        ("schema: 1\nrules: [{kinds: x, hide: all, reason: x}]", "rules.0.kinds"),
        ("schema: 1\nrules: [{item: four, hide: all, reason: x}]", "rules.0.item"),
        ("[]", "the file"),
        ("\x00", "neither YAML nor JSON"),
    ],
)
def test_rules_that_cannot_be_used_name_the_place(tmp_path, text, says):
    file = tmp_path / "rules.yml"
    file.write_text(text)
    with pytest.raises(Misuse) as told:
        read_rules(file)
    assert says in told.value.sentence()
    assert str(file) in told.value.sentence()


def test_rules_are_read_from_yaml_and_from_json(tmp_path):
    made = {
        "schema": 1,
        "rules": [
            {"kind": "bell.rung", "hide": "all", "reason": "a source"},
            {"item": 4, "hide": ["by"], "reason": "names"},
        ],
    }
    (tmp_path / "rules.json").write_text(json.dumps(made))
    expected = (Rule(kind=("bell.rung",), hide="all", reason="a source"), Rule(item=(4,), hide=("by",), reason="names"))
    assert read_rules(tmp_path / "rules.json") == expected
    (tmp_path / "rules.yml").write_text("""
schema: 1
rules:
  - kind: bell.rung
    hide: all
    reason: a source
  - item: 4
    hide: [by]
    reason: names
""")
    assert read_rules(tmp_path / "rules.yml") == expected
    with pytest.raises(Misuse, match="cannot be read"):
        read_rules(tmp_path / "absent.yml")
