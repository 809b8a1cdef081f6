"""M79: import a project list; each project gets risk and benefit flags by risk factor, judged by a reviewer."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cli.test_docket import Tell, tell
from desk.conftest import desk, reader, seeded_home
from developed import HEAD, MODEL, ROWS
from iati_files import activity, file_of, many
from tocsin.catalog.development import check, lens
from tocsin.cli.output import context
from tocsin.response.register import portfolio
from tocsin.response.register.models import Project, ProjectQuarantined
from tocsin.response.register.people import cli_actor
from tocsin.response.register.portfolio import files, importing

__all__ = ["desk", "reader", "seeded_home", "tell"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text("\n".join([HEAD, *ROWS, ""]), encoding="utf-8")
    return path


def take(tell: Tell, path: Path, name: str = "Fund") -> dict:
    return tell("portfolio", "import", str(path), "--portfolio", name, "--by", "analyst")


def flags(rows: list[dict], identifier: str) -> dict[str, dict]:
    (row,) = [r for r in rows if r["iati_identifier"] == identifier and r["place_id"] == "SDN"]
    return {f["rule"]: f for f in row["flags"]}


def test_m79_each_project_of_a_list_gets_flags_by_factor_and_every_odd_line_its_reasons(tell: Tell, listed) -> None:
    said = take(tell, listed)
    assert (said["lines"], said["taken"], said["quarantined_count"]) == (9, 7, 2)
    odd = {q["line"]: {r["column"] for r in q["reasons"]} for q in said["quarantined"]}
    assert odd == {6: {"recipient_country", "start", "status", "budget"}, 7: {"iati_identifier"}}
    again = take(tell, listed)
    assert again["already"]
    assert Project.objects.count() == 7
    rows = tell("portfolio", "screen", "--place", "Sudan")["projects"]
    food = flags(rows, "XM-1")
    assert {f["factor"] for f in food.values()} == {"RF5", "RF1", "RF13", "RF14"}
    assert {f["effect"] for f in food.values()} == {"may_feed", "restrains"}
    assert all(f["standing"] == "conditional" and f["state"] == "not assessed" for f in food.values())
    assert all(f["why"] and f["presumes"] and f["lowers"] and "our own mapping" in f["basis"] for f in food.values())
    assert food["food-means"]["counts"] == {"more": 2, "less": 1, "mixed": 0, "none": 2}
    assert {r["place_id"] for r in tell("portfolio", "screen")["projects"] if r["iati_identifier"] == "XM-3"} == {
        "SDN",
        "SSD",
    }


def test_m79_an_unknown_sector_is_not_screened_and_words_raise_no_flag(tell: Tell, listed) -> None:
    take(tell, listed)
    rows = {r["iati_identifier"]: r for r in tell("portfolio", "screen", "--place", "SDN")["projects"]}
    for identifier, why in (("XM-4", "vocabulary (99)"), ("XM-6", "no list of sector codes"), ("XM-7", "no rule")):
        assert rows[identifier]["covered"] == "not_screened"
        assert rows[identifier]["flags"] == []
        assert why in rows[identifier]["left_out"][0]["why"]
        assert "not the same as no risk" in rows[identifier]["covered_said"]
    assert {r["iati_identifier"] for r in tell("portfolio", "screen", "--covered", "not_screened")["projects"]} == {
        "XM-4",
        "XM-6",
        "XM-7",
    }


def test_m79_flags_stand_by_what_the_place_s_assessors_say(tell: Tell, listed) -> None:
    take(tell, listed)
    for code, state in (("5.1", "present"), ("1.3", "absent")):
        tell("assess", "SDN", code, "--state", state, "--trend", "same", "--confidence", "moderate",
             "--no-evidence", "said in the room, nothing written", "--by", "analyst")  # fmt: skip
    food = flags(tell("portfolio", "screen", "--place", "SDN")["projects"], "XM-1")
    assert {r: f["standing"] for r, f in food.items()} == {
        "food-means": "applies",
        "food-strain": "not_now",
        "relief-target": "conditional",
        "relief-operation": "conditional",
    }
    applying = tell("portfolio", "screen", "--place", "SDN", "--standing", "applies", "--factor", "RF5")["projects"]
    assert {r["iati_identifier"] for r in applying} == {"XM-1", "XM-3"}


def test_m79_a_reviewer_s_words_are_appended_and_outlive_a_later_list(tell: Tell, listed, tmp_path: Path) -> None:
    take(tell, listed)
    number = str(Project.objects.get(iati_identifier="XM-1").pk)
    base = ("portfolio", "review", number, "--rule", "food-means", "--by", "analyst")
    assert "too little" in tell(*base, "--verdict", "reject", "--reasons", "no", exits=1)["what"]
    assert "which effect" in tell(*base, "--verdict", "adjust", "--reasons", "cash, not food", exits=2)["what"]
    assert "raises no flag" in tell(*base[:3], "--rule", "mining-money", "--by", "analyst", "--verdict", "accept",
                                    "--reasons", "it is so here", exits=2)["what"]  # fmt: skip
    tell(*base, "--verdict", "accept", "--reasons", "convoys are taxed at two posts")
    tell(*base, "--verdict", "adjust", "--adjusted", "unclear", "--reasons", "cash since May, no convoys",
         "--change", "cash by phone")  # fmt: skip
    one = tell("portfolio", "project", number)["project"]
    flag = next(f for f in one["flags"] if f["rule"] == "food-means")
    assert [w["verdict"] for w in flag["words"]] == ["adjust", "accept"]
    assert any(s["disputed_by"] == ["christian-barrett-2017"] for s in flag["studies"])
    later = tmp_path / "later.csv"
    later.write_text(f"{HEAD}\n{ROWS[0].replace('72040', '72040;72010')}\n", encoding="utf-8")
    take(tell, later)
    newer = flags(tell("portfolio", "screen", "--place", "SDN")["projects"], "XM-1")["food-means"]["reviewed"]
    assert newer["verdict"] == "adjust"
    assert newer["earlier_line"]
    assert newer["sectors_changed"]
    assert "newer line" in tell(*base, "--verdict", "accept", "--reasons", "still taxed at two", exits=1)["what"]


def test_m79_a_withdrawn_study_is_shown_and_not_counted(tell: Tell, listed) -> None:
    take(tell, listed)
    doi = lens().studies["nunn-qian-2014"].source
    tell("sources", "withdraw", doi, "--kind", "retracted", "--why", "withdrawn for this test", "--by", "desk_officer")
    food = flags(tell("portfolio", "screen", "--place", "SDN")["projects"], "XM-1")["food-means"]
    assert food["counts"]["more"] == 1
    number = str(Project.objects.get(iati_identifier="XM-1").pk)
    one = tell("portfolio", "project", number, "--place", "SDN")["project"]
    study = next(s for f in one["flags"] if f["rule"] == "food-means" for s in f["studies"] if "nunn" in s["id"])
    assert "was retracted" in study["withdrawn"]


def test_m79_a_reading_that_broke_off_goes_on_where_it_stopped(tell: Tell, listed, monkeypatch) -> None:
    monkeypatch.setattr(importing, "STEP", 2)
    whole, calls = importing._keep, []

    def breaks(row, step):
        calls.append(step)
        if len(calls) == 3:
            raise OSError("the machine stopped")
        whole(row, step)

    monkeypatch.setattr(importing, "_keep", breaks)
    with pytest.raises(OSError, match="stopped"):
        portfolio.take(context(), listed, "Fund", cli_actor("analyst"))
    assert (Project.objects.count(), ProjectQuarantined.objects.count()) == (4, 0)
    monkeypatch.setattr(importing, "_keep", whole)
    assert not tell("portfolio", "lists")["lists"][0]["read"]
    said = take(tell, listed)
    assert (said["already"], said["taken"], said["quarantined_count"]) == (False, 7, 2)
    assert list(Project.objects.order_by("id").values_list("line", flat=True)) == [2, 3, 4, 5, 8, 9, 10]


def test_m79_a_broken_line_is_one_line_and_a_workbook_reads_as_the_same_list(tell: Tell, listed, tmp_path) -> None:
    import openpyxl

    bad = tmp_path / "bad.csv"
    rows = [HEAD, ROWS[0], 'XM-9,Donor,"broken"quote,,15130,1,SD,,,,,', ROWS[1].replace("XM-2", "XM-\udcff2"), ROWS[2]]
    bad.write_bytes("\n".join([*rows, ""]).encode("utf-8", "surrogateescape"))
    said = take(tell, bad, "Bad")
    assert said["taken"] == 2
    assert {q["line"]: q["reasons"][0]["rule"].split(":")[0] for q in said["quarantined"]} == {
        3: "the record that begins here cannot be read",
        4: "is not UTF-8",
    }
    book = openpyxl.Workbook()
    for cells in csv.reader([HEAD, *ROWS[:3]]):
        book.active.append(cells)
    book.save(tmp_path / "list.xlsx")
    assert take(tell, tmp_path / "list.xlsx", "Book")["taken"] == 3
    one, other = (Project.objects.get(iati_identifier="XM-3", portfolio=p) for p in ("Bad", "Book"))
    assert (one.sectors, one.recipients, one.starts) == (other.sectors, other.recipients, other.starts)
    for name, text, todo in (
        ("empty.csv", "", "is empty"),
        ("other.csv", "a,b\n1,2\n", "has no header with the columns"),
        ("head.csv", HEAD + "\n", "no project below"),
        ("zip.xlsx", "PK\x03\x04 no workbook", "cannot be read as a workbook"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        refused = tell("portfolio", "import", str(tmp_path / name), "--portfolio", "X", "--by", "analyst", exits=1)
        assert todo in refused["what"]
    with files.path_of(context(), said["sha256"], "csv").open("ab") as kept:
        kept.write(b"x")
    assert (
        "not what was sealed"
        in tell("portfolio", "import", str(bad), "--portfolio", "Other", "--by", "analyst", exits=1)["what"]
    )


def test_m79_what_a_file_gets_wrong_costs_one_line_and_an_older_list_never_comes_back(
    tell: Tell, listed, tmp_path, monkeypatch
) -> None:
    import openpyxl

    opened = tmp_path / "opened.csv"
    opened.write_text("\n".join([HEAD, ROWS[0], 'XM-9,Donor,"never closed,,15130,1,SD,,,,,', *ROWS[1:3], ""]))
    said = take(tell, opened, "Opened")
    assert (said["taken"], [q["line"] for q in said["quarantined"]]) == (3, [3]), "the lines below the quote came in"
    book = openpyxl.Workbook(write_only=False)
    for cells in csv.reader([HEAD, *ROWS[:3]]):
        book.active.append(cells)
    book.save(tmp_path / "whole.xlsx")
    small = tmp_path / "small.xlsx"
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(small, "w") as cut:
        for name in whole.namelist():
            data = whole.read(name)
            cut.writestr(name, re.sub(rb'<dimension ref="[^"]+"', b'<dimension ref="A1:B2"', data))
    assert take(tell, small, "Small")["taken"] == 3, "what is there counts, not the size it declares"
    keep = importing._keep

    def breaks(row, step):
        raise OSError("the machine stopped")

    monkeypatch.setattr(importing, "_keep", breaks)
    with pytest.raises(OSError, match="stopped"):
        portfolio.take(context(), listed, "Fund", cli_actor("analyst"))
    monkeypatch.setattr(importing, "_keep", keep)
    later = tmp_path / "later.csv"
    later.write_text("\n".join([HEAD, ROWS[0].replace("Emergency food", "Cash"), ""]))
    take(tell, later)
    refused = tell("portfolio", "import", str(listed), "--portfolio", "Fund", "--by", "analyst", exits=1)
    assert "a later list of Fund was taken in since" in refused["what"]
    assert Project.objects.get(portfolio="Fund").title == "Cash in the west"


def test_m79_a_filter_that_is_none_is_told_and_what_was_not_screened_is_not_forgotten(tell: Tell, listed) -> None:
    take(tell, listed)
    for name, value, known in (
        ("effect", "helps", "may_feed"),
        ("factor", "RF99", "RF1"),
        ("portfolio", "Fnd", "Fund"),
    ):
        wrong = tell("portfolio", "screen", f"--{name}", value, exits=2)
        assert f"is no choice of --{name}" in wrong["what"]
        assert known in wrong["todo"]
    assert "What was not screened has no flag" in tell("portfolio", "screen", "--effect", "may_feed", text=True)
    from tocsin.response.register.country.support import of_sectors

    foreign = [
        {"sectors": [{"vocabulary": "99", "code": "15130"}]},
        {"sectors": [{"vocabulary": "1", "code": "15130"}]},
    ]
    assert of_sectors(foreign, ["15130"]) == foreign[1:], "a code of another vocabulary names nothing here"


def test_m79_an_iati_file_is_taken_in_activity_by_activity_and_goes_on_where_it_broke_off(
    tell: Tell, tmp_path: Path, monkeypatch
) -> None:
    path = file_of(tmp_path / "activities.xml", [*many(5, bad=3), activity("XM-R", '<recipient-region code="289"/>')])
    monkeypatch.setattr(importing, "STEP", 2)
    whole, calls = importing._keep, []

    def breaks(row, step):
        calls.append(step)
        if len(calls) == 2:
            raise OSError("the machine stopped")
        whole(row, step)

    monkeypatch.setattr(importing, "_keep", breaks)
    with pytest.raises(OSError, match="stopped"):
        portfolio.take(context(), path, "IATI", cli_actor("analyst"))
    monkeypatch.setattr(importing, "_keep", whole)
    said = take(tell, path, "IATI")
    assert (said["lines"], said["taken"], said["quarantined_count"]) == (6, 4, 2)
    odd = {q["line"]: (q["near_line"] != "", [r["column"] for r in q["reasons"]]) for q in said["quarantined"]}
    assert odd == {3: (True, ["recipient_country"]), 6: (True, ["recipient_country"])}
    (row,) = tell("portfolio", "screen", "--place", "YEM")["projects"]
    assert (row["share_pct"], row["covered"], row["left_out"]) == ("30", "screened", []), "vocabulary 99 says it again"
    assert row["budget_said"] == "5,500.25"
    money = {(m["kind_said"], m["currency"]): (m["amount"], m["count"]) for m in row["money"]}
    assert money["disbursement", "EUR"] == ("45.50", 1), "never converted, never added to dollars"
    assert money["disbursement", "USD"] == ("76.50", 3)
    before = Project.objects.count()
    for name, text in (("cut.xml", path.read_text()[:-40]), ("page.xml", "<html><body>Sign in</body></html>")):
        (tmp_path / name).write_text(text)
        refused = tell("portfolio", "import", str(tmp_path / name), "--portfolio", "IATI", "--by", "analyst", exits=1)
        assert refused["todo"]
    assert Project.objects.count() == before, "a broken file is refused whole"


def test_m79_what_was_fetched_from_iati_becomes_a_list_once(tell: Tell, tmp_path: Path) -> None:
    assert "tocsin feeds fetch iati" in tell("portfolio", "from-feed", "--by", "analyst", exits=1)["todo"]
    for name, count in (("a.xml", 3), ("b.xml", 5)):
        tell("load", "iati", str(file_of(tmp_path / name, many(count))))
    first = tell("portfolio", "from-feed", "--by", "analyst")["lists"]
    assert [(row["name"], row["taken"], row["already"]) for row in first] == [("a.xml", 3, False), ("b.xml", 5, False)]
    assert all(row["already"] for row in tell("portfolio", "from-feed", "--by", "analyst")["lists"])
    assert len({r["iati_identifier"] for r in tell("portfolio", "screen")["projects"]}) == 5, "the newest line of each"


def test_m79_m80_projects_lie_over_a_place_with_what_they_may_help_and_whose_gain_they_might_feed(
    reader, tell: Tell, tmp_path: Path
) -> None:
    said = ['<sector code="72040"/>', '<sector code="15130"/>', '<sector code="32210"/>', '<sector code="99810"/>']
    paid = '<transaction><transaction-type code="3"/><value>100.50</value></transaction>'
    path = file_of(
        tmp_path / "a.xml",
        [activity(f"X-{n}", f'{s}<recipient-country code="SD"/>{paid}', title=f"Work {n}") for n, s in enumerate(said)],
    )
    take(tell, path, "IATI")
    (tmp_path / "model.json").write_text(json.dumps(MODEL))
    before = tell("portfolio", "overlay", "Sudan")["overlay"]
    assert not before["modelled"]
    tell("portfolio", "model", "SDN", str(tmp_path / "model.json"), "--why", "the first of it", "--by", "analyst")
    number = str(Project.objects.get(iati_identifier="X-0").pk)
    tell("portfolio", "review", number, "--rule", "relief-target", "--verdict", "reject", "--by", "analyst",
         "--reasons", "it is paid out by phone")  # fmt: skip
    found = tell("portfolio", "overlay", "Sudan")["overlay"]
    assert (found["projects"], found["unscreened"]) == (4, 1), "what no rule speaks of is counted as not asked"
    restraints = {r["rule"]: r for r in found["restraints"]}
    assert {"food-strain", "courts-order", "courts-impunity"} <= set(restraints)
    assert restraints["courts-order"]["money"] == [
        {"kind": "disbursement", "currency": "USD", "amount": "100.50", "said": "100"}
    ]
    assert restraints["food-strain"]["counts"]["more"] >= 0
    gains = {g["flow"]: g for g in found["gains"]}
    assert [(x["actor"], x["course"]) for x in gains["gold"]["lines"]] == [
        ("Militia of the east", "Violence against civilians")
    ]
    assert {r["rule"] for r in gains["gold"]["rules"]} == {"mining-money", "mining-rules"}
    taxed = {r["rule"]: r for r in gains["aid_tax"]["rules"]}
    assert (taxed["relief-target"]["projects"], taxed["relief-target"]["rejected"]) == (0, 1)
    assert taxed["food-means"]["studies"], "the harm evidence comes with it"
    page = reader.get("/places/SDN/portfolio").content.decode()
    for words in (
        "Whose gains they might feed or take from",
        "Militia of the east",
        "rejected by a reviewer",
        "Harm evidence",
    ):
        assert words in page
    assert "Whose gains" not in reader.get("/places/SDN/portfolio?effect=may_feed").content.decode()


def test_m79_exports_are_byte_identical_and_carry_the_filter(tell: Tell, listed, tmp_path: Path) -> None:
    take(tell, listed)
    for form in ("csv", "json"):
        for n in (1, 2):
            tell("portfolio", "screen", "--place", "SDN", "--factor", "RF5", "--out", str(tmp_path / f"{n}.{form}"))
        assert (tmp_path / f"1.{form}").read_bytes() == (tmp_path / f"2.{form}").read_bytes()
    table = list(csv.DictReader((tmp_path / "1.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["factor"] for row in table} == {"RF5"}
    assert json.loads((tmp_path / "1.json").read_text(encoding="utf-8"))["projects"]


def test_m79_the_pages_take_a_list_filter_by_address_and_take_a_review(reader, listed) -> None:
    assert "No project has been taken in" in reader.get("/portfolio").content.decode()
    bad = reader.post("/portfolio", {"post": "analyst", "portfolio": "Fund"})
    assert bad.status_code == 422
    assert "No file came" in bad.content.decode()
    brought = SimpleUploadedFile("list.csv", listed.read_bytes())
    answer = reader.post("/portfolio", {"post": "analyst", "portfolio": "Fund", "list": brought})
    assert answer.status_code == 302
    sealed = reader.get(answer["Location"]).content.decode()
    assert "Atlantis" in sealed
    assert "is no day" in sealed
    page = reader.get("/places/SDN/portfolio?effect=may_feed").content.decode()
    assert "Emergency food in the west" in page
    assert "Judges and courts" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in reader.get("/portfolio").content.decode()
    assert "That is not the same as no risk" in reader.get("/portfolio?covered=not_screened").content.decode()
    one = reader.get("/places/SDN/portfolio.csv?effect=may_feed")
    first = b"".join(one.streaming_content)
    assert first == b"".join(reader.get("/places/SDN/portfolio.csv?effect=may_feed").streaming_content)
    assert {r["effect"] for r in csv.DictReader(io.StringIO(first.decode()))} == {"may_feed"}
    number = Project.objects.get(iati_identifier="XM-1").pk
    said = {"post": "analyst", "place": "SDN", "rule": "food-means", "verdict": "adjust", "reasons": "cash since May"}
    refused = reader.post(f"/portfolio/projects/{number}", said)
    assert refused.status_code == 422
    assert "cash since May" in refused.content.decode()
    assert reader.post(f"/portfolio/projects/{number}", {**said, "adjusted": "unclear"}).status_code == 302
    shown = reader.get(f"/portfolio/projects/{number}?place=SDN").content.decode()
    assert "cash since May" in shown
    assert "Disputed by" in shown
    adjusted = reader.get("/places/SDN/portfolio?review=adjust").content.decode()
    assert "Emergency food in the west" in adjusted
    assert "Judges and courts" not in adjusted
    assert reader.get("/portfolio?page=999").status_code == 200
    assert reader.get("/portfolio/projects/999999").status_code == 404


def test_m79_the_rules_hold_together_and_say_how_far_they_were_checked() -> None:
    assert check() == []
    for rule in lens().rules.values():
        assert not rule.verified, f"{rule.id}: nobody outside has reviewed the mapping"
    assert not [s.id for s in lens().studies.values() if s.verified], "abstracts are not the studies"
