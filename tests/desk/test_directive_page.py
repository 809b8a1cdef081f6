"""``/directive``: click a step of the ladder and see by whose leave it is taken (M10)."""

from __future__ import annotations

import pytest

from tocsin.catalog import directive

pytestmark = pytest.mark.django_db


def test_a_step_of_an_item_leads_to_its_authority(reader, item) -> None:
    """M10's acceptance: the authority, who issued it, whether it is in force, what it obliges, how that is known."""
    page = reader.get(f"/docket/{item.pk}").content.decode()
    link = f"/directive/{item.directive_version}#tier-{item.tier}"
    assert f'href="{link}"' in page
    text = reader.get(link).content.decode()
    rung = text.split(f'id="tier-{item.tier}"', 1)[1].split("</li>", 1)[0]
    rules = directive.version(item.directive_version)
    for one in (rules.authority(a) for a in rules.tier(item.tier).authority):
        for said in (one.title, one.issued_by, one.obliges):
            assert said.replace("'", "&#x27;") in rung
    assert "nobody has verified that it holds" in rung
    assert "unverified" in rung


def test_a_duty_that_ran_out_is_shown_as_run_out(reader) -> None:
    text = reader.get("/directive").content.decode()
    assert "ran out on 2025-07-13, unless renewed" in text
    assert "This version names no authority for it." in text


def test_other_versions_open_and_what_is_none_is_not_found(reader) -> None:
    assert "not the one in force" in reader.get("/directive/coalition-1").content.decode()
    assert "No authority is named for this tier" in reader.get("/directive/1").content.decode()
    assert reader.get("/directive/9").status_code == 404


def test_no_adoption_waits_says_how_one_would(reader) -> None:
    assert "No adoption waits for its day." in reader.get("/directive/effects").content.decode()
