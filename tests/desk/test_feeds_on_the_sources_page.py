"""The sources page says of every feed what it lacks and what came of the last try, to those who run the house alone."""

from __future__ import annotations

import pytest
from django.test import Client

from tocsin.evidence.sources import live_ids, spec

pytestmark = pytest.mark.django_db


def test_every_feed_with_what_to_do_for_the_signed_in_and_nothing_for_passers_by(reader: Client) -> None:
    page = reader.get("/sources").content.decode()
    assert "How newer figures come" in page
    section = page.partition('id="feeds"')[2]
    assert [s for s in live_ids() if spec(s).title not in section.replace("&#x27;", "'")] == []
    assert "tocsin feeds fetch ucdp_ged" in section
    assert "keys/iati.key" in section
    outside = Client().get("/sources").content.decode()
    assert "How newer figures come" not in outside
    assert "keys/" not in outside
