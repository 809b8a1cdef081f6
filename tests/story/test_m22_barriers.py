"""M22: who marks an action blocked must say by which type; a way around is proposed; shares stand by month."""

from __future__ import annotations

from typing import Any

from tocsin.catalog.library import library
from tocsin.response.docket.will import ways_around


def test_m22_a_blocked_action_has_a_type_and_a_proposed_way_around_and_the_shares_are_shown(house: Any) -> None:
    item = house("bell", "SDN", "--because", "Forty men were taken on Friday", "--by", "analyst")["item"]
    option = next(o for o in library().options if ways_around(o))
    first = ways_around(option)[0]
    page = f"/docket/{item}/together"
    text = house.page(f"{page}?option={option}")
    assert f'href="/procedures/{first["to"]}"' in text, "the ways around of the routes are proposed"
    assert first["basis"] in text
    form = {
        "part": "block",
        "option_id": option,
        "sphere": "political",
        "by": "A permanent member",
        "why": "It said it would block any statement",
        "evidence": "Press line of 12 November",
        "workaround": "",
        "post": "analyst",
    }
    refused = house.client.post(page, form)
    assert "no type of barrier" in refused.content.decode(), "the type is mandatory"
    refused = house.client.post(page, {**form, "type": "will_not"}).content.decode()
    assert f"proposes for {option}" in refused
    assert f'name="way" value="{first["to"]}"' in refused, "a way is offered and not chosen for anybody"
    assert "It said it would block any statement" in refused, "what was typed is kept"
    way = f"{first['to']}, {first['body']}"
    form |= {"type": "will_not", "way": first["to"]}
    assert house.client.post(page, form).status_code == 302
    mapped = house("docket", "will", str(item))
    assert mapped["will"][0]["workaround"].startswith(way)
    assert mapped["who_can_act"][0]["ways_around"][0]["to"] == first["to"]
    more = ("--evidence", "The budget line", "--workaround", "Ask the fund for it", "--by", "analyst")
    for number, kind in ((1, "cannot"), (2, "cannot")):
        other = [o for o in library().options if o != option][number]
        house(
            *("docket", "block", str(item), "--option", other, "--type", kind, "--kind", "operational"),
            *("--actor", "The mission", "--why", "There are no helicopters for it", *more),
        )
    rows = house.page("/accountability").split('id="h-blocked"')[1].split("</table>")[0]
    assert 'data-label="will not">1, 33%' in rows
    assert 'data-label="can not">2, 67%' in rows
    assert 'data-label="operational">2, 67%' in rows
    assert house("docket", "barriers")["months"][0]["cannot_pct"] == 67
