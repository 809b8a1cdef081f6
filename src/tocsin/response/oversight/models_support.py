"""What others are asked for and what they promised: needs, asks and answers; pledges to institutions and deliveries."""

from __future__ import annotations

from django.db import models

from tocsin.response.docket.models import Item
from tocsin.response.docket.packages.models import Package
from tocsin.response.register.models_registry import Offer, Shielded


class Need(Shielded):
    """A capability that is wanted at a place by a day: for an item, a package, a gap, or on its own."""

    capability = models.CharField(max_length=40)
    what = models.TextField()
    place_id = models.CharField(max_length=3, blank=True, help_text="Empty: not tied to a place.")
    needed_by = models.DateField()
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.PROTECT, related_name="needs")
    package = models.ForeignKey(Package, null=True, blank=True, on_delete=models.PROTECT, related_name="needs")
    gap = models.ForeignKey("oversight.Gap", null=True, blank=True, on_delete=models.PROTECT, related_name="needs")
    post = models.CharField(max_length=60)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_why = models.TextField(blank=True)
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["needed_by", "id"]


class Ask(models.Model):
    """An offer was asked for, to answer by a moment. What was said to it stands in ``AskWord``."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="asks")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="asks")
    words = models.TextField()
    post = models.CharField(max_length=60)
    to_post = models.CharField(max_length=60, help_text="The post that puts it to the organisation.")
    at = models.DateTimeField()
    answer_due = models.DateTimeField()
    silent_at = models.DateTimeField(null=True, blank=True, help_text="When its silence was recorded.")
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]


class AskWord(models.Model):
    """A word on an ask: it is offered, refused, accepted, or was used on a day. Never changed."""

    ask = models.ForeignKey(Ask, on_delete=models.PROTECT, related_name="said")
    kind = models.CharField(max_length=8, help_text="offered | refused | accepted | used")
    words = models.TextField(blank=True)
    used_on = models.DateField(null=True, blank=True)
    post = models.CharField(max_length=60)
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]


class ReformNeed(models.Model):
    """What an institution that was undertaken needs to work: money in a unit, or something in kind."""

    undertaking = models.CharField(max_length=60, db_index=True, help_text="Key of the catalogue or of the register.")
    what = models.TextField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True, help_text="USD, posts, …; empty: in kind.")
    added_at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["undertaking", "id"]


class Pledge(models.Model):
    """An organisation promised something to an institution by a day. What came of it stands in ``Delivery``."""

    undertaking = models.CharField(max_length=60, db_index=True, help_text="Key of the catalogue or of the register.")
    need = models.ForeignKey(ReformNeed, null=True, blank=True, on_delete=models.PROTECT, related_name="pledges")
    organisation = models.CharField(max_length=60)
    what = models.TextField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True, help_text="Empty: in kind.")
    due = models.DateField()
    owner_post = models.CharField(max_length=60, help_text="Who sees to it that it comes.")
    source = models.CharField(max_length=400, help_text="Where the promise can be read or who heard it.")
    added_at = models.DateTimeField()
    overdue_at = models.DateTimeField(null=True, blank=True, help_text="When it was recorded as overdue.")
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["due", "id"]


class Delivery(models.Model):
    """A part of a pledge, or all of what was left, came, and what shows it. Never changed."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="deliveries")
    came_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    what = models.TextField(blank=True)
    completes = models.BooleanField(default=False, help_text="In kind: nothing is left to come.")
    evidence = models.TextField()
    post = models.CharField(max_length=60)
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["came_on", "id"]
