"""What leaves the house: a share shows what was granted and nothing else; a summary binds nobody and names nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from response.docket.desk import by, kinds
from response.oversight.lived import SECRET, live
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket.models import Item
from tocsin.response.oversight import entries, shares
from tocsin.response.oversight.models import Share, ShareRead
from tocsin.response.oversight.summary import BOUND, NO_DISSENT, consent, summary, withdraw
from tocsin.response.register.models import Holding, LedgerBody, Person
from tocsin.response.register.people import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(ctx: Context, clock: FixedClock) -> Item:
    return Item.objects.get(pk=live(ctx, clock)["SDN"])


def granted(ctx: Context, item: Item, *fields: str, days: int = 30) -> tuple[Share, str]:
    until = ctx.now() + timedelta(days=days)
    return shares.share(ctx, by("desk_officer"), [item], organisation="legislature", fields=fields, until=until)


def test_a_partner_reads_the_granted_fields_and_every_read_is_logged(
    ctx: Context, clock: FixedClock, item: Item
) -> None:
    row, token = granted(ctx, item, "level", "place")
    clock.move(hours=5)
    told = shares.read(ctx, token, "json")
    assert told is not None
    assert told["items"] == [{"item": item.pk, "place": "SDN", "level": "alert"}]
    assert [(r.at, r.form) for r in row.reads.all()] == [(ctx.now(), "json")]
    assert token not in str(list(LedgerBody.objects.values_list("body", flat=True)))
    assert not Share.objects.filter(token_sha256=token).exists(), "the token itself is kept nowhere"


def test_no_field_tells_reasons_sources_or_people(ctx: Context, item: Item) -> None:
    _, token = granted(ctx, item, *shares.FIELDS)
    text = str(shares.read(ctx, token, "json"))
    for hidden in (SECRET, "Ada", "ucdp", "desk_officer", "412"):
        assert hidden not in text


def test_ended_revoked_unknown_and_too_often_open_nothing(ctx: Context, clock: FixedClock, item: Item) -> None:
    row, token = granted(ctx, item, "level", days=1)
    for _ in range(shares.READS_AN_HOUR):
        assert shares.read(ctx, token, "atom")
    assert shares.read(ctx, token, "atom") is None
    clock.move(hours=2)
    assert shares.read(ctx, token, "atom")
    shares.revoke(ctx, by("analyst"), row.pk)
    assert shares.read(ctx, token, "json") is None
    _, second = granted(ctx, item, "level", days=1)
    clock.move(days=2)
    assert shares.read(ctx, second, "json") is None
    for wrong in ("", "x", token[:-1], "\ud800"):
        assert shares.read(ctx, wrong, "json") is None
    assert ShareRead.objects.count() == shares.READS_AN_HOUR + 1
    with pytest.raises(Refused, match="revoked"):
        shares.revoke(ctx, by("analyst"), row.pk)
    assert [s["state"] for s in shares.listing(ctx.now())] == ["ended", "revoked"]


def test_nobody_nothing_and_no_field_are_refused(ctx: Context, item: Item) -> None:
    until, actor = ctx.now() + timedelta(days=3), by("desk_officer")
    good = {"organisation": "legislature", "fields": ["level"], "until": until}
    for wrong, error in (
        ({"organisation": ""}, Refused),
        ({"organisation": "strangers"}, Misuse),
        ({"fields": []}, Refused),
        ({"fields": ["reasons"]}, Misuse),
        ({"until": ctx.now()}, Refused),
        ({"until": ctx.now() + timedelta(days=999)}, Refused),
    ):
        with pytest.raises(error):
            shares.share(ctx, actor, [item], **{**good, **wrong})
    with pytest.raises(Refused, match="without a field or an item"):
        shares.share(ctx, actor, [], **good)
    with pytest.raises(Refused, match="no tier below"):
        shares.share(ctx, by("analyst"), [item], **good)
    assert not Share.objects.exists() and kinds()["share.made"] == 0


def person(name: str, shown: str, post: str, ctx: Context) -> Actor:
    who = Person.objects.create(username=name, display_name=shown)
    Holding.objects.create(person=who, post=post, since=ctx.now())
    return Actor(post=post, person=who, via="desk", signed=True)


def test_a_summary_keeps_dissent_and_names_nobody_unless_each_agreed(ctx: Context, clock: FixedClock) -> None:
    from response.docket.desk import Run, in_days, warning, weighed
    from tocsin.response.docket import acts

    acts.take_run(ctx, Run("r1", [warning(ctx, "SDN")]))
    number = Item.objects.get().pk
    amal, bela = person("amal", "Amal Haddad", "desk_officer", ctx), person("bela", "Bela Kun", "principal", ctx)
    words = {"kind": "decline", "review_on": in_days(ctx, 20), **weighed(number, decline=True)}
    acts.decide(ctx, number, amal, reasons="W1 is one report. Bela Kun asked for two.", **words)
    acts.decide(ctx, number, bela, reasons="W1 stands alone as yet", dissent="Amal would have sent a team", **words)
    told = summary(entries.from_register(), "SDN", ctx, names=True)
    assert [s["said"] for s in told["dissent"]] == ["[name withheld] would have sent a team"]
    assert told["bound"] == BOUND and told["names"] == []
    assert "2 of 2 have not consented" in told["names_withheld"]
    for name in ("amal", "Amal", "Haddad", "bela", "Bela", "desk_officer", "principal"):
        assert name not in str(told)
    consent(ctx, amal, "SDN")
    assert summary(entries.from_register(), "SDN", ctx, names=True)["names"] == [], (
        "one left out of a list is named by it"
    )
    consent(ctx, bela, "SDN")
    told = summary(entries.from_register(), "SDN", ctx, names=True, posts=True)
    assert sorted(told["names"]) == ["Amal Haddad", "Bela Kun"]
    assert {s["post"] for s in told["strands"]} == {"desk_officer", "principal"}
    assert summary(entries.from_register(), "SDN", ctx)["names"] == [], "consent is no wish to be named"
    withdraw(ctx, bela, "SDN")
    assert summary(entries.from_register(), "SDN", ctx, names=True)["names"] == []
    with pytest.raises(Refused, match="own"):
        consent(ctx, by("desk_officer"), "SDN")


def test_no_dissent_is_said_not_to_be_agreement(ctx: Context, item: Item) -> None:
    told = summary(entries.from_register(), "TUR", ctx)
    assert told["dissent"] == [] and told["no_dissent"] == NO_DISSENT
    with pytest.raises(Refused, match="No question"):
        summary(entries.from_register(), "CHE", ctx)
