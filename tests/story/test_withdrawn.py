"""An event that its publisher took back is told as that, with the day: not kept in silence, nor dropped in silence."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from tests.fakes.publishers import Publisher, ask, ready

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.evidence.events import one
from tocsin.evidence.events.listing import Asked, Event, page
from tocsin.evidence.events.withdrawn import in_list, withdrawn
from tocsin.evidence.fetch.feeds import feeds
from tocsin.evidence.sources import Part, spec
from tocsin.evidence.store.load import take


def mali(ctx: Context) -> Event:
    """The one event of the sample that lies in Mali, with three dead."""
    (event,) = page(ctx, Asked("MLI")).events
    assert event.dead == (3, 3)
    return event


@pytest.fixture
def acled(ctx: Context) -> Context:
    """A home with ACLED's terms accepted and its sample fetched."""
    with Publisher("acled") as publisher:
        ready(ctx, publisher)
        first = ask(ctx, publisher)
        assert first.outcome == "new"
        (said,) = [i for load in first.loads for i in load.issues if i["rule"] == "withdrawn"]
        assert "1 event of those listed here; 3 dead were told of them" in str(said["message"])
        assert said["weight"] == "warn"
        assert ask(ctx, publisher).ok
    return ctx


def test_an_event_that_acled_deleted_stays_as_told_and_says_when_it_was_withdrawn(
    acled: Context, clock: FixedClock
) -> None:
    event = mali(acled)
    (gone,) = in_list(acled, [event])[event.ref]
    assert (gone.event_id, f"{gone.withdrawn_at:%Y-%m-%d}") == ("XXX9002", "2026-11-21")
    assert gone.known_at == acled.now()
    shown = one.event(acled, event.ref)
    assert shown
    assert withdrawn(acled, shown.rows) == {event.ref: gone}
    day = clock.now().date()
    assert in_list(acled, [event], day)
    assert not in_list(acled, [event], day - timedelta(days=1)), "the day before nobody here knew it"
    assert not withdrawn(acled, shown.rows, day - timedelta(days=1))
    others = [e for e in page(acled, Asked("SDN")).events if e.ref != event.ref]
    assert others
    assert in_list(acled, others) == {}
    assert next(f.newest_period for f in feeds(acled) if f.source_id == "acled").startswith("2026-10")

    # A later list has it again, with others: it is known since the first that had it.
    clock.move(days=7)
    rows = [{"event_id_cnty": e, "deleted_timestamp": "1795305600"} for e in ("XXX9002", "XXX9001")]
    body = json.dumps({"data": rows}).encode()
    told = take(acled, "acled", [Part("acled-deleted.json", body)], "analyst", origin="test")
    (said,) = [i for i in told.issues if i["rule"] == "withdrawn"]
    assert "withdrew 1 event of those" in str(said["message"]), "the one that this list is the first to have"
    assert "dead were told" not in str(said["message"])
    (again,) = in_list(acled, [mali(acled)])[event.ref]
    assert (f"{again.withdrawn_at:%Y-%m-%d}", again.known_at) == ("2026-11-22", gone.known_at)
    assert len(in_list(acled, page(acled, Asked("SDN")).events)) == 1
    assert spec("acled").live.private  # type: ignore[union-attr]


def test_the_pages_and_commands_say_it(
    transactional_db: None, acled: Context, client, settings, capsys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tocsin.cli.main import main
    from tocsin.desk.context import context
    from tocsin.response.register.people import ensure_operator

    settings.TOCSIN = acled.settings
    settings.ALLOWED_HOSTS = ["testserver"]
    event = mali(acled)
    assert client.get(f"/events/{event.ref}").status_code == 302, "nothing of ACLED without signing in"
    client.force_login(ensure_operator(context()))
    told = client.get(f"/events/{event.ref}").content.decode()
    assert '<b>Withdrawn by its publisher</b> on <time datetime="2026-11-21' in told
    assert "<b>3</b> dead" in told
    assert "acled XXX9002 withdrawn by its publisher" in client.get("/places/MLI/events").content.decode()
    monkeypatch.setattr("tocsin.cli.events.looking.ready", lambda **_: None)
    monkeypatch.setattr("tocsin.cli.events.looking.context", lambda: acled)
    assert main(["events", "show", event.ref]) == 0
    assert f"{event.ref} withdrawn by its publisher on 2026-11-21" in capsys.readouterr().out
    assert main(["events", "list", "MLI"]) == 0
    assert "[withdrawn by its publisher]" in capsys.readouterr().out
    assert main(["--json", "events", "list", "MLI"]) == 0
    assert json.loads(capsys.readouterr().out)["withdrawn"][event.ref][0]["event_id"] == "XXX9002"
