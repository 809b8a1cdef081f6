"""A source that may not be leaned on lowers the grade wherever it is cited, and says why."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog import home, withdrawn
from tocsin.catalog.evidence import evidence_of
from tocsin.catalog.library import library, shipped
from tocsin.catalog.overlay import lowered
from tocsin.catalog.rows import GRADES, LOWER, ToolCounts
from tocsin.catalog.withdrawn import HomeWithdrawal, Withdrawal, key, keys, lookup
from tocsin.core.errors import Damaged
from tocsin.options.rule import EVIDENCE

DOI = "doi:10.1111/ajps.12036"


def gone(source=DOI, kind="retracted", **more):
    row = {"source": source, "kind": kind, "on": "2026-11-20", "why": "its data were made up", "basis": "memory"}
    return HomeWithdrawal.model_validate({**row, **more})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://doi.org/10.1111/AJPS.12036", ["doi:10.1111/ajps.12036"]),
        ("see doi: 10.1111/ajps.12036.", ["doi:10.1111/ajps.12036"]),
        ("(10.1016/S0140-6736(20)31180-6)", ["doi:10.1016/s0140-6736(20)31180-6"]),
        ("http://www.Example.org/Report/#page=3, p. 4", ["example.org/Report"]),
        ("https://example.org/a and https://example.org/b;", ["example.org/a", "example.org/b"]),
        ("https://pub.example/doi/10.1093/qje/q", ["doi:10.1093/qje/q", "pub.example/doi/10.1093/qje/q"]),
        ("a report of 2020, no link", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_source_has_one_name_however_it_is_written(text, found):
    assert sorted(keys(text)) == sorted(found)


@given(st.text())
def test_any_text_can_be_looked_up(text):
    assert lookup(text) is None or lookup(text).key in keys(text)


def test_a_name_of_a_source_is_its_own_name():
    for text in ("https://doi.org/10.1111/ajps.12036", "http://example.org/a/"):
        name = key(text)
        assert key(name if name.startswith("doi:") else f"https://{name}") == name


def test_what_ships_as_retracted_is_found_behind_any_link():
    found = lookup("Contact works: https://dx.doi.org/10.1126/science.1256151")
    assert found is not None
    assert "was retracted" in found.sentence


def test_each_grade_has_one_below_it_and_points_never_rise():
    assert set(LOWER) == set(GRADES) == set(EVIDENCE)
    for grade, below in LOWER.items():
        assert EVIDENCE[below] <= EVIDENCE[grade]
        assert below == grade or LOWER[below] != grade


def test_a_retracted_study_lowers_the_grade_and_says_so():
    option = shipped().options["S01"]
    found = lowered(option, {key(DOI): gone()})
    assert (found.evidence_grade, found.stated_grade) == ("T0", "T+")
    assert "was retracted" in found.lowered_because[0]
    told = evidence_of(option, withdrawn={key(DOI): gone()})
    assert told.grade == "T0"
    assert told.cited[0][1].endswith("its data were made up")
    assert lowered(option, {}) is option


def test_a_study_against_an_option_raises_nothing_when_it_is_withdrawn():
    option = shipped().options["E04"]
    study = option.cited[0]
    assert study.finds == "against"
    found = lowered(option, {key(study.source): gone(study.source)})
    assert found.evidence_grade == option.evidence_grade == "T-"
    assert found.lowered_because


def test_a_counted_study_lowers_every_option_of_its_tool():
    row = gone("doi:10.1000/some.study", tools=("Prosecutions",))
    found = {o.id: lowered(o, {row.key: row}) for o in shipped().options.values() if o.evidence_tool == "Prosecutions"}
    assert found["L03"].evidence_grade == "T0"
    assert all(o.lowered_because for o in found.values())


def test_a_home_lowers_the_whole_catalogue_by_one_file(monkeypatch, tmp_path):
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    assert library().options["S01"].evidence_grade == "T+"
    row = gone().model_dump(mode="json")
    assert home.write(tmp_path, home.WITHDRAWN, [row]) is True
    assert home.write(tmp_path, home.WITHDRAWN, [row]) is False
    assert library().options["S01"].evidence_grade == "T0"
    assert lookup(f"https://doi.org/{DOI[4:]}").kind == "retracted"
    back = gone(kind="restored").model_dump(mode="json")
    home.write(tmp_path, home.WITHDRAWN, [row, back])
    assert library().options["S01"].evidence_grade == "T+"
    assert lookup(DOI) is None


def test_an_option_of_the_home_stands_beside_what_ships_and_leaves_again(monkeypatch, tmp_path):
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    mine = shipped().options["D01"].model_copy(update={"id": "X01", "origin": "home", "credit": "Somebody"})
    home.write(tmp_path, home.OPTIONS, [mine.model_dump(mode="json")])
    assert library().options["X01"].credit == "Somebody"
    assert len(library().options) == len(shipped().options) + 1
    home.write(tmp_path, home.OPTIONS, [])
    assert "X01" not in library().options
    assert not home.path_of(tmp_path, home.OPTIONS).exists()


def test_a_file_edited_by_hand_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    home.write(tmp_path, home.WITHDRAWN, [gone().model_dump(mode="json")])
    path = home.path_of(tmp_path, home.WITHDRAWN)
    said = json.loads(path.read_text())
    said["rows"][0]["kind"] = "restored"
    path.write_text(json.dumps(said))
    with pytest.raises(Damaged, match="not what its register wrote"):
        library()


def test_counts_are_told_apart_by_what_is_claimed():
    counts = ToolCounts(
        tool="Peace operations", ma_decrease=1, ma_increase=0, ma_mixed=3,
        related_decrease=41, related_increase=11, related_mixed=46, studies=92,
    )  # fmt: skip
    told = evidence_of(shipped().options["S01"], {"Peace operations": counts}, {})
    assert (told.for_, told.against, told.mixed) == (1, 0, 3)
    assert [e["outcome"].split(":")[0] for e in told.as_dict()["effects"]] == ["mass atrocities", "related outcomes"]
    bare = evidence_of(shipped().options["S01"], {}, {})
    assert bare.for_ is None
    assert "load ushmm_tools" in bare.basis


def test_the_file_that_ships_is_linted(tmp_path):
    path = tmp_path / "withdrawn.csv"
    row = f"{DOI},retracted,2026-01-01,made up,memory\n"
    path.write_text(
        "source,kind,on,why,basis\n"
        + row
        + row.replace("doi:", "https://doi.org/")
        + "a book,expired,2026-01-01,gone,memory\n"
    )
    assert [f.line for f in withdrawn.check(path)] == [4, 3]
    assert isinstance(next(iter(withdrawn.every().values())), Withdrawal)
