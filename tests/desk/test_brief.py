"""The brief: one page, and the same numbers on page, in PDF and in JSON of the same run."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from html import unescape
from typing import Any

import pytest
from pypdf import PdfReader

from tocsin.core.numbers import one_in, percent, risk, times_base
from tocsin.desk.brief import write
from tocsin.desk.brief.content import content
from tocsin.desk.context import context

NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def numbers(text: str) -> Counter[str]:
    return Counter(NUMBER.findall(text))


def words_of(html: str) -> str:
    """Return what a person reads of a page: no markup, no drawing."""
    html = re.sub(r"<(svg|style|script|head)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def said(reader) -> dict[str, Any]:
    return content(context())


@pytest.fixture
def pdf(said) -> PdfReader:
    return PdfReader(io.BytesIO(write.as_pdf(said)))


def test_page_pdf_and_json_say_the_same_numbers(reader, said, pdf) -> None:
    page = reader.get("/brief").content.decode()
    on_page = numbers(words_of("<p" + page.split('class="stateline"', 1)[1].split("</main>", 1)[0]))
    in_pdf = numbers(pdf.pages[0].extract_text().split("Tocsin brief", 1)[1])
    assert on_page == in_pdf
    assert sum(on_page.values()) > 100
    sent = json.loads(reader.get("/brief.json").content)
    assert sent == said


def test_every_figure_of_the_json_stands_on_the_page_in_its_own_words(reader, said) -> None:
    text = " ".join(words_of(reader.get("/brief").content.decode()).split())
    for group in ("highest", "changed"):
        for place in said[group]:
            assert place["name"] in text
            assert place["p_onset"]["text"] == risk(place["p_onset"]["value"])
            assert place["p_onset"]["text"] in text
            base = said["base_rates"]["mass_killing_onset"]["value"]
            assert place["times_base"]["text"] == times_base(place["p_onset"]["value"], base)
    for place in said["highest"]:
        low, high = place["interval"]["low"], place["interval"]["high"]
        assert place["interval"]["text"] == f"{one_in(low)} to {one_in(high)}"
        assert place["p_conflict"]["text"] == percent(place["p_conflict"]["value"])


def test_the_brief_agrees_with_the_run(said, desk) -> None:
    from tocsin.response.register import runs

    run = runs.latest(desk)
    assert run is not None
    board = {r["place_id"]: r for r in run.board()}
    assert said["counts"]["under_way"] == sum(r["state"] == "under way" for r in board.values())
    assert {p["place_id"] for p in said["under_way"]} == {p for p, r in board.items() if r["state"] == "under way"}
    for place in said["highest"]:
        assert place["p_onset"]["value"] == board[place["place_id"]]["p_onset"]
        assert place["p_conflict"]["value"] == board[place["place_id"]]["p_conflict"]


def test_the_pdf_is_one_tagged_page_of_a4_with_its_fonts_inside(pdf) -> None:
    assert len(pdf.pages) == 1
    box = pdf.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    fonts = pdf.pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert any(key in inner for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def test_the_pdf_keeps_its_semicolons_and_explains_its_shades(pdf, said) -> None:
    text = " ".join(pdf.pages[0].extract_text().split())
    assert f"{said['conflict_window']}; base rate" in text
    assert said["window"].split(";")[0] in text
    assert "8× or more" in text
    assert "Hatched: not assessed" in text


def test_the_map_hatches_what_is_not_assessed() -> None:
    from tocsin.desk.brief.picture import inline_map, standalone_map

    drawn = {"classes": {"FRA": "r0"}, "sentence": "s"}
    for svg in (standalone_map(drawn), inline_map(drawn)):
        assert '<pattern id="hatch"' in svg
    assert 'fill="url(#hatch)"' in standalone_map(drawn)
    assert 'class="na"' in inline_map(drawn)


def test_it_stays_on_one_page_when_there_is_much_to_say(said) -> None:
    much = json.loads(json.dumps(said))
    item = {
        "item": 99,
        "about": "Central African Republic",
        "level": "emergency",
        "question": "What will we do about the killing of civilians in Central African Republic, which has risen?",
        "owner": "Headquarters desk officer",
        "tier": 5,
        "age": "the killing it speaks of was counted in October 2025, 13 months ago",
        "decision_due": "2026-11-24T09:00:00Z",
        "due": "Tue 24 Nov 2026 09:00 UTC, ran out",
        "late": True,
        "waiting": "29 of 55 options can still arrive; 26 lost by waiting since 20 November 2026",
    }
    lapse = {
        "item": 99,
        "about": "Sudan",
        "clock": "delivery",
        "tier": 3,
        "posts": "Deputies",
        "due": "Tue 24 Nov 2026 09:00 UTC",
    }
    much["to_decide"], much["to_decide_more"] = [item] * 12, 7
    much["lapsed"], much["lapsed_more"] = [lapse] * 5, 3
    much["under_way"] = (much["under_way"] * 3)[:24]
    much["degraded"] = ["a source could not be read and its last good figures are in force"] * 3
    assert len(PdfReader(io.BytesIO(write.as_pdf(much))).pages) == 1


def test_the_same_content_gives_the_same_bytes(said) -> None:
    assert write.as_pdf(said) == write.as_pdf(said)
    assert write.as_json(said) == write.as_json(said)


def test_writing_it_leaves_whole_files_and_says_where(reader, tmp_path) -> None:
    written = write.write(context(), tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["brief.html", "brief.json", "brief.pdf"]
    page = written["html"].read_text()
    assert "<style>" in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_a_folder_that_cannot_be_written_is_refused_in_one_sentence(reader, tmp_path) -> None:
    from tocsin.core.errors import Refused

    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Refused, match="cannot be written"):
        write.write(context(), tmp_path / "file")
