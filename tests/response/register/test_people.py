"""People and posts: one operator at first, said plainly; every verdict has its rule."""

from __future__ import annotations

import pytest

from response.docket.desk import by
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import acts
from tocsin.response.register import people, situations
from tocsin.response.register.models import Holding, LedgerEntry, Person

pytestmark = pytest.mark.django_db


def test_at_first_one_operator_stands_in_for_every_post(ctx: Context) -> None:
    operator = people.ensure_operator(ctx)
    assert people.ensure_operator(ctx) == operator
    roll = people.roll()
    assert all(row["held_by"] == ["operator"] for row in roll)
    assert {row["post"] for row in roll if not row["stands_in"]} == {"operator"}
    assert not operator.has_usable_password(), "no default password exists"
    assert not operator.may_sign
    assert LedgerEntry.objects.filter(kind="post.stood_in").count() == 1


def test_a_post_that_is_given_away_is_held_no_more(ctx: Context) -> None:
    operator = people.ensure_operator(ctx)
    ada = people.add(ctx, "ada", "Ada", by("operator"))
    people.hold(ctx, "principal", ada, by("operator"))
    people.hold(ctx, "principal", ada, by("operator"))
    assert people.holders("principal") == [ada]
    assert "principal" not in people.posts_of(operator)
    assert Holding.objects.filter(post="principal").count() == 2, "who held it before stays in the record"
    people.ensure_operator(ctx)
    assert people.holders("principal") == [ada]
    assert LedgerEntry.objects.filter(kind="post.held").count() == 1


@pytest.mark.parametrize("post", ["principal", "analyst", "overseer"])
def test_only_the_operator_assigns_posts(ctx: Context, post: str) -> None:
    operator = people.ensure_operator(ctx)
    with pytest.raises(Refused, match="Only the operator"):
        people.hold(ctx, "analyst", operator, by(post))
    with pytest.raises(Refused, match="Only the operator"):
        people.add(ctx, "eve", "", by(post))


def test_a_name_is_used_once_and_a_post_must_exist(ctx: Context) -> None:
    ada = people.add(ctx, "ada", "", by("operator"))
    with pytest.raises(Refused, match="already an account"):
        people.add(ctx, "ADA", "", by("operator"))
    with pytest.raises(Misuse, match="account name"):
        people.add(ctx, "../x", "", by("operator"))
    with pytest.raises(Misuse, match="no post"):
        people.hold(ctx, "king", ada, by("operator"))


@pytest.mark.parametrize(
    ("actor", "rule"),
    [
        (people.Actor("principal", None, "desk"), "needs a signed-in person"),
        (people.Actor("principal", None, "telex"), "not by 'telex'"),
    ],
)
def test_default_deny(actor: people.Actor, rule: str) -> None:
    for act in ("bell", "acknowledge", "decide", "assign"):
        verdict = people.may(actor, act)
        assert not verdict.allowed
        assert rule in verdict.rule


def test_somebody_who_left_may_do_nothing(ctx: Context) -> None:
    ada = people.add(ctx, "ada", "", by("operator"))
    people.hold(ctx, "principal", ada, by("operator"))
    assert people.may(people.Actor("principal", ada, "desk"), "decide").allowed
    Person.objects.filter(pk=ada.pk).update(is_active=False)
    assert not people.may(people.Actor("principal", Person.objects.get(pk=ada.pk), "desk"), "bell").allowed


def test_every_verdict_names_a_rule() -> None:
    for post in ("analyst", "principal", "overseer", "operator"):
        for act in ("bell", "acknowledge", "decide", "review", "close", "complete", "assign", "anything"):
            verdict = people.may(by(post), act)
            assert len(verdict.rule) > 10
            assert verdict.allowed or verdict.ask


def test_a_situation_has_two_tracks_and_says_when_nobody_owns_one(ctx: Context) -> None:
    """M1: open any situation, two tracks; closing one leaves the other live; it warns when either has no owner."""
    assert [(t["track"], bool(t["warning"])) for t in situations.tracks("SDN")] == [
        ("prevention", True),
        ("response", True),
    ]
    situations.assign(ctx, "SDN", "prevention", "desk_officer", by("deputies"))
    prevention, response = situations.tracks("SDN")
    assert (prevention["owner"], prevention["warning"]) == ("desk_officer", None)
    assert response["warning"] == "Nobody owns the response track"
    with pytest.raises(Refused, match="with reasons"):
        acts.close_track(ctx, "SDN", "prevention", by("deputies"), reasons=" ")
    acts.close_track(ctx, "SDN", "prevention", by("deputies"), reasons="Killing is under way")
    prevention, response = situations.tracks("SDN")
    assert (prevention["state"], response["state"]) == ("closed", "open")
    assert response["warning"]
    for place, track in (("XXX", "response"), ("SDN", "aftermath")):
        with pytest.raises(Misuse):
            situations.assign(ctx, place, track, "desk_officer", by("deputies"))
