"""Terms accepted, terms withdrawn from, a table given a meaning: each is in the ledger, or it is not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.evidence.test_quarantine import MAPPING

from tocsin.cli.main import main
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Misuse, Refused
from tocsin.desk import sourced
from tocsin.evidence.fetch import terms
from tocsin.evidence.fetch.feeds import feeds
from tocsin.evidence.sources import spec
from tocsin.evidence.store import home
from tocsin.response.register.models import LedgerBody, LedgerEntry
from tocsin.response.register.people import Actor

pytestmark = pytest.mark.django_db
ANALYST = Actor("analyst", None, "cli", "amal")
ACLED = spec("acled")
Run = Callable[..., tuple[int, dict[str, object]]]


@pytest.fixture
def run(ctx: Context, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in the context of the test."""
    for module in ("tocsin.cli.feeds.terms", "tocsin.cli.map"):
        monkeypatch.setattr(f"{module}.ready", lambda: None)
        monkeypatch.setattr(f"{module}.context", lambda: ctx)

    def _run(*words: str) -> tuple[int, dict[str, object]]:
        code = main(["--json", *words])
        out = capsys.readouterr().out
        return code, json.loads(out) if out else {}

    return _run


def entered() -> list[tuple[str, dict[str, object]]]:
    """Return what was entered of sources, with the bodies."""
    kinds = dict(LedgerEntry.objects.filter(kind__regex="^(terms|mapping)[.]").values_list("seq", "kind"))
    bodies = dict(LedgerBody.objects.filter(entry_id__in=kinds).values_list("entry_id", "body"))
    return [(kinds[seq], json.loads(bodies[seq])) for seq in sorted(kinds)]


def test_terms_are_accepted_withdrawn_from_and_accepted_anew(ctx: Context, run: Run, clock: FixedClock) -> None:
    who = ("--name", "Ada Example")
    assert run("feeds", "accept", "acled", *who, "--withdraw", "--why", "Nobody accepted them")[0] == 1
    code, told = run("feeds", "accept", "acled", *who)
    assert (code, told["accepted"]["name"]) == (0, "Ada Example")
    terms.require(ctx, ACLED)
    assert run("feeds", "accept", "acled", *who, "--why", "because")[0] == 2
    assert run("feeds", "accept", "acled", *who, "--withdraw", "--why", "no")[0] == 1
    clock.move(days=1)
    code, told = run("feeds", "accept", "acled", *who, "--withdraw", "--why", "The licence changed hands")
    assert (code, told["accepted"]) == (0, None)
    with pytest.raises(Refused, match="accepted its terms"):
        terms.require(ctx, ACLED)
    assert "must accept its terms" in next(f.missing for f in feeds(ctx) if f.source_id == "acled")
    shown = run("feeds", "terms", "acled")[1]
    assert shown["accepted"] is None
    assert shown["withdrawn"]["why"] == "The licence changed hands"
    assert shown["withdrawn"]["of"]["name"] == "Ada Example"
    assert run("feeds", "accept", "acled", *who)[0] == 0
    assert run("feeds", "terms", "acled")[1]["withdrawn"] is None
    (first, body), (second, gone), (third, _) = entered()
    assert (first, second, third) == ("terms.accepted", "terms.withdrawn", "terms.accepted")
    assert (body["source"], body["name"], gone["why"]) == ("acled", "Ada Example", "The licence changed hands")
    assert body["terms_sha256"] == gone["terms_sha256"] == terms.digest(ACLED.live.terms)  # type: ignore[union-attr, arg-type]


def test_a_table_given_a_meaning_is_entered_once(ctx: Context, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mapping.yml"
    path.write_bytes(MAPPING)
    code, told = run("map", "add", str(path))
    assert (code, told["id"]) == (0, "market_prices")
    assert run("map", "add", str(path))[1]["entry"] is None, "the same again changes nothing"
    path.write_bytes(MAPPING.replace(b"Prices of grain", b"Prices of millet"))
    assert run("map", "add", str(path))[1]["entry"] == told["entry"] + 1
    path.write_bytes(b"id: no mapping\n")
    assert run("map", "add", str(path))[0] == 1
    assert [(k, b["title"]) for k, b in entered()] == [
        ("mapping.added", "Prices of grain at markets"),
        ("mapping.added", "Prices of millet at markets"),
    ]


def test_what_the_register_cannot_enter_is_not_done(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    held, _ = sourced.accept(ctx, ANALYST, ACLED, "Ada Example")

    def stopped(*_: object, **__: object) -> None:
        raise Damaged("The record has stopped")

    with monkeypatch.context() as patched:
        patched.setattr(sourced, "entered", stopped)
        with pytest.raises(Damaged):
            sourced.withdraw(ctx, ANALYST, ACLED, "Ada Example", "The licence changed hands")
        with pytest.raises(Damaged):
            sourced.declare(ctx, ANALYST, MAPPING)
    assert terms.accepted(ctx, ACLED) == held
    assert home.ids(ctx) == ()

    # Entered, and then not written: neither stands.
    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(terms, "write_json", full)
        with pytest.raises(OSError, match="No space"):
            sourced.withdraw(ctx, ANALYST, ACLED, "Ada Example", "The licence changed hands")
    assert terms.accepted(ctx, ACLED) == held
    assert [kind for kind, _ in entered()] == ["terms.accepted"]
    with pytest.raises(Misuse, match="by a person"):
        sourced.accept(ctx, ANALYST, ACLED, "ada")
    with pytest.raises(Refused, match="at the desk needs"):
        sourced.accept(ctx, Actor("analyst", None, "desk"), ACLED, "Ada Example")
