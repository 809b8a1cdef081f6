"""The pages of packages: sections in order, nothing typed lost, what is missing named where it stands."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from desk.conftest import PASSPHRASE
from desk.test_decide import words as decision
from packaged import line, package, rapid
from tocsin.response.docket.packages.models import Package, PackageDraft
from tocsin.response.docket.packages.words import words


def fields(said: dict[str, Any], **more: str) -> dict[str, str]:
    """A package as the fields of its form."""
    whole = words(said).kept()
    out = {"post": "desk_officer", "act": "keep"} | ({"is_rapid": "yes"} if whole["is_rapid"] else {})
    for part, value in whole.items():
        rows = [("", value)] if isinstance(value, dict) else []
        rows = [(f"{n}-", row) for n, row in enumerate(value, 1)] if isinstance(value, list) else rows
        for n, row in rows:
            prefix = "answer" if part == "answers" else part
            for name, typed in row.items():
                if typed:
                    out[f"{prefix}-{n}{name}"] = "yes" if typed is True else typed
    return {**out, **more}


@pytest.fixture
def today(item):
    from tocsin.desk.context import context

    return context().now().date()


def submitted(reader, item, said: dict[str, Any]) -> Package:
    answer = reader.post(f"/docket/{item.pk}/package", fields(said, act="submit"))
    assert answer.status_code == 302, answer.content.decode().split("<main", 1)[1][:2000]
    return Package.objects.order_by("-id")[0]


def test_options_come_after_the_canvas(reader, item) -> None:
    text = reader.get(f"/docket/{item.pk}/package").content.decode()
    assert "First what moves people there" in text
    assert "Put in an option" not in text.split("Then keep the draft", 1)[0]
    said = package()
    said["lines"] = []
    answer = reader.post(f"/docket/{item.pk}/package", fields(said), follow=True)
    text = answer.content.decode()
    assert "Put in an option" in text
    assert "Lines of effort" in text
    assert "First what moves people there" not in text


def test_an_option_is_put_in_with_what_the_catalogue_knows_and_nothing_typed_is_lost(reader, item) -> None:
    said = package()
    said["lines"] = []
    answer = reader.post(f"/docket/{item.pk}/package", fields(said, act="keep", add="E01"), follow=True)
    text = answer.content.decode()
    assert "whoever holds the ford holds the harvest" in text
    assert re.search(r'name="lines-1-lead_days_min" value="14"', text)
    assert "Rally effect" in text
    assert PackageDraft.objects.get().words["lines"][0]["option"] == "E01"
    dropped = fields(words(PackageDraft.objects.get().words).kept(), revision="1", **{"drop-lines-1": "yes"})
    reader.post(f"/docket/{item.pk}/package", dropped)
    assert PackageDraft.objects.get().words["lines"] == []


def test_an_incomplete_package_says_what_is_missing_and_where(reader, item, today) -> None:
    said = package(line(authority="", lead_days_min="", today=today))
    answer = reader.post(f"/docket/{item.pk}/package", fields(said, act="submit"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert not Package.objects.exists()
    for name in ("lines-1-authority", "lines-1-lead_days_min"):
        assert f'href="#f-{name}"' in text
        assert f'id="f-{name}"' in text
    assert "Still missing: 2" in text
    assert "14 in October, by the mission&#x27;s count" in text


def test_a_flag_is_explained_and_answered_in_the_form(reader, item, today) -> None:
    alone = line("E03", leads="Interior ministry", support="", today=today)
    answer = reader.post(f"/docket/{item.pk}/package", fields(package(alone), act="submit"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "what several could do instead" in text
    assert '<a href="/options/E01">E01</a>' in text
    assert "families travel elsewhere" in text
    why = "The joint list needs six weeks and the vote is in two."
    made = submitted(reader, item, package(alone, answers={"alone-E03": why}))
    page = reader.get(f"/docket/{item.pk}/packages/{made.version}").content.decode()
    assert why in page


def test_the_draft_of_another_hand_is_not_overwritten(reader, item, today) -> None:
    first = package(line(today=today))
    reader.post(f"/docket/{item.pk}/package", fields(first))
    reader.post(f"/docket/{item.pk}/package", fields(package(line("P01", today=today)), revision="1"))
    late = fields(package(line("I04", today=today)), revision="1")
    answer = reader.post(f"/docket/{item.pk}/package", late)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "kept by somebody else" in text
    assert 'value="I04"' in text
    assert PackageDraft.objects.get().words["lines"][0]["option"] == "P01"


def test_versions_are_listed_with_what_changed(reader, item, today) -> None:
    submitted(reader, item, package(line(today=today)))
    submitted(reader, item, package(line(cost_band="staff", today=today), line("P01", leads="UN RC", today=today)))
    text = reader.get(f"/docket/{item.pk}/packages").content.decode()
    assert text.index(">Version 2</a>") < text.index(">Version 1</a>")
    assert "Lines of effort, D05: cost" in text
    assert "<del>under_1m</del>" in text
    assert "Lines of effort, P01</th>" in text
    assert "<ins>P01; UN RC;" in text, "a line put in is one change"


def test_exports_are_the_same_bytes_for_everybody(reader, item, today) -> None:
    made = submitted(reader, item, rapid(line(measure="=SUM(A1)", today=today), today=today))
    at = f"/docket/{item.pk}/packages/{made.version}"
    one, other = (reader.get(f"{at}.json").content for _ in range(2))
    assert one == other
    assert json.loads(one)["label"].startswith("RAPID")
    table = reader.get(f"{at}.csv")
    assert table["Content-Type"].startswith("text/csv")
    assert "'=SUM(A1)" in table.content.decode(), "a spreadsheet computes nothing"
    assert "RAPID" in reader.get(at).content.decode()


def test_a_version_is_signed_off_with_the_passphrase(reader, item, today) -> None:
    made = submitted(reader, item, package(line(today=today)))
    at = f"/docket/{item.pk}/packages/{made.version}"
    wrong = reader.post(at, {"post": "desk_officer", "passphrase": "not this one at all"})
    assert wrong.status_code == 422
    assert not made.sign_offs.exists()
    assert reader.post(at, {"post": "desk_officer", "passphrase": PASSPHRASE}).status_code == 302
    assert "signed off by" in reader.get(f"/docket/{item.pk}/packages").content.decode()


def test_the_decision_page_takes_a_package_and_its_commitments(reader, item, today) -> None:
    from tocsin.response.docket.models import Commitment

    submitted(reader, item, package(line("P01", leads="UN RC", today=today)))
    submitted(reader, item, package(line(today=today), line("H06", leads="mission_head", today=today)))
    text = reader.get(f"/docket/{item.pk}/decide").content.decode()
    assert 'name="package" value="2"' in text
    assert "The 2 commitments it opens" in text
    due = (today + timedelta(days=9)).isoformat()
    said = decision(item, kind="act", package="2", **{"notpackage-1": "It leaves the talks to others alone"})
    said.pop("why-D02")
    said |= {"carrier-P2-1": "mission_head", "due-P2-1": due}
    refused = reader.post(f"/docket/{item.pk}/decide", said | {"passphrase": "wrong wrong wrong"})
    assert 'name="package" value="2" checked' in refused.content.decode()
    assert "It leaves the talks to others alone" in refused.content.decode()
    assert f'value="{due}"' in refused.content.decode()
    answer = reader.post(f"/docket/{item.pk}/decide", said)
    assert answer.status_code == 302, answer.content.decode()
    assert list(Commitment.objects.order_by("id").values_list("option_id", "post")) == [
        ("D05", "mission_head"),
        ("H06", "mission_head"),
    ]
    assert Commitment.objects.order_by("id")[0].due.date() == today + timedelta(days=10)
    page = reader.get(f"/docket/{item.pk}").content.decode()
    assert "chosen" in page
    assert f"/docket/{item.pk}/packages/2" in page


def test_hostile_words_are_shown_as_text(reader, item, today) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    made = submitted(reader, item, package(line(what=evil, measure=evil, leads="desk_officer", today=today)))
    for page in (f"packages/{made.version}", "packages", "decide"):
        text = reader.get(f"/docket/{item.pk}/{page}").content.decode()
        assert evil not in text
        assert "&lt;script&gt;" in text


def test_who_may_not_write_is_told_the_rule(client, desk, item) -> None:
    from tocsin.response.register.models import Person

    client.force_login(Person.objects.create(username="nobody"))
    text = client.get(f"/docket/{item.pk}/package").content.decode()
    assert "You hold no post of the directive" in text
    assert "<textarea" not in text


@pytest.mark.parametrize("path", ["packages/7", "packages/7.json"])
def test_a_version_there_is_not_is_said(reader, item, path) -> None:
    answer = reader.get(f"/docket/{item.pk}/{path}")
    assert answer.status_code == 404
    assert "has no package version 7" in answer.content.decode()


def test_the_longest_form_is_not_too_heavy_a_page(reader, item, today) -> None:
    from tocsin.response.docket.packages.words import MOST_ROWS

    said = package(*(line(what=f"Line {n} of many", today=today) for n in range(MOST_ROWS)))
    reader.post(f"/docket/{item.pk}/package", fields(said))
    assert len(PackageDraft.objects.get().words["lines"]) == MOST_ROWS
    assert len(reader.get(f"/docket/{item.pk}/package").content) <= 150_000
    more = fields(said) | {f"lines-{MOST_ROWS + 1}-what": "One too many"}
    answer = reader.post(f"/docket/{item.pk}/package", more)
    assert answer.status_code == 400
    assert f"{MOST_ROWS} lines" in answer.content.decode()
    assert "One too many" in answer.content.decode(), "nothing typed is lost"


def test_a_whole_version_is_pointed_to_the_commitment_that_asks_for_it(reader, item, today) -> None:
    submitted(reader, item, rapid(line(today=today), today=today))
    reader.post(f"/docket/{item.pk}/decide", decision(item, kind="act", package="1"))
    made = submitted(reader, item, package(line(today=today)))
    assert "asks for a whole package" in reader.get(f"/docket/{item.pk}/packages/{made.version}").content.decode()
