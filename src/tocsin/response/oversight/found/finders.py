"""What is missing now, by what the house itself can see. Each finder says also what would show that it is over."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tocsin.catalog import directive
from tocsin.catalog.fitting import actors
from tocsin.catalog.library import Library, library
from tocsin.catalog.rows import PHASES
from tocsin.core.context import Context
from tocsin.options.coverage import matrix
from tocsin.response.docket.models_deciding import Barrier
from tocsin.response.docket.pings import posts_of
from tocsin.response.oversight.documents import silence
from tocsin.response.oversight.documents.models import Finding, Owed
from tocsin.response.register import contacts, tools
from tocsin.response.register.models import Contact, Holding, LedgerBody, Tool
from tocsin.response.register.people import OPERATOR


@dataclass(frozen=True)
class Lack:
    """One thing that is missing. ``subject`` never changes while it is: it names the gap, with the finder."""

    subject: str
    kind: str
    what: str
    owner_post: str
    item: int | None = None


@dataclass(frozen=True)
class Finder:
    """Looks for one sort of lack; ``shown`` says in words what ended that of a subject, empty when nothing shows it."""

    id: str
    title: str
    look: Callable[[Context], list[Lack]]
    shown: Callable[[Context, str], str]
    mend: str = ""
    """What mends it, where that is no text of the directive."""


def keeper() -> str:
    """Return the post that owns what no other post does: the first of the tier that prepares packages."""
    rules = directive.current()
    return rules.posts_of(min(rules.packages.prepared_by, rules.top))[0]


def entered(kinds: tuple[str, ...], field: str, value: object) -> int | None:
    """Return the newest ledger entry of these kinds whose body has a field at a value; None when none is to be seen."""
    rows = LedgerBody.objects.filter(entry__kind__in=kinds).order_by("-entry_id").values_list("entry_id", "body")
    return next((seq for seq, body in rows.iterator() if json.loads(body).get(field) == value), None)


def _by_entry(words: str, seq: int | None) -> str:
    """Return words with the entry that shows them; empty when there is none."""
    return f"{words}; ledger entry {seq}" if seq is not None else ""


def _above(office: str) -> str:
    """Return who answers for what an office lacks: the nearest line manager outside it, else the keeper."""
    rules = directive.current()
    managers = (manager for post in posts_of(office) for manager in contacts.above(post))
    return next((m for m in managers if rules.post(m).office != office), None) or keeper()


def _contacts(ctx: Context) -> list[Lack]:
    """Find the offices in use that no contact reached lately. One in which nobody sits has no contacts to miss."""
    since = ctx.now() - timedelta(days=contacts.STALE_DAYS)
    held = Holding.objects.filter(until=None).exclude(person__username=OPERATOR).values_list("post", flat=True)
    used = {directive.current().post(p).office for p in held if p in {q.id for q in directive.current().posts}}
    fresh = set(Contact.objects.filter(retired_at=None, last_verified_at__gte=since).values_list("office", flat=True))
    return [
        Lack(
            office.id,
            "contact",
            f"{office.name}: no contact of the office has answered within {contacts.STALE_DAYS} days",
            _above(office.id),
        )
        for office in directive.current().offices
        if office.id in used - fresh
    ]


def _contact_shown(ctx: Context, office: str) -> str:
    row = Contact.objects.filter(office=office, retired_at=None).exclude(last_verified_at=None)
    newest = row.order_by("-last_verified_at").first()
    if newest is None or newest.last_verified_at is None:
        return ""
    words = f"Contact {newest.pk} ({newest.channel}) answered on {newest.last_verified_at:%Y-%m-%d}"
    return _by_entry(words, entered(("contact.verified",), "contact", newest.pk))


def _tools(ctx: Context) -> list[Lack]:
    today, known = ctx.now().date(), {o.id for o in directive.current().offices}
    return [
        Lack(str(row.pk), "tool", f"{row.name}, of {row.office}, is not known to be ready", _above(row.office))
        for row in tools.held()
        if row.office in known and tools.doubts(row, today)
    ]


def _tool_shown(ctx: Context, subject: str) -> str:
    row = Tool.objects.get(pk=int(subject))
    kinds = ("tool.retired",) if row.retired_at else ("tool.stated", "tool.used", "tool.drilled")
    since = f"was stated anew, used or drilled; usable in {row.ready_days} days"
    words = f"{row.name} {'is retired' if row.retired_at else since}"
    return _by_entry(words, entered(kinds, "tool", row.pk))


def _barred(ctx: Context) -> list[Lack]:
    """Find the options that a question needs and no law lets anybody do here: barriers that say *may not*."""
    rows = Barrier.objects.filter(type=Barrier.Type.MAY_NOT, lifted=False, superseded_by=None).select_related("item")
    known = {p.id for p in directive.current().posts}
    return [
        Lack(
            f"{row.item_id}-{row.option_id or row.commitment_id}",
            "law",
            f"{row.option_id or 'A commitment'} may not be done: {row.actor}: {' '.join(row.why.split())[:300]}",
            row.item.owner_post if row.item.owner_post in known else keeper(),
            row.item_id,
        )
        for row in rows.order_by("id")
    ]


def _barred_shown(ctx: Context, subject: str) -> str:
    item, _, what = subject.partition("-")
    of = {"commitment": int(what)} if what.isdigit() else {"option_id": what}
    last = Barrier.objects.filter(item=int(item), **of).order_by("id").last()
    if last is None:
        return ""
    said = last.evidence if last.lifted else f"The barrier is of another type now: {last.get_type_display()}"
    return _by_entry(" ".join(said.split())[:500], last.ledger_seq)


def _unowned(ctx: Context) -> list[Lack]:
    """Find the options of the catalogue for which no kind of actor and no procedure is known."""
    return [
        Lack(o.id, "capacity", f"{o.id} {o.name}: nobody known here has the authority for it", keeper())
        for o in library().options.values()
        if o.id in _nobody(library())
    ]


_seen: list[tuple[Library, frozenset[str]]] = []


def _nobody(known: Library) -> frozenset[str]:
    """Return the options without actor and procedure. Kept while the catalogue is the same: matching names is slow."""
    if not _seen or _seen[0][0] is not known:
        found = (o.id for o in known.options.values() if not o.procedures)
        kinds = actors().kinds_of
        _seen[:] = [(known, frozenset(i for i in found if not kinds(known.options[i].actors_with_authority)))]
    return _seen[0][1]


def _unowned_shown(ctx: Context, option: str) -> str:
    row = library().options.get(option)
    if row is None:
        return f"The catalogue has no option {option} any more"
    named = [*row.actors_with_authority, *row.procedures]
    return f"The catalogue names {', '.join(named)} for {option}"


def _mandates(ctx: Context) -> list[Lack]:
    today = ctx.now().date()
    return [
        Lack(one.id, "law", f"{one.title} ({one.reference}) has run out, unless it was renewed", keeper())
        for one in directive.current().authorities
        if one.lapsed(today)
    ]


def _mandate_shown(ctx: Context, subject: str) -> str:
    rules = directive.current()
    one = next((a for a in rules.authorities if a.id == subject), None)
    said = one.standing(ctx.now().date()) if one else "is cited no more"
    return f"By version {rules.version} of the directive {subject}: {said}"


def _coverage(ctx: Context) -> list[Lack]:
    """Find the factors for which the catalogue has no option in a whole phase; single empty cells are on its page."""
    cover = matrix(library())
    return [
        Lack(
            f"{factor}-{phase}",
            "capacity",
            f"{factor} {name}: the catalogue has no option in the phase {phase}, by any instrument",
            keeper(),
        )
        for factor, name in cover.factors.items()
        for phase in PHASES
        if all(cell.empty for cell in cover.of(factor, phase))
    ]


def _coverage_shown(ctx: Context, subject: str) -> str:
    factor, _, phase = subject.partition("-")
    ids = [i for cell in matrix(library(), factor=factor, phase=phase).cells for i in cell.options]
    return f"The catalogue has {', '.join(ids)} for {factor} in the phase {phase}" if ids else ""


def _unanswered(ctx: Context) -> list[Lack]:
    known = {p.id: p for p in directive.current().posts}
    return [
        Lack(
            str(f["finding"]),
            "step",
            f"No answer to {f['kind']} {f['number']} of “{f['title'][:80]}” by {f['due']}",
            # Not who is silent: whoever stands above says why.
            known[f["owner"]].line_manager or f["owner"] if f["owner"] in known else keeper(),
        )
        for f in silence.unanswered(ctx.now().date(), Owed.Silence.GAP)
    ]


def _answer_shown(ctx: Context, subject: str) -> str:
    row = Finding.objects.get(pk=int(subject))
    carried, move, debt = (rows.order_by("id").last() for rows in (row.carried, row.moves, row.owed))
    if carried is not None and carried.became_id:
        return _by_entry(f"“{carried.document.title[:80]}” took it over as {carried.became.number}", carried.ledger_seq)
    if move is not None and move.status != "open":
        return _by_entry(f"It is {move.status}, by {move.evidence_kind} {move.evidence}", move.ledger_seq)
    return _by_entry(f"The answer is due on {debt.due} now", debt.ledger_seq) if debt else ""


_VERIFY = "Try a contact of the office, and record that it answered: tocsin people contacts verify NUMBER"
_TRY = "Use or drill the tool, or state it anew: tocsin people tools"
_PROPOSE = "Propose an option, or a change to one: tocsin options propose"
_ANSWER = "Answer it, with evidence: tocsin oversight documents move FINDING STATUS"

FINDERS = (
    Finder("contact", "Offices that no contact reached lately", _contacts, _contact_shown, _VERIFY),
    Finder("tool", "Tools not known to be ready", _tools, _tool_shown, _TRY),
    Finder("barred", "Options that the law bars", _barred, _barred_shown),
    Finder("authority", "Options nobody has the authority for", _unowned, _unowned_shown, _PROPOSE),
    Finder("mandate", "Mandates that have run out", _mandates, _mandate_shown),
    Finder("coverage", "Factors without an option in a whole phase", _coverage, _coverage_shown, _PROPOSE),
    Finder("finding", "Findings nobody answered", _unanswered, _answer_shown, _ANSWER),
)
"""In the order in which they are told."""
