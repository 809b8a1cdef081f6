"""ACLED: a token by password grant, pages of events behind it, errors as its documentation lists them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.fakes.publishers._words import Reply, Request

USERNAME, PASSWORD, GIVEN = "someone@example.org", "a password of many words", "an-access-token-that-was-given"

ENDPOINTS = {"/api/acled/read": "events.json", "/api/deleted/read": "deleted.json"}
SECRETS = {"username": USERNAME, "password": PASSWORD}
EXEMPT = {"duplicated_pages": "a second page is asked for after 5,000 events; see test_acled.py for a repeated one"}


def answer(request: Request, samples: Path) -> Reply:
    """Answer as acleddata.com does."""
    if request.path == "/oauth/token":
        return _token(request)
    endpoint = ENDPOINTS.get(request.path)
    if endpoint is None:
        return Reply.json({"message": "No route found"}, status=404)
    if request.headers.get("authorization") != f"Bearer {GIVEN}":
        return Reply.json({"message": "The resource owner or authorization server denied the request."}, status=401)
    rows = json.loads((samples / endpoint).read_text(encoding="utf-8"))["data"]
    rows = [row for row in rows if _asked(row, request)]
    size, page = int(request.query.get("limit", "5000")), int(request.query.get("page", "1"))
    shown = rows[(page - 1) * size : page * size]
    return Reply.json({"status": 200, "success": True, "count": len(shown), "messages": [], "data": shown})


def _token(request: Request) -> Reply:
    form = request.form
    if request.method != "POST" or form.get("grant_type") != "password" or form.get("client_id") != "acled":
        return Reply.json({"error": "invalid_client", "message": "Client authentication failed"}, status=401)
    if not form.get("username") or not form.get("password"):
        return Reply.json({"error": "invalid_grant", "message": "The user credentials were incorrect."}, status=400)
    given = {"token_type": "Bearer", "expires_in": 86400, "access_token": GIVEN, "refresh_token": "another-token"}
    return Reply.json(given)


def _asked(row: dict[str, str], request: Request) -> bool:
    """Whether a row passes the filters that are asked for."""
    query = request.query
    if query.get("event_date_where") == "BETWEEN":
        first, _, last = query["event_date"].partition("|")
        if not first <= row["event_date"] <= last:
            return False
    if query.get("deleted_timestamp_where") == ">=":
        return int(row["deleted_timestamp"]) >= int(query["deleted_timestamp"])
    return query.get("timestamp_where") != ">" or int(row["timestamp"]) > int(query["timestamp"])
