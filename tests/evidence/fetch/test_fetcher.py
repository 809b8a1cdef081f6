"""The fetcher towards a publisher whose server may be hostile, and a line that may break: told, kept, never fooled."""

from __future__ import annotations

import gzip
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.publishers import Publisher, Reply, Request, ask, ready
from tests.fakes.publishers.ucdp_ged import TOKEN

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Misuse, Refused
from tocsin.core.locks import alone
from tocsin.evidence.fetch import body, feeds
from tocsin.evidence.fetch.hosts import allowed
from tocsin.evidence.fetch.line import loopback
from tocsin.evidence.fetch.patience import Patience, retry_after
from tocsin.evidence.fetch.problems import Wrong
from tocsin.evidence.sources import spec

LIVE = spec("ucdp_ged").live
assert LIVE is not None


@pytest.fixture
def ucdp(ctx: Context) -> Iterator[Publisher]:
    """UCDP on loopback, with its token in the data folder."""
    with Publisher("ucdp_ged") as publisher:
        ready(ctx, publisher)
        yield publisher


def bent(publisher: Publisher, change: Callable[[Request, Reply], Reply]) -> None:
    """Lay a change of the test's own over what the publisher answers."""
    real = publisher.module.answer
    publisher.module = SimpleNamespace(answer=lambda q, s: change(q, real(q, s)))  # type: ignore[assignment]


def everything_written(ctx: Context) -> bytes:
    """Every byte under the store, names included."""
    files = [p for p in ctx.settings.store.rglob("*") if p.is_file()]
    return b"\n".join(p.name.encode() + p.read_bytes() for p in files)


@pytest.mark.parametrize(
    "url",
    [
        "http://ucdp.uu.se/downloads/x",
        "https://ucdp.uu.se.evil.example/x",
        "https://evil.example/ucdp.uu.se",
        "https://ucdp.uu.se@evil.example/x",
        "https://name:word@ucdp.uu.se/x",
        "https://ucdp.uu.se:8443/x",
        "https://127.0.0.1/x",
        "file:///etc/passwd",
        "//evil.example/x",
        "https://ucdp.uu.se\\@evil.example/x",
        "https://ucdp.uu.se/x\r\nHost: evil.example",
        "https:///x",
        "https://ucdp.uu.se/" + "x" * 5000,
        "",
    ],
)
def test_no_other_address_is_asked(url: str) -> None:
    with pytest.raises(Wrong):
        allowed(url, LIVE)


@given(st.text(max_size=60))
def test_whatever_an_answer_names_is_a_declared_host_by_https_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://ucdp.uu.se{text}", f"https://{text}/ucdp.uu.se"):
        try:
            address = allowed(url, LIVE)
        except Wrong:
            continue
        assert address.scheme == "https"
        assert address.host.rstrip(".") in LIVE.hosts
        assert not address.userinfo


def test_a_redirect_within_the_publisher_is_followed_without_the_secret_and_no_other(
    ctx: Context, ucdp: Publisher
) -> None:
    def onward(request: Request, reply: Reply) -> Reply:
        if request.host == "ucdpapi.pcr.uu.se":
            return Reply(302, b"", {"Location": f"https://ucdp.uu.se/downloads{request.path}"})
        return reply

    bent(ucdp, onward)
    fetched = ask(ctx, ucdp)
    assert fetched.outcome == "failed" or fetched.unchanged or fetched.loads
    led = [r for r in ucdp.requests if r.path.startswith("/downloads/api/")]
    assert led
    assert not any("x-ucdp-access-token" in r.headers for r in led)


def test_a_redirect_away_and_one_to_http_are_refused(ctx: Context, ucdp: Publisher) -> None:
    for place in ("https://elsewhere.invalid/x", "http://ucdp.uu.se/x", "//elsewhere.invalid/x", "file:///etc/passwd"):
        before = len(ucdp.requests)
        with Publisher("ucdp_ged") as other:
            bent(other, lambda _, __, place=place: Reply(302, b"", {"Location": place}))  # type: ignore[misc]
            fetched = ask(ctx, other)
        assert fetched.rule in {"host", "address"}
        assert len(ucdp.requests) == before


def test_the_secret_stands_in_no_record_log_message_or_snapshot(
    ctx: Context, ucdp: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[str] = []
    with caplog.at_level(logging.DEBUG):
        fetched = ask(replace(ctx, progress=said.append), ucdp)
        ucdp.fault("throttled")
        ask(replace(ctx, progress=said.append), ucdp)
        ucdp.mend()
        ucdp.fault("repeats_the_secret")
        leaking = ask(replace(ctx, progress=said.append), ucdp)
    assert fetched.outcome == "new"
    assert any(r.headers.get("x-ucdp-access-token") == TOKEN for r in ucdp.requests), "it was sent"
    assert TOKEN.encode() not in everything_written(ctx)
    assert TOKEN not in caplog.text + " ".join(said) + str(fetched) + str(leaking)


def test_a_secret_open_to_others_or_of_two_lines_is_not_used(ctx: Context, ucdp: Publisher) -> None:
    file = ctx.settings.keys / "ucdp.token"
    file.chmod(0o644)
    with pytest.raises(Refused, match="chmod 600"):
        ask(ctx, ucdp)
    file.write_text("one\ntwo\n")
    file.chmod(0o600)
    with pytest.raises(Refused, match="more than one line"):
        ask(ctx, ucdp)
    assert not ucdp.requests


def test_a_large_file_that_breaks_off_is_taken_up_where_it_broke(
    ctx: Context, ucdp: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "RESUME_FROM", 1000)
    ucdp.fault("truncated", times=1)
    fetched = ask(ctx, ucdp)
    assert fetched.outcome == "new", fetched.said
    ranges = [r.headers["range"] for r in ucdp.requests if "range" in r.headers]
    assert len(ranges) == 1
    assert int(ranges[0].removeprefix("bytes=").rstrip("-")) > 1000
    assert not list((ctx.settings.store / "ucdp_ged" / "partial").glob("*"))


def test_what_is_taken_up_must_be_the_same_version(
    ctx: Context, ucdp: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "RESUME_FROM", 1000)
    ucdp.fault("truncated", times=1)

    def other_version(request: Request, reply: Reply) -> Reply:
        return reply if "range" not in request.headers else replace(reply, headers={**reply.headers, "Etag": '"v2"'})

    bent(ucdp, other_version)
    assert ask(ctx, ucdp).outcome == "new"
    asked = zip(ucdp.requests, ucdp.replies, strict=True)
    assert [r.status for q, r in asked if "251" in q.path] == [200, 200], "the whole was sent, not the rest of another"


def test_stopped_in_the_middle_nothing_is_lost_and_the_next_fetch_goes_on(ctx: Context, ucdp: Publisher) -> None:
    def stop(line: str) -> None:
        if "GEDEvent_v26_0_9" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(replace(ctx, progress=stop), ucdp)
    (feed,) = [f for f in feeds(ctx) if f.source_id == "ucdp_ged"]
    assert feed.outcome == "interrupted"
    assert feed.newest_period.startswith("2026-09"), "what came whole is in force"
    yearly = len([r for r in ucdp.requests if r.path.endswith("zip")])
    fetched = ask(ctx, ucdp)
    assert fetched.outcome == "new"
    assert "ged251-csv.zip" in fetched.unchanged
    again = [r for r in ucdp.requests if r.path.endswith("zip")][yearly:]
    assert all("if-none-match" in r.headers for r in again if "251" in r.path)


def test_waits_as_the_publisher_asks_and_leaves_it_alone_when_that_is_long(
    ctx: Context, clock: FixedClock, ucdp: Publisher
) -> None:
    ucdp.fault("throttled", times=2)
    assert ask(ctx, ucdp).ok
    ucdp.mend()
    bent(ucdp, lambda _, __: Reply(429, b"", {"Retry-After": "7200", "Content-Type": "text/html"}))
    asked = len(ucdp.requests)
    fetched = ask(ctx, ucdp)
    assert fetched.not_before == "2026-11-23T14:00:00Z"
    assert len(ucdp.requests) == asked + 1, "it was not asked again"
    with pytest.raises(Refused, match="left alone until"):
        ask(ctx, ucdp)
    clock.move(hours=3)
    assert ask(ctx, ucdp).outcome == "failed"


def test_a_hostile_retry_after_cannot_silence_a_feed_for_ever(clock: FixedClock) -> None:
    assert retry_after("999999999", clock.now()) == 86_400
    assert retry_after("Fri, 31 Dec 9999 23:59:59 GMT", clock.now()) == 86_400
    assert retry_after("Mon, 23 Nov 2026 12:01:00 GMT", clock.now()) == 60
    assert retry_after("Mon, 23 Nov 2020 12:01:00 GMT", clock.now()) == 0
    for odd in ("", "soon", "-1", "1e9", "Mon, 23 Nov 2026"):
        assert retry_after(odd, clock.now()) is None


def test_hosts_are_asked_no_more_often_than_declared() -> None:
    slept: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    patience = Patience(sleep=sleep, clock=lambda: now[0])
    for _ in range(4):
        patience.before("a.example", 30)
    patience.before("b.example", 30)
    assert slept == [2.0, 2.0, 2.0]


def test_packed_answers_are_bounded_when_unpacked(ctx: Context, ucdp: Publisher) -> None:
    bomb = gzip.compress(b"0" * 5_000_000)
    assert len(bomb) < 10_000
    kind = {"Content-Type": "application/zip", "Content-Encoding": "gzip"}
    bent(ucdp, lambda _, __: Reply(200, bomb, kind))
    assert ask(ctx, ucdp).rule == "too-large"


def test_all_members_of_a_packed_answer_are_one_answer(ctx: Context, ucdp: Publisher) -> None:
    def packed(more: bytes = b"") -> Callable[[Request, Reply], Reply]:
        return lambda _, r: replace(
            r,
            body=gzip.compress(r.body[:40]) + gzip.compress(r.body[40:]) + more,
            headers={**r.headers, "Content-Encoding": "gzip"},
        )

    bent(ucdp, packed())
    assert ask(ctx, ucdp).ok
    bent(ucdp, packed(b"garbage"))
    assert ask(ctx, ucdp).rule == "broken-off"


@pytest.mark.parametrize("length", ["999999999999", "-5", "1e3"])
def test_a_lying_length_is_no_way_in(length: str, ctx: Context, ucdp: Publisher) -> None:
    bent(ucdp, lambda _, r: replace(r, headers={**r.headers, "Content-Length": length}))
    assert not ask(ctx, ucdp, max_seconds=1).ok


def test_headers_that_drip_end_at_the_same_deadline(ctx: Context) -> None:
    import socket

    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        with suppress_closed():
            while not over.is_set():
                line, _ = server.accept()
                line.sendall(b"HTTP/1.1 200 OK\r\n")
                while not over.wait(0.02):
                    line.sendall(b"X-More: 1\r\n")

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    with Publisher("ucdp_ged") as publisher:
        ready(ctx, publisher)
        route = f"http://127.0.0.1:{server.getsockname()[1]}"
        publisher.__class__ = type("Led", (Publisher,), {"route": property(lambda _: route)})
        fetched = ask(ctx, publisher, max_seconds=0.3)
    over.set()
    server.close()
    assert fetched.rule in {"slow", "broken-off"}, fetched.said


def suppress_closed() -> object:
    from contextlib import suppress

    return suppress(OSError)


def test_two_fetches_of_one_source_do_not_run_at_once(ctx: Context, ucdp: Publisher) -> None:
    with (
        alone(ctx.settings.store / "ucdp_ged" / "fetch.lock", "A fetch"),
        pytest.raises(Refused, match="under way already"),
    ):
        ask(ctx, ucdp)


def test_a_kept_answer_that_was_altered_is_noticed(ctx: Context, ucdp: Publisher) -> None:
    first = ask(ctx, ucdp)
    kept = next(a for a in first.asks if str(a["url"]).endswith("zip") and a["status"] == 200)
    (ctx.settings.store / "ucdp_ged" / "raw" / str(kept["sha256"])).write_bytes(b"altered")
    with pytest.raises(Damaged, match="not what the publisher sent"):
        ask(ctx, ucdp)


def test_only_loopback_can_stand_in_for_a_publisher() -> None:
    assert loopback("http://127.0.0.1:8000") == ("127.0.0.1", 8000)
    for route in ("http://elsewhere.invalid:80", "https://127.0.0.1:1", "http://127.0.0.1", "http://127.0.0.1:1/x"):
        with pytest.raises(ValueError, match="not http"):
            loopback(route)


def test_a_sample_is_never_data(ctx: Context) -> None:
    from tocsin.evidence.sources.spec import sample_folder
    from tocsin.evidence.store import load

    outcome = load(ctx, "ucdp_ged", sample_folder("ucdp_ged") / "gedevents.json", "analyst")
    assert outcome.outcome == "refused"
    assert outcome.issues[0]["rule"] == "sample"


def test_who_cannot_be_fetched_is_told_who_can(ctx: Context) -> None:
    from tocsin.evidence.fetch import fetch

    with pytest.raises(Misuse, match="Choose one of"):
        fetch(ctx, "facts_coups")


def test_nothing_is_written_outside_the_store(ctx: Context, ucdp: Publisher, tmp_path: Path) -> None:
    bent(ucdp, lambda _, r: replace(r, headers={**r.headers, "Content-Disposition": "attachment; filename=../../x"}))
    ask(ctx, ucdp)
    made = {p.relative_to(tmp_path / "home").parts[0] for p in (tmp_path / "home").rglob("*")}
    assert made <= {"keys", "store", "events.sqlite3"}
    assert {p.name for p in tmp_path.iterdir()} == {"home"}
