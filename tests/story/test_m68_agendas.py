"""M68: an action is tagged; the view shows agenda tensions, as of a peace deal that shields perpetrators."""

from __future__ import annotations

import json
import re

from desk.conftest import desk, reader, seeded_home  # noqa: F401 - fixtures
from teller import Teller


def test_m68_a_peace_deal_that_shields_perpetrators_by_command(tmp_path) -> None:
    tell = Teller(tmp_path / "home")
    seen = tell("options", "agendas", "D19")
    assert "D19" in seen["agendas"]["conflict_prevention"]["served_by"]
    assert "D19" in seen["agendas"]["atrocity_prevention"]["may_be_harmed_by"]
    shields = next(t for t in seen["tensions"] if t["id"] == "shields_perpetrators")
    assert "shield those who attack civilians" in shields["what"]
    assert shields["apart"]

    own = tell("options", "agendas", "--serves", "conflict_prevention", "--harms", "atrocity_prevention")
    assert {"shields_perpetrators", "frees_hands"} == {t["id"] for t in own["tensions"]}
    both = tell("options", "agendas", "D05", "L03")
    assert {tuple(t["by"]) for t in both["tensions"]} >= {("D05",), ("L03",)}
    json.dumps(both)


def test_m68_the_option_page_and_the_view_of_agendas_show_the_tension(reader) -> None:  # noqa: F811
    option = re.sub(r"<[^>]+>", "", reader.get("/options/D18").content.decode())
    assert "It can shield those who attack civilians" in option
    assert "It divides power, places or memory by group" in option
    assert "our own reading, from memory, unverified" in option
    tagged = reader.get("/agendas?serves=conflict_prevention&harms=atrocity_prevention").content.decode()
    assert "yours: It can shield those who attack civilians" in tagged
    assert reader.get("/agendas?options=Z99").status_code == 422
    us = re.sub(r"<[^>]+>", "", reader.get("/agendas?options=D05&words=us").content.decode())
    assert "Conflict prevention and stability†" in us
