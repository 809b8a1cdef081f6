"""UCDP's yearly data live: by the API with a token, as the zipped file without, the same figures either way."""

from __future__ import annotations

import pytest
from tests.evidence.plans import NOW, play
from tests.fakes.publishers import Reply

from tocsin.evidence.fetch import Unusable
from tocsin.evidence.sources import read

SOURCES = ["ucdp_prio", "ucdp_brd"]


@pytest.mark.parametrize("source_id", SOURCES)
def test_the_api_and_the_download_read_as_the_same_table(source_id: str) -> None:
    by_api = play(source_id, secrets={"token": "a-token-of-ours"})
    assert len(by_api.parts) > 1, "a thousand records to a page"
    assert all(ask.headers and ask.secret for ask in by_api.asks), "the token is sent as a secret"
    by_file = play(source_id)
    assert by_file.parts[0].name.endswith(".zip")
    tables = [read(source_id, played.parts, NOW).tables["country_year"] for played in (by_api, by_file)]
    assert tables[0].equals(tables[1])
    assert tables[0].filter(value=0).height, "a state that the list does not name has none in the covered years"
    assert by_api.last == by_file.last == {"version": "26.1"}


@pytest.mark.parametrize("token", ["", "a-token-of-ours"])
def test_a_release_that_is_not_out_is_passed_over_and_none_at_all_is_said(token: str) -> None:
    secrets = {"token": token} if token else {}
    asked: list[str] = []

    def early(ask, reply: Reply) -> Reply:
        asked.append(ask.url)
        return Reply(404) if "26" in ask.url.rpartition("/")[2] else reply

    with pytest.raises(Unusable, match=r"neither release 26.1 and 25.1"):
        play("ucdp_prio", secrets=secrets, change=early)
    assert len(asked) == 2


def test_a_page_that_names_another_page_than_the_next_ends_the_fetch() -> None:
    def jump(_ask, reply: Reply) -> Reply:
        return Reply(200, reply.body.replace(b'page=1"', b'page=2"'))

    with pytest.raises(Unusable, match="names page 2"):
        play("ucdp_brd", secrets={"token": "x" * 20}, change=jump)
    with pytest.raises(Unusable, match="NextPageUrl"):
        play("ucdp_brd", secrets={"token": "x" * 20}, change=lambda _a, _r: Reply.json({"Result": []}))
