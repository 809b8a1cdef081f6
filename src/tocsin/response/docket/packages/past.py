"""Packages that were submitted before: the last for a place, and all that a new one can repeat."""

from __future__ import annotations

from tocsin.response.docket.packages.models import Package


def last_for(place_id: str) -> Package | None:
    """Return the newest package submitted for a place, whichever item it was made for; None when there is none."""
    return Package.objects.filter(place_id=place_id).prefetch_related("lines").order_by("-at", "-id").first()


def of_item(number: int) -> list[Package]:
    """Return the versions submitted for an item, oldest first."""
    return list(Package.objects.filter(item_id=number).prefetch_related("lines", "sign_offs").order_by("version"))
