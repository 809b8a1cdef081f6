"""Each channel against a receiver of its kind on this machine: what arrives, what a repetition does, what is hidden."""

from __future__ import annotations

import hashlib
import hmac
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.core.settings import Settings
from tocsin.response.docket.channels import Letter, Undelivered, channels
from tocsin.response.docket.channels.webhook import genuine

SECRET = "a-long-secret-of-the-receiver"
LETTER = Letter(
    key="item-7.rung-1.desk_officer",
    number=12,
    post="desk_officer",
    address="",
    subject="Item 7, Côte d’Ivoire (alert): acknowledge by Thu 26 Nov 2026 12:00 UTC",
    body="Élections. What will we do?\n" + "x" * 300 + "\n",
    created_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
    level="alert",
)


def to(address: str, **more: Any) -> Letter:
    return Letter(**{**vars(LETTER), "address": address, **more})


def at(tmp_path: Path, **words: Any) -> Context:
    return Context(settings=Settings(home=tmp_path, **words), clock=FixedClock(datetime(2026, 11, 23, 12, tzinfo=UTC)))


def keep(ctx: Context, name: str, secret: str, mode: int = 0o600) -> None:
    ctx.settings.keys.mkdir(parents=True, exist_ok=True)
    (ctx.settings.keys / name).write_text(secret)
    (ctx.settings.keys / name).chmod(mode)


@contextmanager
def listening(status: int = 200, answer: bytes = b"{}") -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A web server on this machine that keeps what it is sent."""
    seen: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append({"path": self.path, "body": body, "headers": dict(self.headers)})
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            self.wfile.write(answer)

        do_PUT = do_POST

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


def test_a_webhook_is_signed_and_names_its_letter_for_good(tmp_path: Path) -> None:
    ctx = at(tmp_path)
    keep(ctx, "webhook.secret", SECRET)
    with listening() as (url, seen):
        for _ in range(2):
            channels(ctx)["webhook"].send(ctx, to(f"{url}/tocsin"))
    assert seen[0]["body"] == seen[1]["body"], "a repetition is the same request"
    assert {s["headers"]["Idempotency-Key"] for s in seen} == {LETTER.key}
    stamp, signature = seen[0]["headers"]["Tocsin-Timestamp"], seen[0]["headers"]["Tocsin-Signature"]
    assert signature == hmac.new(SECRET.encode(), f"{stamp}.".encode() + seen[0]["body"], hashlib.sha256).hexdigest()
    now = ctx.now().timestamp()
    assert genuine(SECRET, stamp, seen[0]["body"], signature, now + 10)
    assert not genuine(SECRET, stamp, seen[0]["body"] + b" ", signature, now)
    assert not genuine(SECRET, stamp, seen[0]["body"], signature, now + 3600), "a replayed request"
    assert not genuine("another-secret", stamp, seen[0]["body"], signature, now)
    said = json.loads(seen[0]["body"])
    assert (said["key"], said["status"], said["level"]) == (LETTER.key, "Actual", "alert")


@pytest.mark.parametrize(("status", "lasting"), [(500, False), (429, False), (404, True), (302, False)])
def test_what_a_webhook_answers_decides_whether_it_is_tried_again(tmp_path: Path, status: int, lasting: bool) -> None:
    ctx = at(tmp_path)
    keep(ctx, "webhook.secret", SECRET)
    with listening(status) as (url, seen), pytest.raises(Undelivered) as failure:
        channels(ctx)["webhook"].send(ctx, to(f"{url}/tocsin"))
    assert failure.value.lasting is lasting
    assert len(seen) == 1, "no redirect is followed: it would carry the letter to somebody else"
    assert SECRET not in str(failure.value)


@pytest.mark.parametrize(
    "address", ["http://receiver.example/x", "ftp://receiver.example", "https://user:pass@receiver.example/"]
)
def test_a_webhook_goes_nowhere_unsafe(tmp_path: Path, address: str) -> None:
    ctx = at(tmp_path)
    keep(ctx, "webhook.secret", SECRET)
    with pytest.raises(Undelivered) as failure:
        channels(ctx)["webhook"].send(ctx, to(address))
    assert failure.value.lasting


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    ctx = at(tmp_path)
    keep(ctx, "webhook.secret", SECRET, mode=0o644)
    assert "chmod 600" in channels(ctx)["webhook"].fault(ctx, "https://receiver.example/")


def test_matrix_puts_a_letter_under_one_transaction(tmp_path: Path) -> None:
    with listening(answer=b'{"event_id": "$abc"}') as (url, seen):
        ctx = at(tmp_path, matrix_server=url)
        keep(ctx, "matrix.token", "syt_a_long_token")
        receipts = {channels(ctx)["matrix"].send(ctx, to("!room:server.example")).name for _ in range(2)}
    assert receipts == {"$abc"}
    assert len({s["path"] for s in seen}) == 1, "the server takes the second for the first"
    assert seen[0]["path"].startswith("/_matrix/client/v3/rooms/%21room%3Aserver.example/send/m.room.message/")
    assert seen[0]["headers"]["Authorization"] == "Bearer syt_a_long_token"
    assert "Côte d’Ivoire" in json.loads(seen[0]["body"])["body"]


class Mail(socketserver.StreamRequestHandler):
    """Enough of SMTP to take a mail, or to refuse its recipient."""

    taken: list[bytes] = []
    refuses = b""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"RCPT" and self.refuses:
                self.wfile.write(self.refuses)
            elif word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.wfile.write(b"250 taken\r\n")
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 yes\r\n")


@contextmanager
def mail_server(refuses: bytes = b"") -> Iterator[tuple[int, list[bytes]]]:
    handler = type("Here", (Mail,), {"taken": [], "refuses": refuses})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], handler.taken
        server.shutdown()


def test_a_mail_sent_twice_is_the_same_mail(tmp_path: Path) -> None:
    from email import message_from_bytes, policy

    with mail_server() as (port, taken):
        ctx = at(tmp_path, smtp_host="127.0.0.1", smtp_port=port, smtp_security="none", smtp_from="T <t@desk.example>")
        for _ in range(2):
            channels(ctx)["email"].send(ctx, to("officer@ministry.example"))
    assert taken[0] == taken[1]
    mail = message_from_bytes(taken[0], policy=policy.default)
    assert mail["Message-ID"] == "<item-7.rung-1.desk_officer@desk.example>"
    assert mail["Subject"] == LETTER.subject
    assert mail.get_content().replace("\r\n", "\n") == LETTER.body
    assert mail["Auto-Submitted"] == "auto-generated"
    assert taken[0].isascii()


def test_a_refused_recipient_is_given_up_and_a_busy_server_is_not(tmp_path: Path) -> None:
    for answer, lasting in ((b"550 no such box\r\n", True), (b"450 later\r\n", False)):
        with mail_server(answer) as (port, taken):
            ctx = at(tmp_path, smtp_host="127.0.0.1", smtp_port=port, smtp_security="none")
            with pytest.raises(Undelivered) as failure:
                channels(ctx)["email"].send(ctx, to("officer@ministry.example"))
        assert failure.value.lasting is lasting
        assert not taken


def test_mail_never_leaves_the_machine_unencrypted(tmp_path: Path) -> None:
    ctx = at(tmp_path, smtp_host="mail.example", smtp_security="none")
    assert "unencrypted" in channels(ctx)["email"].fault(ctx, "officer@ministry.example")
    # The server offers no STARTTLS: the password and the letter stay here.
    with mail_server() as (port, taken):
        ctx = at(tmp_path, smtp_host="127.0.0.1", smtp_port=port)
        with pytest.raises(Undelivered):
            channels(ctx)["email"].send(ctx, to("officer@ministry.example"))
    assert not taken


@pytest.mark.parametrize("subject", ["Two\r\nBcc: spy@example.org", "Plain\nX: y"])
def test_no_header_is_smuggled_in(tmp_path: Path, subject: str) -> None:
    from tocsin.response.docket.channels import mail

    head = mail.compose(to("", subject=subject), mail.DOCKET, "a@b.example").split(b"\r\n\r\n")[0]
    assert not any(line.startswith((b"Bcc", b"X:")) for line in head.split(b"\r\n"))


def test_sms_by_a_provider_says_the_key_and_hides_the_account(tmp_path: Path) -> None:
    """Apprise's plain JSON notifier stands in for a provider: the same library, the same call."""
    with listening() as (url, seen):
        ctx = at(tmp_path)
        keep(ctx, "sms.apprise", url.replace("http://", "json://account:pass-word-9@") + "/{to}")
        channels(ctx)["sms"].send(ctx, to("+41791234567", body="Tocsin item 7, alert: acknowledge by noon."))
    assert seen[0]["path"].startswith("/%2B41791234567") or "+41791234567" in seen[0]["path"]
    assert LETTER.key in json.loads(seen[0]["body"])["message"], "a person sees a duplicate as one"
    with listening(500) as (url, _):
        keep(ctx, "sms.apprise", url.replace("http://", "json://account:pass-word-9@") + "/{to}")
        with pytest.raises(Undelivered) as failure:
            channels(ctx)["sms"].send(ctx, to("+41791234567"))
    for hidden in ("pass-word-9", "account", "+41791234567"):
        assert hidden not in str(failure.value)


def test_an_operators_own_channel_takes_the_place_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "our_pager.py").write_text(
        "class Pager:\n    id, open, disturbs, once = 'sms', True, True, True\nCHANNELS = [Pager()]\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert type(channels(at(tmp_path, channels="our_pager"))["sms"]).__name__ == "Pager"
    with pytest.raises(Misuse, match="TOCSIN_CHANNELS"):
        channels(at(tmp_path, channels="no_such_module"))


def test_every_channel_says_what_keeps_it_from_an_address(tmp_path: Path) -> None:
    ctx = at(tmp_path)
    said = {name: channel.fault(ctx, "nobody") for name, channel in channels(ctx).items()}
    assert not said.pop("page")
    assert not said.pop("mailbox")
    assert all(said.values()), said
