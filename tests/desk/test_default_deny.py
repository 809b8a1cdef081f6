"""Default deny: every address, asked for by nobody. A new page is closed until it is put on the list of open ones."""

from __future__ import annotations

import re

import pytest
from django.urls import URLPattern

from tocsin.desk.urls import urlpatterns

OPEN = {"track_record", "hub", "accountability", "released", "sources", "checkpoint", "sign_in", "sign_in_by_link"} | {
    "ledger",
    "verifier",
    "verifier_key",
    "tripwires",
    "tripwire",
    "feed_checkpoints",
    "feed_lapses",
    "share",
    "acknowledge_by_link",
}
SAMPLES = {
    "place_id": "SDN",
    "what": "onset",
    "track": "response",
    "number": 1,
    "source_id": "vdem",
    "option_id": "D05",
    "procedure_id": "U01",
    "case_id": "C01",
    "tripwire_id": "forecast_level",
    "post": "deputies",
    "token": "not-a-token",
    "ref": "0" * 20,
    "form": "json",
    "suffix": "csv",
    "version": "2",
    "framework_id": "us_araf",
    "form_id": "us_araf",
    "edition": "csv",
    "certificate": "0" * 64,
}


def address(pattern: URLPattern) -> str:
    from django.urls import reverse

    names = pattern.pattern.regex.groupindex
    return reverse(pattern.name, kwargs={name: SAMPLES[name] for name in names})


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda p: p.name)
def test_nobody_sees_what_is_not_listed_as_open(pattern: URLPattern, desk, client) -> None:
    for method in (client.get, client.post):
        answer = method(address(pattern))
        if pattern.name in OPEN:
            assert answer.status_code in {200, 404, 405, 409}, f"{pattern.name} is listed as open"
        else:
            assert answer.status_code == 302
            assert answer["Location"].startswith("/sign-in?next=")


def test_every_page_has_a_name() -> None:
    assert all(isinstance(p, URLPattern) and p.name for p in urlpatterns)


OPEN_PAGES = "/track-record /hub /tripwires /tripwires/forecast_level /accountability /sources /ledger /sign-in"


@pytest.mark.parametrize("url", OPEN_PAGES.split())
def test_open_pages_show_no_current_item(url: str, desk, client, item) -> None:
    from tocsin.response.docket.models import Item

    text = client.get(url).content.decode()
    main = text.split("<main", 1)[1].split("</main>", 1)[0]
    assert "/docket" not in main
    assert "/places/" not in main
    for open_item in Item.objects.exclude(state="closed"):
        assert open_item.question not in main


def test_the_checkpoint_feed_is_a_signed_note_and_nothing_else(desk, client) -> None:
    from tocsin.desk.context import context
    from tocsin.response.register import record

    assert client.get("/checkpoint").status_code == 404
    record.checkpoint(context())
    answer = client.get("/checkpoint")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    assert re.search(r"^— \S+ \S+$", answer.content.decode(), re.MULTILINE)


def test_a_reader_without_a_post_is_told_which_rule_hides_the_act(desk, client, item) -> None:
    from tocsin.response.register.models import Person

    client.force_login(Person.objects.create(username="nobody"))
    answer = client.get(f"/docket/{item.pk}").content.decode()
    assert "You hold no post of the directive" in answer
    assert f'href="/docket/{item.pk}/decide"' not in answer
    refused = client.post(f"/docket/{item.pk}/acknowledge", {"post": "principal"})
    assert refused.status_code == 409
    assert "does not hold the post" in refused.content.decode()
    item.refresh_from_db()
    assert item.steps.get().acknowledged_at is None


@pytest.mark.parametrize(
    "path", ["/", "/docket", "/docket/1/decide", "/brief.pdf", "/brief.json", "/sign-in", "/sources"]
)
def test_no_page_is_kept_by_a_browser_or_a_proxy(reader, path: str) -> None:
    assert reader.get(path).headers["Cache-Control"] == "no-store"
