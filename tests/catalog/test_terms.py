"""One concept in five vocabularies, false friends warned of, and a text that is marked and never changed (M56)."""

import csv
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog import terms
from tocsin.catalog.library import ROOT, library
from tocsin.core.errors import Misuse


def test_every_concept_is_said_in_every_vocabulary_and_says_when_it_has_no_word_of_its_own():
    for concept in library().terms:
        for vocabulary in terms.VOCABULARIES:
            said = terms.say(concept, vocabulary)
            assert said.text and said.basis and said.basis_label
            assert said.own or said.text.casefold() == said.concept.casefold()
    assert terms.say("T21", "us").text == "peace operations"
    assert terms.say("T21", "un").text == "peacekeeping"
    assert terms.say("T50", "eu_au").text == "restrictive measures"
    assert (terms.say("T06", "un").own, terms.say("T06", "un").text) == (False, "mass killing")
    assert terms.say("T31", "data").warning == "Factor is not cause"
    assert "Specially Designated" in terms.say("T50", "us").said_of


def test_what_does_not_exist_is_misuse():
    with pytest.raises(Misuse, match="no concept"):
        terms.say("T99", "un")
    with pytest.raises(Misuse, match="un, us, eu_au, ngo, data"):
        terms.say("T01", "uk")
    with pytest.raises(Misuse, match="vocabulary"):
        terms.marked("text", "us", "martian")


def test_the_longest_word_wins_capitals_count_in_abbreviations_alone_and_plurals_are_known():
    found = terms.marked("Conflict Prevention and\nStability; risk factors; poc; PoC; psc", "us", "un")
    assert [(m.text, m.mapped) for m in found.marks] == [
        ("Conflict Prevention and\nStability", ["preventive diplomacy"]),
        ("risk factors", ["risk factor"]),
        ("PoC", ["protection of civilians"]),
    ]


def test_a_word_of_two_concepts_shows_both():
    (mark,) = terms.marked("The PSC met.", "eu_au", "un").marks
    assert [t.id for t in mark.terms] == ["T40", "T41"]
    assert "False friend" in mark.warnings


words = st.sampled_from(
    ["peacekeeping", "PSC", "atrocities", "R2P", "watch list", "מניעה", "<b>", "\n", "  ", "e\u0301"]
)


@given(
    st.lists(st.one_of(words, st.text(max_size=8)), max_size=20).map(" ".join),
    st.sampled_from(list(terms.VOCABULARIES)),
)
def test_a_marked_text_is_the_text_character_for_character(text, source):
    found = terms.marked(text, source, "un")
    assert "".join(piece for piece, _ in found.pieces()) == text
    for mark in found.marks:
        assert text[mark.start : mark.end] == mark.text and mark.terms
    ends = [0, *(m.end for m in found.marks)]
    assert all(m.start >= end for m, end in zip(found.marks, ends, strict=False))


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("id", "T99", "names nothing"),
        ("id", "T02", "already used"),
        ("un", "war crime; war crime", "stands twice"),
        ("basis", "", "at least 1 character"),
    ],
)
def test_a_fault_in_the_words_is_found_with_file_and_line(tmp_path, column, value, rule):
    root = tmp_path / "catalog"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = root / "terms/words.csv"
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened))
    rows[1][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows(rows)
    found = [f for f in terms.check(root) if rule in f.rule]
    assert found and found[0].file == "terms/words.csv" and found[0].line in {2, 3}
