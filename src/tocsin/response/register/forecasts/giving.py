"""Give a probability: the first word blind, the next after seeing others'. What the ledger gets first is a seal."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.register.assessments.sheets import seal
from tocsin.response.register.forecasts.questions import Rule, found, is_asked, is_open, model_number
from tocsin.response.register.models import Forecast, ForecastQuestion
from tocsin.response.register.people import Actor, hand, may

THOUSANDTH = Decimal("0.001")
SAW = ("yes", "no", "n/a")
BLIND = "Nobody sees what others or the model say before giving a number of their own"


def probability(text: str) -> Decimal:
    """Return a probability from ``0.12``, ``.12``, ``12%`` or ``1 in 8``, to a thousandth.

    Raises Refused for 0 and 1 and what is nearer to them than .001, Misuse for what is no number.
    """
    word = text.strip().replace(",", ".")
    try:
        if word.endswith("%"):
            value = Decimal(word[:-1].strip()) / 100
        elif " in " in word:
            hits, _, of = word.partition(" in ")
            value = Decimal(hits.strip()) / Decimal(of.strip())
        else:
            value = Decimal(word)
        if not value.is_finite():
            raise InvalidOperation
    except (InvalidOperation, ZeroDivisionError):
        raise Misuse(f"{text[:40]!r} is no probability", todo="Write 0.12, 12% or 1 in 8") from None
    if not 0 <= value <= 1:
        raise Misuse(
            f"{text[:40]!r} is no probability", todo="Write a number from .001 to .999, or a percentage with %"
        )
    if value < THOUSANDTH or value > 1 - THOUSANDTH:
        sure = "never" if value < THOUSANDTH else "certain"
        far = ".001" if value < THOUSANDTH else ".999"
        raise Refused(
            f"{text[:40].strip()} says {sure}, and nobody can know that; one miss would outweigh every other forecast",
            todo=f"You may go to {far}",
        )
    return value.quantize(THOUSANDTH)


def own(one: ForecastQuestion, actor: Actor) -> list[Forecast]:
    """Return what this forecaster gave to a question, oldest first."""
    return own_of(one, hand(actor.person, actor.os_user))


def own_of(one: ForecastQuestion, whose: str) -> list[Forecast]:
    """Return what a hand gave to a question, oldest first; nothing of nobody."""
    rows = [row for row in one.forecasts.all() if whose and row.hand == whose]
    return sorted(rows, key=lambda row: row.number)


def give(ctx: Context, actor: Actor, number: int, p: str, *, why: str = "", saw_model: str = "no") -> Forecast:
    """Keep a probability that somebody gives; the words before it stay. The same number again adds nothing.

    ``saw_model`` is their own word whether they had seen the model's number. Raises Refused when the question is
    closed, is not put to them, or a changed number says not why; Misuse for what is no probability.
    """
    from tocsin.response.register.record import enter

    may(actor, "assess").enforce()
    value, reason = probability(p), said(why, SHORT)
    if saw_model not in SAW:
        raise Misuse(f"{saw_model!r} is no answer", todo=f"Write {', '.join(SAW)}")
    whose = hand(actor.person, actor.os_user)
    if not whose:
        raise Refused("A forecast is somebody's", todo="Sign in")
    with transaction.atomic():
        one = ForecastQuestion.objects.select_for_update().get(pk=found(number).pk)
        if not is_open(one, ctx.now()):
            raise Refused("This question is closed: what was given stands", todo="See what came of it on its page")
        if not is_asked(one, actor.post, actor.person.get_username() if actor.person else None):
            named = ", ".join(f"{s['post']}:{s['person']}" if s["person"] else s["post"] for s in one.invited)
            raise Refused(f"This question is put to {named}", todo=f"Ask {one.post} to ask you too")
        before = own(one, actor)
        if before and before[-1].p == value and reason in ("", before[-1].why):
            return before[-1]
        if before and not substantial(reason):
            raise Refused("A number is changed with a reason", todo="Write what you learnt since your last")
        model, run_id = model_number(ctx, one.place_id) if one.kind == Rule.ONSET else (None, "")
        words = {
            "question": one.pk, "number": len(before) + 1, "p": str(value), "why": reason,
            "saw_model": saw_model if one.kind == Rule.ONSET else "n/a",
        }  # fmt: skip
        sealed, salt = seal(words)
        body = {"question": one.pk, "number": len(before) + 1, "sealed": sealed, "by": actor.body()}
        entry = enter(ctx, kind="forecast.sealed", item=one.item, body=body)
        return Forecast.objects.create(
            question=one, number=len(before) + 1, p=value, why=reason, saw_model=words["saw_model"], post=actor.post,
            office=directive.current().post(actor.post).office or "", person=actor.person, hand=whose, at=ctx.now(),
            model_p=model, model_run=run_id, salt=salt, ledger_seq=entry.seq,
        )  # fmt: skip
