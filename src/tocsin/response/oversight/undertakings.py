"""Acts on the register of undertakings and gaps. Each is rows and one ledger entry in one transaction."""

from __future__ import annotations

import hashlib
from datetime import date

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.docket.models import Item
from tocsin.response.oversight.models import Gap
from tocsin.response.register.record import enter


def raise_gap(
    ctx: Context,
    *,
    kind: str,
    what: str,
    source: str,
    owner_post: str,
    due: date,
    item: Item | None = None,
    slot: str = "",
    proposed: str = "",
) -> Gap:
    """Raise a gap and return it; an open gap of the same kind, source and words is returned as it stands.

    ``kind`` is contact, tool, law, step, procedure or capacity; ``source`` says what found it, as ``exercise:12``;
    ``slot`` and ``proposed`` say which part of the directive would close it, and how (left empty, the export drafts
    them). Raises Misuse on an unknown kind or post, Refused when the words say nothing.
    """
    if kind not in Gap.Kind.values:
        raise Misuse(f"{kind!r} is no kind of gap", todo=f"There are {', '.join(Gap.Kind.values)}")
    directive.current().post(owner_post)
    words, found_by = said(what, SHORT), " ".join(said(source, 120).split())
    if not substantial(words):
        raise Refused("A gap says what is missing, in three different words at least", todo="Write what is missing")
    if not found_by:
        raise Refused("A gap says what found it", todo="Name its source, as exercise:12")
    key = hashlib.sha256("\n".join((kind, found_by, words)).encode()).hexdigest()
    with transaction.atomic():
        known = Gap.objects.select_for_update().filter(key=key, closed_at=None).first()
        if known is not None:
            return known
        body = {
            "kind": kind,
            "what": words,
            "source": found_by,
            "owner": owner_post,
            "due": due.isoformat(),
            "slot": said(slot, 120),
            "proposed": said(proposed, SHORT),
        }
        entry = enter(ctx, kind="gap.raised", item=item.pk if item else None, body=body)
        return Gap.objects.create(
            key=key,
            kind=kind,
            what=words,
            source=found_by,
            owner_post=owner_post,
            due=due,
            item=item,
            slot=body["slot"],
            proposed=body["proposed"],
            opened_at=ctx.now(),
            ledger_seq=entry.seq,
        )
