"""ACLED by its API: a token for the account, pages of events added or changed since the last fetch, and those deleted.

https://acleddata.com/api-documentation/getting-started: POST to ``/oauth/token`` with ``username, password,
grant_type=password, client_id=acled`` gives ``access_token`` (24 hours). ``/api/acled/read`` takes ``_format=json``,
``limit`` (5,000 unless asked otherwise), ``page`` from 1, and filters ``NAME`` with ``NAME_where``; a page that is not
full is the last. ``timestamp`` is when an event was last changed. https://acleddata.com/api-documentation/deleted-endpoint:
``/api/deleted/read``, asked the same way, lists ``event_id_cnty`` and ``deleted_timestamp`` (Unix time) of events that
were taken out again; filter ``deleted_timestamp``. 401: the token is invalid or has expired; 403: the
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
    """Ask for events by day when a person names days, else for what was changed since the last fetch; then what went.

    What ACLED deleted before anything was fetched may stand here all the same, loaded by hand: the first fetch asks for
    all of it.
    """
    token = yield from _token(wanted)
    token = yield from _pages(wanted, token, "acled", "acled-events.json", _filters(wanted))
    yield from _pages(wanted, token, "deleted", "acled-deleted.json", _since_last(wanted, "deleted_timestamp", ">="))
    return wanted.onward({"changed": wanted.now.astimezone(UTC).isoformat()})


def _pages(
    wanted: Wanted, token: str, endpoint: str, name: str, filters: dict[str, str]
) -> Generator[Ask, Answer, str]:
    """Ask an endpoint page by page until one is not full; return the token, which may be another by then."""
    page, renewed = 1, False
    while True:
        answer = yield Ask(
            f"{wanted.base}/{endpoint}/read",
            params={"_format": "json", "limit": str(PAGE), "page": str(page), **filters},
            headers={"Authorization": f"Bearer {token}"},
            secret=("Authorization",),
            name=name,
            also=(401, 403),
            may_be_none=endpoint == "deleted",
        )
        if answer.status == 403:
            raise Unusable(f"ACLED answers that this account has no access to {name.partition('.')[0]}", NO_ACCESS)
        if answer.status == 401:
            if renewed:
                raise Unusable("ACLED refuses a token that it has just given", NO_ACCESS)
            token, renewed = (yield from _token(wanted)), True
            continue
        renewed = False
        if _rows(answer) < PAGE:
            return token
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
    return _since_last(wanted, "timestamp", ">")


def _since_last(wanted: Wanted, column: str, than: str) -> dict[str, str]:
    """Return the filter for what is dated since the last fetch, with an overlap; none when there was no fetch."""
    if "changed" not in wanted.last:
        return {}
    last = datetime.fromisoformat(wanted.last["changed"]) - timedelta(days=OVERLAP_DAYS)
    return {column: str(int(last.timestamp())), f"{column}_where": than}


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
