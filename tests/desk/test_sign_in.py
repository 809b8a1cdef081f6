"""Ways in: the link opens once, for fifteen minutes; no default password exists; guessing is slowed down."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from desk.conftest import PASSPHRASE
from tocsin.core.clock import FixedClock, SystemClock
from tocsin.core.errors import Refused
from tocsin.desk import context as desk_context
from tocsin.desk import throttle, tickets


@pytest.fixture
def still(desk) -> FixedClock:
    clock = FixedClock(datetime(2026, 11, 24, 9, tzinfo=UTC))
    desk_context.use_clock(clock)
    yield clock
    desk_context.use_clock(SystemClock())


def operator():
    from tocsin.response.register.models import Person

    return Person.objects.get(username="operator")


def test_only_the_hash_of_a_token_is_kept(still) -> None:
    from tocsin.response.register.models import LoginTicket

    token = tickets.issue(desk_context.context(), operator())
    ticket = LoginTicket.objects.get()
    assert ticket.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(vars(ticket))


def test_a_link_opens_once(still, client) -> None:
    token = tickets.issue(desk_context.context(), operator())
    assert client.get(f"/sign-in/{token}")["Location"] == "/welcome"
    client.logout()
    again = client.get(f"/sign-in/{token}")
    assert again.status_code == 409
    assert "tocsin login-link" in again.content.decode()


@pytest.mark.parametrize(("minutes", "opens"), [(0, True), (14, True), (15, False), (600, False)])
def test_a_link_lives_fifteen_minutes(still, minutes: int, opens: bool) -> None:
    token = tickets.issue(desk_context.context(), operator())
    now = still.at + timedelta(minutes=minutes)
    if opens:
        assert tickets.redeem(token, now).username == "operator"
    else:
        with pytest.raises(Refused):
            tickets.redeem(token, now)


def test_an_unknown_token_is_refused_alike(still) -> None:
    with pytest.raises(Refused, match="does not open"):
        tickets.redeem("made-up", still.at)


def test_there_is_no_default_password(still, client) -> None:
    assert not operator().has_usable_password()
    for guess in ("", "operator", "admin", "password", "tocsin"):
        assert client.post("/sign-in", {"name": "operator", "passphrase": guess}).status_code == 200
        assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("name", "first", "second", "says"),
    [
        ("Ada Example", "short", "short", "at least 12"),
        ("Ada Example", "passwordpassword", "passwordpasswordx", "The two differ"),
        ("A", PASSPHRASE, PASSPHRASE, "two letters or more"),
        ("Operator Two", PASSPHRASE, "", "required"),
    ],
)
def test_a_first_visit_refuses_a_weak_passphrase(still, client, name, first, second, says) -> None:
    client.force_login(operator())
    answer = client.post("/welcome", {"name": name, "passphrase": first, "again": second})
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not operator().may_sign


def test_name_and_passphrase_sign_in_later(still, client) -> None:
    client.force_login(operator())
    answer = client.post("/welcome", {"name": "Ada  Example", "passphrase": PASSPHRASE, "again": PASSPHRASE})
    assert answer.status_code == 302
    client.logout()
    answer = client.post("/sign-in?next=/docket", {"name": "ada example", "passphrase": PASSPHRASE, "next": "/docket"})
    assert answer["Location"] == "/docket"
    assert client.get("/docket").status_code == 200
    assert client.post("/sign-out").status_code == 302
    assert client.get("/docket").status_code == 302


def test_a_passphrase_is_not_changed_by_a_second_welcome(reader) -> None:
    assert reader.post("/welcome", {"name": "X Y", "passphrase": "x" * 20, "again": "x" * 20})["Location"] == "/"
    assert operator().check_password(PASSPHRASE)


def test_guessing_is_slowed_down_and_the_right_passphrase_waits_too(still, reader, client) -> None:
    reader.logout()
    for _ in range(throttle.PER_NAME):
        assert client.post("/sign-in", {"name": "Ada Example", "passphrase": "wrong"}).status_code == 200
    blocked = client.post("/sign-in", {"name": "Ada Example", "passphrase": PASSPHRASE})
    assert blocked.status_code == 429
    assert "Wait 15 minutes" in blocked.content.decode()
    still.move(minutes=16)
    assert client.post("/sign-in", {"name": "Ada Example", "passphrase": PASSPHRASE}).status_code == 302


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_signing_in_never_leads_elsewhere(still, reader, client, elsewhere: str) -> None:
    reader.logout()
    answer = client.post("/sign-in", {"name": "Ada Example", "passphrase": PASSPHRASE, "next": elsewhere})
    assert answer["Location"] == "/"
