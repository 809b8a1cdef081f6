"""A full disk and a register that may only be read: nothing acknowledged is lost, the page says so and keeps the words.

SQLite itself refuses here: it is told how many pages it may have, or to take no writing, and everything else is real.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory

from tocsin.desk.errors import TellErrors
from tocsin.response.register import people, record
from tocsin.response.register.models import LedgerCheckpoint, LedgerEntry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]
REASON = "Two services confirm it.\nThe road is closed <b>."


def act(ctx):
    with transaction.atomic():
        record.enter(ctx, kind="test.made", body={"reasons": REASON * 40})
        return record.checkpoint(ctx).size


def pragma(text):
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {text}").fetchone()


@contextmanager
def full() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # rows of earlier tests have left pages free
    (pages,), (limit,) = pragma("page_count"), pragma("max_page_count")
    pragma(f"max_page_count = {pages + 3}")
    try:
        yield
    finally:
        pragma(f"max_page_count = {limit}")


@contextmanager
def read_only() -> Iterator[None]:
    pragma("query_only = 1")
    try:
        yield
    finally:
        pragma("query_only = 0")


@pytest.mark.parametrize(
    ("state", "status", "says"),
    [(full, 507, "The disk of the register is full"), (read_only, 503, "The register may only be read")],
)
def test_what_was_acknowledged_stays_and_the_page_keeps_what_was_typed(ctx, settings, state, status, says):
    settings.TOCSIN = ctx.settings
    acknowledged = [act(ctx)]
    with state():
        with pytest.raises(DatabaseError) as told:
            for _ in range(1000):
                acknowledged.append(act(ctx))
        typed = {"reasons": REASON, "passphrase": "four unrelated words here", "csrfmiddlewaretoken": "t0ken"}
        request = RequestFactory().post("/docket/3/decide", typed)
        request.user = AnonymousUser()
        page = TellErrors(lambda _: None).process_exception(request, told.value)
    assert page is not None
    assert page.status_code == status
    text = page.content.decode()
    assert says in text
    assert "nothing of this was saved" in text
    assert "Two services confirm it.<br>The road is closed &lt;b&gt;." in text
    assert "four unrelated words" not in text
    assert "t0ken" not in text
    assert LedgerEntry.objects.count() == acknowledged[-1] == LedgerCheckpoint.objects.order_by("-size")[0].size
    assert not record.examine(ctx).faults
    assert act(ctx) == acknowledged[-1] + 1, "it goes on as soon as it can"


@pytest.mark.parametrize("path", ["/docket", "/directive"])
def test_a_page_opened_by_somebody_signed_in_says_what_is_wrong_when_its_session_cannot_be_written(
    ctx, settings, client, path
):
    """The session is written after the page is made, around everything that tells errors."""
    settings.TOCSIN, settings.SESSION_SAVE_EVERY_REQUEST = ctx.settings, True
    acknowledged = act(ctx)
    client.force_login(people.ensure_operator(ctx))
    client.raise_request_exception = False
    with read_only():
        page = client.get(path)
    told(page, 503, "The register may only be read")
    assert LedgerEntry.objects.count() >= acknowledged
    assert client.get(path).status_code == 200, "it goes on as soon as it can"


def test_signing_in_on_a_full_disk_says_so(ctx, settings, client):
    settings.TOCSIN = ctx.settings
    person = people.ensure_operator(ctx)
    person.set_password("four unrelated words here")
    person.save()
    client.raise_request_exception = False
    with full():
        with pytest.raises(DatabaseError):
            for _ in range(1000):
                session = SessionStore()
                session["kept"] = "x" * 3000
                session.create()
        page = client.post("/sign-in", {"name": "operator", "passphrase": "four unrelated words here"})
    told(page, 507, "The disk of the register is full")


def told(page, status, says):
    text = page.content.decode()
    assert (page.status_code, says in text) == (status, True)
    assert "What was acknowledged before stands in the register and its ledger: none of it is lost" in text
