"""ACLED by its API: a token for the account, then pages of events that were added or changed since the last fetch.

https://acleddata.com/api-documentation/getting-started: POST to ``/oauth/token`` with ``username, password,
grant_type=password, client_id=acled`` gives ``access_token`` (24 hours). ``/api/acled/read`` takes ``_format=json``,
``limit`` (5,000 unless asked otherwise), ``page`` from 1, and filters ``NAME`` with ``NAME_where``; a page that is not
full is the last. ``timestamp`` is when an event was last changed. 401: the token is invalid or has expired; 403: the
account may not, or has not accepted the terms.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tocsin.evidence.fetch.ask import Answer, Ask, Plan, Unusable, Wanted

PAGE = 5000
FIRST_DAYS = 365
"""How far back the first fetch looks when nobody says; more is asked for by --since."""
OVERLAP_DAYS = 14
"""Asked again before the last fetch: more than ACLED's week and its grace, so that no event at all means silence."""
REFUSED = "ACLED does not accept the e-mail address and password"
NO_ACCESS = "Sign in at https://acleddata.com/, accept the terms there and see whether the account may use the API"


def plan(wanted: Wanted) -> Plan:
    """Ask for events by day when a person names days, else for what was changed since the last fetch."""
    token = yield from _token(wanted)
    asked = _filters(wanted)
    page, renewed = 1, False
    while True:
        answer = yield Ask(
            f"{wanted.base}/acled/read",
            params={"_format": "json", "limit": str(PAGE), "page": str(page), **asked},
            headers={"Authorization": f"Bearer {token}"},
            secret=("Authorization",),
            name="acled-events.json",
            also=(401, 403),
        )
        if answer.status == 403:
            raise Unusable("ACLED answers that this account has no access", NO_ACCESS)
        if answer.status == 401:
            if renewed:
                raise Unusable("ACLED refuses a token that it has just given", NO_ACCESS)
            token, renewed = (yield from _token(wanted)), True
            continue
        renewed = False
        if _rows(answer) < PAGE:
            return wanted.onward({"changed": wanted.now.astimezone(UTC).isoformat()})
        page += 1


def _token(wanted: Wanted) -> Generator[Ask, Answer, str]:
    """Return an access token. It is asked for anew at each fetch and is kept nowhere."""
    host = urlsplit(wanted.base)
    answer = yield Ask(
        f"{host.scheme}://{host.netloc}/oauth/token",
        method="POST",
        form={
            "username": wanted.secrets["username"],
            "password": wanted.secrets["password"],
            "grant_type": "password",
            "client_id": "acled",
        },
        secret=("username", "password"),
        keep=False,
        also=(400, 401, 403),
    )
    if answer.status != 200:
        raise Unusable(REFUSED, "Look at keys/acled.username and keys/acled.password")
    said = answer.json()
    token = said.get("access_token") if isinstance(said, dict) else None
    if not isinstance(token, str) or not token:
        raise Unusable("ACLED's answer holds no access_token", NO_ACCESS)
    return token


def _filters(wanted: Wanted) -> dict[str, str]:
    """Return what is asked for: days a person named, else everything changed since the last fetch, else a year."""
    if wanted.since or wanted.until or "changed" not in wanted.last:
        today = wanted.now.date()
        since, until = wanted.since or today - timedelta(days=FIRST_DAYS), wanted.until or today
        return {"event_date": f"{since}|{until}", "event_date_where": "BETWEEN"}
    last = datetime.fromisoformat(wanted.last["changed"]) - timedelta(days=OVERLAP_DAYS)
    return {"timestamp": str(int(last.timestamp())), "timestamp_where": ">"}


def _rows(answer: Answer) -> int:
    """Return how many events a page holds. Raises Unusable when it says another number than it holds."""
    said = answer.json()
    rows = said.get("data") if isinstance(said, dict) else None
    if not isinstance(rows, list):
        message = str(said.get("message") or said.get("error") or "") if isinstance(said, dict) else ""
        raise Unusable(f"ACLED's answer holds no list of events{f': {message[:120]}' if message else ''}")
    count = said.get("count")
    if count is not None and str(count) != str(len(rows)):
        raise Unusable(f"ACLED's page says it holds {count} events and holds {len(rows)}")
    return len(rows)
