"""Adopting a directive is an act; taking effect is another, by the clock. Items run on under their own version.

No duty is left with nobody: a post that is no more, and owes something, has a successor named before the directive is
adopted. The holders of the successor then hold the old post too, for as long as an item of its version needs it. A
duty that came after the adoption and before its day stays with whoever held the post.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from tocsin.catalog import directive
from tocsin.catalog.directive.shelf import Copy
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.words import said
from tocsin.response.docket.adoption import handover
from tocsin.response.docket.adoption.effects import Effects, effects
from tocsin.response.register import mandate, people
from tocsin.response.register.models_directive import Adoption, InForce, Withdrawal
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import enter

MOST_REASONS = 4000


@dataclass(frozen=True)
class Adopted:
    """What an adoption did: its row, its effects, and whether it has taken effect already."""

    adoption: Adoption
    effects: Effects
    in_force: bool


def adopt(
    ctx: Context,
    copy: Copy,
    actor: Actor,
    *,
    from_at: datetime | None = None,
    successors: Mapping[str, str] | None = None,
    reasons: str = "",
) -> Adopted:
    """Adopt a directive, from a moment on (None: now). Raises Refused with the first fault, or naming the orphans."""
    may(actor, "assign").enforce()
    examined = directive.examine(copy.text, copy.where)
    if examined.rules is None or examined.refusals:
        fault, more = examined.refusals[0], len(examined.refusals) - 1
        raise Refused(
            f"The directive does not hold together: {fault.what}" + (f" (and {more} more)" if more else ""),
            where=f"{fault.file}:{fault.line}",
            todo=f"{fault.todo}; tocsin directive check {copy.where} shows all",
        )
    rules, heirs, now = examined.rules, dict(successors or {}), ctx.now()
    sha256 = hashlib.sha256(copy.text.encode()).hexdigest()
    _fresh(copy, rules.version, sha256)
    for old, heir in heirs.items():
        mandate.post(old)
        rules.post(heir)
    told = effects(rules, heirs)
    if told.orphans:
        owed = {row["post"]: row["duties"] for row in told.gone}
        first = told.orphans[0]
        raise Refused(
            f"{len(told.orphans)} posts that version {rules.version} does not have owe something: "
            + "; ".join(f"{post} ({len(owed[post])}, first {owed[post][0]})" for post in told.orphans),
            todo=f"Name who takes each over: --successor {first}=POST, with a post of the new directive",
        )
    when = max(from_at, now) if from_at else now
    with transaction.atomic():
        entry = enter(
            ctx,
            kind="directive.adopted",
            body={
                "version": rules.version,
                "name": rules.name,
                "sha256": sha256,
                "text": copy.text,
                "from": iso(when),
                "successors": heirs,
                "reasons": said(reasons, MOST_REASONS) if reasons.strip() else "",
                "items_open": [row["item"] for row in told.items],
                "by": actor.body(),
            },
        )
        row = Adoption.objects.create(
            version=rules.version,
            name=rules.name,
            sha256=sha256,
            text=copy.text,
            from_at=when,
            successors=heirs,
            reasons=reasons.strip(),
            adopted_at=now,
            ledger_seq=entry.seq,
        )
        transaction.on_commit(partial(mandate.agree, ctx.settings))
    return Adopted(row, told, row in settle(ctx))


def _fresh(copy: Copy, version: str, sha256: str) -> None:
    """Refuse a version that is in force, that waits, or whose number stands for another text."""
    if directive.current().version == version and directive.digest() == sha256:
        raise Refused(f"Version {version} is in force already")
    taken = [c.text for c in directive.shipped() if c.version == version]
    taken += Adoption.objects.filter(version=version).values_list("text", flat=True)
    if any(text != copy.text for text in taken):
        raise Refused(
            f"Version {version} is the number of another text, which items may cite",
            where=copy.where,
            todo="Give yours a version of its own",
        )
    if any(row.version == version for row in waiting()):
        raise Refused(f"Version {version} was adopted already and waits for its day", todo="See tocsin directive list")


def waiting() -> list[Adoption]:
    """Return the adoptions that have not taken effect and were not taken back, the next one first."""
    return list(Adoption.objects.filter(in_force=None, withdrawn=None).order_by("from_at", "id"))


def settle(ctx: Context) -> list[Adoption]:
    """Let every adoption whose moment has come take effect, in their order; return them. Nothing when none has.

    Done by each tick and before each warning is received, so that no item opens under a directive that has gone.
    """
    now = ctx.now()
    if not Adoption.objects.filter(in_force=None, withdrawn=None, from_at__lte=now).exists():
        handover.tidy(ctx)
        return []
    done = []
    for row in [r for r in waiting() if r.from_at <= now]:
        with transaction.atomic():
            Adoption.objects.select_for_update().get(pk=row.pk)
            if InForce.objects.filter(adoption=row).exists() or Withdrawal.objects.filter(adoption=row).exists():
                continue  # another process was first
            before = directive.current().version
            moved = handover.hand_over(ctx, row)
            body = {
                "version": row.version,
                "sha256": row.sha256,
                "before": before,
                "from": iso(row.from_at),
                "adopted": row.ledger_seq,
                **moved,
            }
            entry = enter(ctx, kind="directive.in_force", body=body)
            InForce.objects.create(adoption=row, since=now, ledger_seq=entry.seq)
            transaction.on_commit(partial(mandate.agree, ctx.settings))
        people.ensure_operator(ctx)
        done.append(row)
    return done
