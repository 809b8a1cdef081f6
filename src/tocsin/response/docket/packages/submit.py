"""Keep a draft, submit it as a version, put one's name to a version. None of it decides, and none moves a clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tocsin.catalog import directive
from tocsin.catalog.library import library
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import letters, outbox, recusals
from tocsin.response.docket.acts.decide import check_signed
from tocsin.response.docket.acts.propose import who
from tocsin.response.docket.acts.turn import turn
from tocsin.response.docket.ladder import lock
from tocsin.response.docket.models import Item
from tocsin.response.docket.packages import check as checking
from tocsin.response.docket.packages import timeline
from tocsin.response.docket.packages.models import Line, Package, PackageDraft, SignOff
from tocsin.response.docket.packages.words import LineRow, Words, sha256, words
from tocsin.response.docket.plain import plain
from tocsin.response.register.people import Actor, Verdict, may
from tocsin.response.register.record import enter

GOAL = 500
"""Characters of a goal that stand in a message; the page has the whole."""
SHOWN = 12
"""How many things a refusal names; the page and ``tocsin package check`` name all."""


def may_prepare(actor: Actor, item: Item) -> Verdict:
    """Judge who may write and submit a package: whoever may assess, on an open item about a place, not recused."""
    refusal = recusals.barred(actor, item)
    if refusal is not None:
        return refusal
    if not item.place_id:
        return Verdict(False, f"Item {item.pk} is about a source: a package is about a place", "Decide without one")
    if item.state == Item.State.CLOSED:
        return Verdict(False, f"Item {item.pk} is closed", f"Reopen it: tocsin docket reopen {item.pk}")
    return may(actor, "assess", item)


def may_sign_off(actor: Actor, item: Item) -> Verdict:
    """Judge who may put a name to a package: a post of the tier that prepares packages, or its deputy."""
    refusal = recusals.barred(actor, item)
    if refusal is not None:
        return refusal
    rules = directive.version(item.directive_version)
    tier = min(rules.packages.prepared_by, rules.top)
    own = rules.posts_of(tier)
    beside = (p.id for post in own for p in (*rules.deputies(post), *rules.members(post)))
    posts = list(dict.fromkeys([*own, *beside]))
    if actor.post not in posts:
        return Verdict(False, f"Packages are signed off by tier {tier}, which prepares them", f"Ask {', '.join(posts)}")
    return may(actor, "read", item)


def draft_of(number: int, post: str) -> PackageDraft | None:
    """Return what an office is writing about an item; None when it writes nothing."""
    return PackageDraft.objects.filter(item_id=number, post=post).first()


def save(
    ctx: Context, number: int, actor: Actor, given: Mapping[str, Any], *, revision: int | None = None
) -> PackageDraft:
    """Keep a draft of the actor's office. It enters no ledger: nothing is said before it is submitted.

    ``revision`` is that of the draft which was changed. Raises Refused when another hand has kept it since: both are
    then shown, and nothing is overwritten.
    """
    said = words(given)
    with transaction.atomic():
        item = lock(number)
        may_prepare(actor, item).enforce()
        row = PackageDraft.objects.select_for_update().filter(item=item, post=actor.post).first()
        if row is not None and revision is not None and row.revision != revision:
            raise Refused(
                f"The draft of {actor.post} was kept by somebody else while this form was open",
                where=f"at {iso(row.saved_at)}",
                todo="Your words stand below; open the form anew beside it and bring them together",
            )
        values = {"words": said.kept(), "saved_at": ctx.now(), "person": actor.person}
        if row is None:
            return PackageDraft.objects.create(item=item, post=actor.post, revision=1, **values)
        for name, value in values.items():
            setattr(row, name, value)
        row.revision += 1
        row.save()
        return row


def submit(ctx: Context, draft: PackageDraft, actor: Actor) -> Package:
    """Make a version of a draft; the draft is gone, the version stays for good.

    Raises Refused with what is missing, or flagged and not answered, and when the last version says the same.
    """
    with turn(ctx, draft.item_id) as item:
        may_prepare(actor, item).enforce()
        draft = PackageDraft.objects.select_for_update().get(pk=draft.pk)
        if draft.post != actor.post:
            raise Refused(f"This draft is {draft.post}'s", todo=f"Ask {draft.post}, or write one of your own")
        said = words(draft.words)
        found = checking.check(item, said, ctx.now().date())
        _whole(item, found)
        last = item.packages.order_by("version").last()
        digest = sha256(said)
        if last is not None and last.sha256 == digest:
            raise Refused(f"Version {last.version} says the same, word for word", todo="Change something, or leave it")
        package = _write(ctx, item, actor, said, found, version=last.version + 1 if last else 1, digest=digest)
        draft.delete()
        _tell(ctx, item, actor, package)
    return package


def sign_off(ctx: Context, number: int, version: int, actor: Actor) -> SignOff:
    """Put the name of a post that prepares packages to a version. At the desk it is signed with the passphrase."""
    with turn(ctx, number) as item:
        may_sign_off(actor, item).enforce()
        check_signed(actor, "Signing off a package")
        package = item.packages.filter(version=version).first()
        if package is None:
            raise Refused(f"Item {number} has no package version {version}", todo=f"See tocsin package list {number}")
        before = package.sign_offs.filter(post=actor.post).first()
        if before is not None:
            raise Refused(f"{actor.post} has signed off version {version} already", where=f"at {iso(before.at)}")
        body = {"version": version, "sha256": package.sha256, "by": actor.body()}
        entry = enter(ctx, kind="package.signed_off", item=number, body=plain(body))
        return SignOff.objects.create(package=package, at=ctx.now(), ledger_seq=entry.seq, **who(actor))


def _whole(item: Item, found: checking.Checked) -> None:
    """Refuse a package that lacks something, and say exactly what and where."""
    lacks = [m.sentence() for m in found.missing]
    lacks += [f"{f.what}: change it, or give a reason ({f.key})" for f in found.open_flags]
    if lacks:
        more = f"; and {len(lacks) - SHOWN} more" if len(lacks) > SHOWN else ""
        raise Refused(
            f"This package cannot be submitted: {'; '.join(lacks[:SHOWN])}{more}",
            todo=f"tocsin package check {item.pk} names each with its field",
        )


def _write(
    ctx: Context, item: Item, actor: Actor, said: Words, found: checking.Checked, *, version: int, digest: str
) -> Package:
    flags = [f.body() for f in found.flags]
    body = {"version": version, "sha256": digest, "rapid": said.is_rapid, "place_id": item.place_id}
    body |= {"words": said.kept(), "flags": flags, "by": actor.body()}
    entry = enter(ctx, kind="package.submitted", item=item.pk, body=plain(body))
    package = Package.objects.create(
        item=item,
        place_id=item.place_id,
        version=version,
        rapid=said.is_rapid,
        words=said.kept(),
        flags=flags,
        sha256=digest,
        complete_by=checking.day(said.rapid.complete_by) if said.is_rapid else None,
        at=ctx.now(),
        ledger_seq=entry.seq,
        **who(actor),
    )
    alone = {f.key for f in found.flags if f.kind == "alone"}
    refs = [timeline.ref(n, said.lines) for n in range(1, len(said.lines) + 1)]
    rows = [line(package, n, row, alone=f"alone-{refs[n - 1]}" in alone) for n, row in enumerate(said.lines, 1)]
    Line.objects.bulk_create(rows)
    return package


def line(package: Package, n: int, row: LineRow, *, alone: bool) -> Line:
    """Return a line as a row, from words that were checked."""
    option = library().options.get(row.option)
    starts, low, high = checking.day(row.starts), checking.days(row.lead_days_min), checking.days(row.lead_days_max)
    assert starts is not None, "a line without a start is missing something"
    assert low is not None, "a line without a lead time is missing something"
    assert high is not None, "a line without a lead time is missing something"
    return Line(
        package=package,
        position=n,
        option_id=row.option,
        what=row.what or (option.name if option else ""),
        leads=row.parts("leads"),
        support=row.parts("support"),
        abstain=row.parts("abstain"),
        authority=row.authority,
        procedure_id=row.procedure,
        starts=starts,
        ends=checking.day(row.ends),
        lead_days_min=low,
        lead_days_max=high,
        cost_band=row.cost_band,
        risks=row.risks,
        measure=row.measure,
        baseline=row.baseline,
        measure_on=checking.day(row.measure_on),
        legal_basis=row.legal_basis,
        force=checking.uses_force(row),
        alone=alone,
    )


def _tell(ctx: Context, item: Item, actor: Actor, package: Package) -> None:
    """Tell the owner that there is something to choose, and who made it in haste by when it is to be whole."""
    called = f"{'rapid ' if package.rapid else ''}package version {package.version}"
    subject = f"Item {item.pk}, {letters.about(item)}: {called} is submitted"
    page = f"/docket/{item.pk}/packages/{package.version}"
    said = f"{package.words['purpose']['goal'][:GOAL]}\n\nIt decides nothing. Read it at {page}\n"
    key = f"item-{item.pk}.package-{package.version}"
    if item.owner_post != actor.post:
        outbox.write(ctx, item, key, item.owner_post, (subject, said))
    if package.rapid:
        asked = f"Item {item.pk}: make package version {package.version} whole by {package.complete_by}"
        text = f"It was made in one sitting. A whole one is asked for by {package.complete_by}: {page}\n"
        outbox.write(ctx, item, f"{key}.whole", actor.post, (asked, text))
