"""M32: the duty contact for a place and a topic; M33: what an office could use within some days. Page and command."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

OFFICE = "headquarters"


class Reader:
    """Somebody at the desk who follows what stands on the page, and counts each click."""

    def __init__(self, house: Any, start: str) -> None:
        self.house, self.clicks, self.at = house, 0, start
        self.text = house.page(start)

    def follow(self, label: str) -> None:
        found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>{re.escape(label)}</a>', self.text)
        assert found, f"{self.at} has no link “{label}”"
        self._go(found[1])

    def send(self, action: str, **fields: str) -> None:
        form = re.search(rf'<form [^>]*action="{action}".*?</form>', self.text, re.DOTALL)
        assert form and all(f'name="{name}"' in form[0] for name in fields), f"{self.at} has no such form"
        self._go(f"{action}?" + "&".join(f"{k}={v}" for k, v in fields.items()))

    def _go(self, address: str) -> None:
        self.clicks, self.at, self.text = self.clicks + 1, address, self.house.page(address)


def test_m32_the_duty_contact_is_found_in_under_three_clicks_or_by_one_command(house: Any) -> None:
    house("people", "add", "ada", "--name", "Ada Example", "--by", "operator")
    house("people", "hold", "desk_officer", "ada", "--by", "operator")
    house("people", "covers", "declare", "desk_officer", "--place", "SDN", "--topic", "options", "--by", "operator")
    way = ("--channel", "sms", "--address", "+41791234567", "--post", "desk_officer", "--by", "operator")
    number = house("people", "contacts", "add", OFFICE, *way)["contact"]
    house("people", "contacts", "verify", str(number), "--by", "operator")

    found = house("people", "find", "--place", "SDN", "--topic", "options")["found"][0]
    assert (found["person"], found["post"]) == ("ada", "desk_officer")

    reader = Reader(house, "/docket")
    reader.follow("People")
    reader.send("/people", place="Sudan", topic="options")
    assert reader.clicks == 2
    main = reader.text.split("<main", 1)[1]
    assert "Ada Example" in main.split('id="rota"')[0]
    assert "+41791234567" in main.split('id="rota"')[0]


def test_m33_tools_usable_within_14_days_by_an_office_with_readiness_use_and_authority(house: Any) -> None:
    today = datetime.now(UTC).date()
    state = ("people", "tools", "state")
    line = house(*state, OFFICE, "--option", "D06", "--days", "7", "--by", "desk_officer")["tool"]
    house(*state, OFFICE, "--name", "A field hospital", "--days", "40", "--by", "desk_officer")
    house(*state, "field", "--name", "A convoy", "--days", "1", "--by", "mission_head")
    told = house("people", "tools", "list", "--office", OFFICE, "--within", "14")["tools"]
    assert [t["tool"] for t in told] == [line]
    assert told[0]["authority"] and told[0]["doubts"] == [] and told[0]["last_drilled_on"] is None

    house("people", "tools", "drilled", str(line), "--on", (today - timedelta(days=30)).isoformat(), "--by", "operator")
    reader = Reader(house, "/people")
    reader.follow("tools at hand")
    reader.send("/tools", office=OFFICE, within="14")
    rows = reader.text.split("<tbody>")[1].split("</tbody>")[0]
    assert rows.count("<tr") == 1
    assert 'href="/options/D06"' in rows
    assert "no use on record" in rows
    assert told[0]["authority"][0] in rows
    assert "not known</span>" not in rows
    assert f"{line}," in house.client.get(f"/tools.csv?office={OFFICE}&within=14").content.decode()

    # What nobody stated, used or drilled for long is stale: on the page, in the command, and as a gap.
    from tocsin.response.register.models import Tool

    Tool.objects.filter(pk=line).update(
        stated_at=datetime.now(UTC) - timedelta(days=200), last_drilled_on=date(2020, 1, 1)
    )
    assert len(house("people", "tools", "list", "--office", OFFICE, "--within", "14")["tools"][0]["doubts"]) == 2
    assert '<span class="tag stale">not known</span>' in house.page(f"/tools?office={OFFICE}&within=14")
    assert "ready" not in house.page("/tools?shown=ready").split("<tbody>")[1].split("</tbody>")[0]
