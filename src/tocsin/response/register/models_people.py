"""Rows about duty: who is reached how, who is on when, what an office covers and holds, when it last answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Contact(models.Model):
    """A way to reach an office, a post of it, or one person. Retired, never deleted."""

    office = models.CharField(max_length=60, help_text="An office id of the directive.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    post = models.CharField(max_length=60, blank=True, help_text="Empty: the whole office, or the person anywhere.")
    channel = models.CharField(max_length=20, help_text="email | sms | voice | matrix | webhook | …")
    address = models.CharField(max_length=400)
    time_zone = models.CharField(max_length=60, blank=True, help_text="IANA name; empty: the office's.")
    quiet_from = models.TimeField(null=True, blank=True, help_text="Local; None: the directive's.")
    quiet_to = models.TimeField(null=True, blank=True)
    added_at = models.DateTimeField()
    last_verified_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["office", "post", "id"]


class Shift(models.Model):
    """A person is on duty for a post from one moment to another. Two shifts of a post never overlap."""

    post = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(help_text="The first moment it no longer holds.")
    handover_note = models.TextField(blank=True, help_text="What the outgoing tells this shift.")
    noted_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True, help_text="Until then the outgoing stays on duty.")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["post", "starts_at", "id"]
        indexes = [models.Index(fields=["post", "starts_at"], name="shift_by_post")]


class Cover(models.Model):
    """An office declares a place and a topic it covers, and the post that answers for it."""

    office = models.CharField(max_length=60)
    post = models.CharField(max_length=60)
    place_id = models.CharField(max_length=3, blank=True, help_text="Empty: every place.")
    topic = models.CharField(max_length=40, blank=True, help_text="Empty: every topic.")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["office", "post", "place_id", "topic", "id"]


class Tool(models.Model):
    """What an office holds today: an option of the catalogue or a name of its own, and how soon it can be used."""

    office = models.CharField(max_length=60)
    option_id = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=200)
    ready_days = models.PositiveIntegerField(help_text="Days from a decision to its first use.")
    last_used_on = models.DateField(null=True, blank=True, help_text="None: no use is recorded.")
    last_drilled_on = models.DateField(null=True, blank=True, help_text="None: no drill of it is recorded.")
    note = models.TextField(blank=True)
    stated_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["office", "ready_days", "id"]


class Ping(models.Model):
    """An office was asked to answer. Past its day without an answer the office is stale."""

    office = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    answer_due = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_post = models.CharField(max_length=60, blank=True)
    stale_at = models.DateTimeField(null=True, blank=True, help_text="When its silence was recorded.")

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["office"],
                condition=models.Q(answered_at=None),
                name="one_open_ping_an_office",
            )
        ]


class Hours(models.Model):
    """Hours that a post says it spent, for prevention or in crisis. Optional, appended, never summed with acts."""

    post = models.CharField(max_length=60)
    day = models.DateField()
    kind = models.CharField(max_length=10, help_text="upstream | crisis")
    hours = models.PositiveSmallIntegerField()
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["day", "id"]
