"""What a replay is judged by: when each tier was told, what opened, options left, lapses, false alarms.

Read from the register after ``chain.play``; the fate of items is not among it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tocsin.catalog import directive
from tocsin.catalog.library import library
from tocsin.response.docket.models import Item, ItemWarning, Lapse, Step
from tocsin.response.docket.replay.chain import Played
from tocsin.response.docket.replay.items import Timeline
from tocsin.response.docket.replay.reach import standing_at

ALARM = ("alert", "emergency")


def result(played: Played, timeline: Timeline) -> dict[str, Any]:
    """Return what a replay came to, as ``tocsin replay --json`` prints it. Dates are days of the chain."""
    told = tiers(timeline.place_id, played)
    top = next((t["first_date"] for t in told if t["tier"] == directive.current().top), None)
    warned = [day for day, _, noise in played.fired if not noise]
    first = min(warned, default=None)
    options = options_left(timeline, top, first)
    false = false_alarms(played, timeline)
    return {
        "tiers": told,
        "opened": opened(timeline.place_id),
        "options_open_at_top": None if options is None else options["open"],
        "lapses": lapses(timeline.place_id),
        "false_alarms": false["count"],
        "false_alarms_by": false,
        "options": options,
        "raised": raised(timeline.place_id),
        "because": [
            {
                "date": day,
                "tripwire": firing.tripwire_id,
                "level": firing.level,
                "items": list(dict.fromkeys(b.row for b in firing.because)),
            }
            for day, firing, noise in played.fired
            if not noise
        ],
        "top_notified": top,
        "onset": timeline.onset,
        "days_before_onset": (timeline.onset - top).days if timeline.onset and top else None,
        "negative": timeline.negative,
        "who_should_have_received": list(timeline.should_have_received),
        "items": {
            "reached": sum(not item.noise for item in played.reached),
            "kept_from_the_chain": [
                {"item": item.item_id, "why": why} for item, why in played.kept_from if not item.noise
            ],
        },
    }


def tiers(place_id: str, played: Played) -> list[dict[str, Any]]:
    """Return for each tier the day on which it was first told, the posts told then, and who of the chain stands there.

    Told means that the message to its posts was written, in the transaction of the rung or the opening.
    """
    rules, first = directive.current(), {}
    offices = standing_at(item for item in played.reached if not item.noise)
    for step in Step.objects.filter(item__place_id=place_id).order_by("entered_at", "id"):
        for post in step.posts:
            tier = rules.post(post).tier
            if tier is None:
                continue
            day = step.entered_at.date()
            found = first.setdefault(tier, {"tier": tier, "first_date": day, "addressees": []})
            if day == found["first_date"] and post not in found["addressees"]:
                found["addressees"].append(post)
    return [{**first[tier], "offices_of_the_chain": offices.get(tier, [])} for tier in sorted(first)]


def numbered(place_id: str) -> dict[int, int]:
    """Return the questions of a place by their keys as the first, second …: a database may start its keys anywhere."""
    keys = Item.objects.filter(place_id=place_id).order_by("id").values_list("pk", flat=True)
    return {key: n for n, key in enumerate(keys, 1)}


def opened(place_id: str) -> list[dict[str, Any]]:
    """Return the items opened on a place: the day, the level they opened at, the tripwire."""
    number = numbered(place_id)
    links = ItemWarning.objects.filter(item__place_id=place_id, opened=True).select_related("warning", "item")
    return [
        {
            "date": link.joined_at.date(),
            "level": link.warning.level,
            "item": number[link.item_id],
            "tripwire": link.warning.tripwire_id,
        }
        for link in links.order_by("joined_at", "id")
    ]


def raised(place_id: str) -> list[dict[str, Any]]:
    """Return where a further warning raised the level of an item that was open."""
    found = []
    number = numbered(place_id)
    for item in Item.objects.filter(place_id=place_id).order_by("id"):
        level = ""
        for link in ItemWarning.objects.filter(item=item).select_related("warning").order_by("joined_at", "id"):
            if level and directive.RANK[link.warning.level] > directive.RANK[level]:
                found.append({"date": link.joined_at.date(), "level": link.warning.level, "item": number[item.pk]})
            level = max(level or link.warning.level, link.warning.level, key=lambda name: directive.RANK[name])
    return found


def lapses(place_id: str) -> list[dict[str, Any]]:
    """Return every clock of a place that ran out, in the order in which they did."""
    number = numbered(place_id)
    return [
        {
            "date": lapse.due.date(),
            "item": number[lapse.item_id],
            "clock": lapse.clock,
            "tier": lapse.tier,
            "posts": lapse.posts,
            "at_ceiling": lapse.at_ceiling,
        }
        for lapse in Lapse.objects.filter(item__place_id=place_id).order_by("due", "id")
    ]


def options_left(timeline: Timeline, top: date | None, first: date | None) -> dict[str, Any] | None:
    """Return which options of the catalogue still fitted before the onset when the top was told (M72).

    An option fits when its shortest lead time is no longer than the days left. None when no onset followed, the top
    was never told, or nothing warned.
    """
    if timeline.onset is None or top is None or first is None:
        return None
    leads = {option.id: option.lead_days_min for option in library().options.values()}

    def fitting(day: date) -> set[str]:
        assert timeline.onset is not None
        left = (timeline.onset - day).days
        return {ident for ident, lead in leads.items() if 0 <= lead <= left}

    still, before = fitting(top), fitting(first)
    return {
        "open": len(still),
        "of": len(leads),
        "ids": sorted(still),
        "first_warning": first,
        "open_at_first_warning": len(before),
        "lost_since_first_warning": sorted(before - still),
        "days_left_at_top": (timeline.onset - top).days,
    }


def false_alarms(played: Played, timeline: Timeline) -> dict[str, Any]:
    """Return what was alarm without ground: emergencies on a chain that no onset followed, and alarms over noise.

    An alarm over noise is an item at a place of noise that ever stood at alert or emergency, opened so or raised.
    """
    places = {item.place_id for item in played.reached if item.noise}
    items = Item.objects.filter(place_id__in=places - {timeline.place_id}, level__in=ALARM)
    noise = sum(item.noise for item in played.reached) + sum(item.noise for item, _ in played.kept_from)
    alarms = items.count()
    at_top = 0
    if timeline.negative:
        at_top = Item.objects.filter(place_id=timeline.place_id, level="emergency").count()
    return {
        "count": at_top + alarms,
        "emergencies_on_a_negative_chain": at_top,
        "alarms_over_noise": alarms,
        "by_level": dict(sorted(Counter(items.values_list("level", flat=True)).items())),
        "noise_items": noise,
        "noise_pct": round(100 * alarms / noise, 2) if noise else None,
    }


def meets(outcome: dict[str, Any], by: date | None) -> bool:
    """Tell whether the top was told by a day; for None, whether it was never told."""
    top = outcome["top_notified"]
    return top is None if by is None else top is not None and top <= by


def grace(timeline: Timeline, days: int = 2) -> date | None:
    """Return the day by which the top must know: the latest day still defensible by its compiler, and so many more."""
    if timeline.negative or timeline.latest_top is None:
        return None
    return timeline.latest_top + timedelta(days=days)


def sources_of(items: Sequence[Any]) -> list[str]:
    """Return the sources of a chain, each once, in the order of its items."""
    return list(dict.fromkeys(item.source for item in items if item.source not in {"", "-"}))
