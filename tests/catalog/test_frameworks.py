"""Three frameworks in one shape, a crosswalk that says what is lost, and every fault found where it stands (M29)."""

import csv
import shutil
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog import frameworks
from tocsin.catalog.frameworks.level import level
from tocsin.catalog.frameworks.protocol import Piece, piece
from tocsin.catalog.library import ROOT, library
from tocsin.core.errors import Misuse

TODAY = date(2026, 1, 1)


def test_three_frameworks_have_one_shape():
    known = frameworks.all()
    assert list(known) == ["un_framework", "us_araf", "evidence_protocol"]
    un = known["un_framework"].questions.values()
    assert [sum(q.kind == kind for q in un) for kind in ("factor", "indicator")] == [14, 143]
    for framework in known.values():
        assert framework.basis
        for code, question in framework.questions.items():
            assert (question.code, question.framework) == (code, framework.id)
            assert question.basis and question.wording and question.source and question.group in framework.groups
    with pytest.raises(Misuse, match="un_framework, us_araf"):
        frameworks.get("stanton")


def test_the_us_form_has_its_own_questions_and_shared_ones_are_asked_once():
    araf = frameworks.get("us_araf")
    groups = {q.group for q in araf.questions.values()}
    assert groups == {"actors", "groups", "factors", "accelerants", "scenarios"}
    once = {q.code: q.asked_once_as for q in araf.questions.values() if q.asked_once_as}
    assert once["T2"] == "un_framework:RF8"
    assert {q.code for q in araf.asked()} == set(araf.questions) - set(once)
    assert {"A3", "S2"} <= {q.code for q in araf.asked()}


def test_a_factor_speaks_three_languages_and_says_that_nobody_reviewed_the_translation():
    rf8 = frameworks.get("un_framework").questions["RF8"]
    assert rf8.say("fr") == ("Facteurs déclencheurs", "own_unreviewed")
    assert rf8.say("es")[1] == "own_unreviewed"
    assert rf8.say("en") == (library().framework.factors["RF8"].name, "paraphrase")
    assert frameworks.get("us_araf").questions["A3"].say("fr")[1] == "not translated"


def test_the_crosswalk_speaks_of_every_factor_and_every_us_question_and_says_what_is_lost():
    spoken = {end for row in frameworks.crossings() for end in (row.a, row.b)}
    assert {f"un_framework:{code}" for code in library().framework.factors} <= spoken
    assert {q.id for q in frameworks.get("us_araf").questions.values()} <= spoken
    assert all(row.a_cannot_hold or row.b_cannot_hold for row in frameworks.crossings())
    protectors = [row for row in frameworks.crossings() if row.b == "us_araf:A3"]
    assert [row.relation for row in protectors] == ["none"]


@pytest.mark.parametrize(
    ("file", "column", "value", "rule"),
    [
        ("us_araf/questions.csv", "group", "weather", "is no group"),
        ("us_araf/questions.csv", "asked_once_as", "un_framework:RF15", "names no question"),
        ("us_araf/questions.csv", "asked_once_as", "us_araf:A2", "names no question of another"),
        ("us_araf/questions.csv", "kind", "riddle", "must be one of"),
        ("us_araf/questions.csv", "basis", "", "at least 1 character"),
        ("crosswalk.csv", "a", "un_framework:RF99", "names no question"),
        ("crosswalk.csv", "b", "", "none has one end"),
        ("crosswalk.csv", "relation", "same", "must be one of"),
        ("translations.csv", "id", "un_framework:RF77:fr", "translates no question"),
        ("translations.csv", "id", "un_framework:RF1:xx", "is not one of fr, es"),
        ("evidence_protocol/questions.csv", "code", "p1", "pattern"),
    ],
)
def test_a_fault_is_found_with_file_and_line(tmp_path, file, column, value, rule):
    root = tmp_path / "catalog"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = root / "frameworks" / file
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened))
    rows[1][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows(rows)
    found = [f for f in frameworks.check(root) if rule in f.rule]
    assert [(f.file, f.line) for f in found][:1] == [(f"frameworks/{file}", 2)], frameworks.check(root)


def test_a_us_question_that_nothing_crosses_is_found(tmp_path):
    root = tmp_path / "catalog"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    with (root / "frameworks/us_araf/questions.csv").open("a", encoding="utf-8") as file:
        file.write("A9,actors,open,Who else?,,own,Tocsin,our own\n")
    assert [f.value for f in frameworks.check(root)] == ["us_araf:A9"]


def test_levels_go_by_number_directness_and_origin():
    direct = [Piece("witness", "direct", "B", "2", TODAY), Piece("image", "direct", "A", "1", TODAY)]
    more = [Piece(f"paper {n}", "indirect", "C", "3", TODAY) for n in range(3)]
    assert level([], TODAY).code == "E0"
    assert level(more, TODAY).code == "E0", "without anything direct it is a lead"
    assert level([direct[0], more[0]], TODAY).code == "E1"
    assert level([*direct, *more[:2]], TODAY).code == "E2"
    assert level([*direct, *more], TODAY).code == "E3"
    same = level([direct[0]] * 5, TODAY)
    assert (same.code, same.pieces) == ("E0", 1)
    assert "counted once" in same.left_out[0]
    assert "E1 needs 1 more of another origin" in same.next_needs


def test_a_piece_is_written_on_one_line_and_what_is_wrong_is_said():
    assert piece("clinic, direct, b2, 2025-12-01") == Piece("clinic", "direct", "B", "2", date(2025, 12, 1))
    for text, said in (
        ("clinic", "no piece"),
        (",direct,B2", "no piece"),
        ("clinic,near,B2", "neither direct"),
        ("clinic,direct,Z9", "no Admiralty"),
    ):
        with pytest.raises(Misuse, match=said):
            piece(text)


pieces = st.builds(
    Piece,
    st.sampled_from("abcdefgh"),
    st.sampled_from(["direct", "indirect"]),
    st.sampled_from("ABCDEF"),
    st.sampled_from("123456"),
    st.one_of(st.none(), st.integers(0, 800).map(lambda n: TODAY - timedelta(days=n))),
)


@given(st.lists(pieces, max_size=12), pieces)
def test_a_further_piece_never_lowers_a_level_and_order_does_not_matter(given_pieces, further):
    before = level(given_pieces, TODAY).code
    assert level([*given_pieces, further], TODAY).code >= before
    assert level(given_pieces[::-1], TODAY).code == before
