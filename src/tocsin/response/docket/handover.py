"""The continuity pack: what somebody who takes a post over must know, from the record alone (M38)."""

from __future__ import annotations

import json
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

from tocsin.catalog import directive
from tocsin.catalog.directive import Post
from tocsin.catalog.geography import places
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.files import write_whole
from tocsin.response.docket import letters, pings
from tocsin.response.docket.models import Cancelling, Commitment, Decision, Item
from tocsin.response.register import duty
from tocsin.response.register.models import Contact, Cover, Person, Ping, Situation, Tool
from tocsin.response.register.people import holders, posts_of

LOOK_BACK_DAYS = 90
AHEAD_DAYS = 14


def pack(ctx: Context, person: Person | None) -> dict[str, Any]:
    """Return the pack of somebody's posts; of every post when ``person`` is None.

    It holds addresses of the office's own contacts: it is for whoever takes the post over, and for no page.
    """
    rules = directive.current()
    ids = posts_of(person) if person else [p.id for p in rules.posts]
    return {
        "made_at": iso(ctx.now()),
        "directive": {"name": rules.name, "version": rules.version},
        "organisation": rules.organisation,
        "person": person.get_username() if person else None,
        "posts": [_post(ctx, rules.post(one)) for one in ids],
    }


def _post(ctx: Context, post: Post) -> dict[str, Any]:
    now, rules = ctx.now(), directive.current()
    on = duty.on_duty(post.id, now)
    return {
        "post": post.id,
        "title": post.title,
        "duty": post.duty,
        "tier": post.tier,
        "owes": rules.tier(post.tier).owes if post.tier else None,
        "hours": rules.tier(post.tier).hours if post.tier else None,
        "office": post.office,
        "line_manager": post.line_manager,
        "deputies": [p.id for p in rules.deputies(post.id)],
        "held_by": [p.get_username() for p in holders(post.id)],
        "on_duty": on.get_username() if on else None,
        "rota": [
            {
                "from": iso(w.start),
                "to": iso(w.end),
                "person": w.person.get_username() if w.person else None,
                "waits_for": w.waits_for.get_username() if w.waits_for else None,
            }
            for w in (duty.watches(post.id, now, now + timedelta(days=AHEAD_DAYS)) if duty.shifts_of(post.id) else [])
        ],
        "notes": [
            {"to": s.person.get_username(), "starts_at": iso(s.starts_at), "note": s.handover_note}
            for s in duty.shifts_of(post.id)
            if s.handover_note and s.ends_at > now
        ],
        "items": _items(post.id),
        "commitments": _commitments(post.id),
        "tracks": _tracks(post.id),
        "decisions": _decisions(ctx, post.id),
        "covers": [
            {"place_id": c.place_id or None, "topic": c.topic or None}
            for c in Cover.objects.filter(post=post.id, until=None)
        ],
        "contacts": _contacts(post),
        "tools": [
            {"name": t.name, "option": t.option_id or None, "ready_days": t.ready_days, "last_used": t.last_used_on}
            for t in Tool.objects.filter(office=post.office or "", retired_at=None)
        ],
        "ping": _ping(post.office),
    }


def _items(post: str) -> list[dict[str, Any]]:
    rows = Item.objects.filter(owner_post=post).exclude(state=Item.State.CLOSED).order_by("decision_due", "id")
    return [
        {
            "number": i.pk,
            "about": letters.about(i),
            "question": i.question,
            "state": i.state,
            "level": i.level,
            "tier": i.tier,
            "decision_due": iso(i.decision_due),
            "review_on": i.review_on,
        }
        for i in rows
    ]


def _commitments(post: str) -> list[dict[str, Any]]:
    off = Cancelling.objects.filter(agreed=True).values("commitment_id")
    rows = Commitment.objects.filter(post=post, done_at=None).exclude(item__state="closed").exclude(pk__in=off)
    return [
        {"number": c.pk, "item": c.item_id, "what": c.what, "due": iso(c.due), "shown_by": c.shown_by}
        for c in rows.order_by("due", "id")
    ]


def _tracks(post: str) -> list[dict[str, str]]:
    return [
        {"place_id": s.place_id, "name": places()[s.place_id].name, "track": track}
        for s in Situation.objects.order_by("place_id")
        for track in ("prevention", "response")
        if getattr(s, f"{track}_owner") == post and getattr(s, f"{track}_closed_at") is None
    ]


def _decisions(ctx: Context, post: str) -> list[dict[str, Any]]:
    since = ctx.now() - timedelta(days=LOOK_BACK_DAYS)
    rows = Decision.objects.filter(post=post, at__gte=since).select_related("item").order_by("at", "id")
    return [
        {
            "item": d.item_id,
            "about": letters.about(d.item),
            "kind": d.kind,
            "at": iso(d.at),
            "reasons": d.reasons,
            "review_on": d.review_on,
        }
        for d in rows
    ]


def _contacts(post: Post) -> list[dict[str, Any]]:
    rows = Contact.objects.filter(office=post.office or "", post__in=["", post.id], person=None, retired_at=None)
    return [
        {"channel": c.channel, "address": c.address, "post": c.post or None, "last_verified": iso(c.last_verified_at)}
        for c in rows
    ]


def _ping(office: str | None) -> dict[str, Any] | None:
    known = next((o for o in directive.current().offices if o.id == office), None)
    if known is None:
        return None
    row = Ping.objects.filter(office=known.id).order_by("id").last()
    return {
        "every_days": known.ping_days,
        "answer_days": known.answer_days,
        "next": iso(pings.next_due(known)),
        "asked_at": iso(row.asked_at) if row else None,
        "answered_at": iso(row.answered_at) if row else None,
        "answer_due": iso(row.answer_due) if row and row.answered_at is None else None,
    }


def write(made: dict[str, Any], folder: Path) -> list[str]:
    """Write a pack as handover.md, handover.html and handover.json, readable by their owner alone; return the paths.

    Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = as_markdown(made)
    files = {
        "handover.md": text,
        "handover.html": as_html(text),
        "handover.json": json.dumps(made, ensure_ascii=False, indent=2, default=str) + "\n",
    }
    for name, content in files.items():
        write_whole(folder / name, content.encode(), mode=0o600)
    return [str(folder / name) for name in files]


def as_html(markdown: str) -> str:
    """Return a pack's own small markdown (headings, lists, paragraphs) as one page without links to anything."""
    body, listed = [], False
    for line in markdown.splitlines():
        item = line.startswith("- ")
        if listed and not item:
            body.append("</ul>")
        if item and not listed:
            body.append("<ul>")
        listed = item
        marks = len(line) - len(line.lstrip("#"))
        said = escape(line.lstrip("# ") if marks else line[2:] if item else line)
        if item:
            body.append(f"<li>{said}</li>")
        elif marks:
            body.append(f"<h{marks}>{said}</h{marks}>")
        elif said:
            body.append(f"<p>{said}</p>")
    if listed:
        body.append("</ul>")
    head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Handover</title></head><body>'
    return "\n".join([head, *body, "</body></html>", ""])


def as_markdown(made: dict[str, Any]) -> str:
    """Return a pack as a page that can be read, printed or mailed."""
    who = made["person"] or "every post"
    out = [
        f"# Handover: {who}",
        "",
        f"{made['organisation']}. Made {made['made_at']} under directive {made['directive']['name']} "
        f"{made['directive']['version']}. It holds addresses: give it to who takes over, and to nobody else.",
        "",
    ]
    for p in made["posts"]:
        out += _section(p)
    return "\n".join(out).rstrip() + "\n"


def _section(p: dict[str, Any]) -> list[str]:
    out = [f"## {p['title']} (`{p['post']}`)", "", p["duty"], ""]
    out.append(
        f"Office {p['office'] or 'none'}; reports to {p['line_manager'] or 'nobody'}; "
        f"deputies {', '.join(p['deputies']) or 'none'}; held by {', '.join(p['held_by']) or 'nobody'}; "
        f"on duty now {p['on_duty'] or 'nobody (no rota, or a gap)'}."
    )
    if p["tier"]:
        out.append(f"Tier {p['tier']} owes {p['owes']}, within {p['hours']} hours.")
    lists = {
        "Open questions": [
            f"Item {i['number']}, {i['about']} ({i['level']}, {i['state']}): decide by {i['decision_due']}. "
            f"{i['question']}"
            for i in p["items"]
        ],
        "Commitments": [
            f"{c['number']} of item {c['item']}: {c['what']}, by {c['due']}; shown by: {c['shown_by']}"
            for c in p["commitments"]
        ],
        "Tracks": [f"{t['name']}: {t['track']}" for t in p["tracks"]],
        f"Decisions of the last {LOOK_BACK_DAYS} days": [
            f"{d['at']}, item {d['item']}, {d['about']}: {d['kind']}. {d['reasons']}" for d in p["decisions"]
        ],
        "Covers": [f"{c['place_id'] or 'every place'}, {c['topic'] or 'every topic'}" for c in p["covers"]],
        "Rota": [
            f"{w['from']} to {w['to']}: {w['person'] or 'NOBODY'}"
            + (f", {w['waits_for']} has not accepted" if w["waits_for"] else "")
            for w in p["rota"]
        ],
        "Notes for who comes on": [f"To {n['to']}, from {n['starts_at']}: {n['note']}" for n in p["notes"]],
        "Contacts of the office": [
            f"{c['channel']} {c['address']}, last verified {c['last_verified'] or 'never'}" for c in p["contacts"]
        ],
        "Tools": [
            f"{t['name']}: usable in {t['ready_days']} days, last used {t['last_used'] or 'not on record'}"
            for t in p["tools"]
        ],
    }
    for title, lines in lists.items():
        out += ["", f"### {title}", "", *([f"- {line}" for line in lines] or ["None."])]
    if p["ping"]:
        out += ["", f"The office is asked to answer every {p['ping']['every_days']} days; "
                f"open: {p['ping']['answer_due'] or 'no'}; next: {p['ping']['next'] or 'not planned'}."]  # fmt: skip
    steps = [
        f"`tocsin docket list --owner {p['post']}`: what stands with you",
        f"`tocsin docket ack N --by {p['post']}`: you have it; the decision clock runs on",
        f"`tocsin docket decide N --act|--decline|--defer-to DATE --reasons TEXT --by {p['post']}`",
        f"`tocsin people rota list {p['post']}`: who is on when",
    ]
    return [*out, "", "### How to", "", *[f"- {s}" for s in steps], ""]
