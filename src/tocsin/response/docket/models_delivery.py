"""Rows of delivery: how a message goes out, who has seen it, who answered it, and whether anybody delivers at all."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Sending(models.Model):
    """One message by one way: a channel and an address. The message is what is said; this is one attempt to say it.

    ``next_try_at`` None on a waiting row is a way held in reserve: it is used when one before it fails.
    """

    class State(models.TextChoices):
        """Where a sending stands. Only ``waiting`` ever changes."""

        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        WITHDRAWN = "withdrawn"

    message = models.ForeignKey("docket.Message", on_delete=models.CASCADE, related_name="sendings")
    rank = models.PositiveSmallIntegerField(help_text="The order in which the ways of a message are used.")
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=400, blank=True, help_text="Empty for a channel that needs none.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    why = models.CharField(max_length=120, blank=True, help_text="Why this person or office is told.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    next_try_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    receipt = models.CharField(max_length=200, blank=True, help_text="What the channel named it by.")
    last_error = models.CharField(max_length=300, blank=True, help_text="Without secrets.")
    claimed_by = models.CharField(max_length=80, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["message_id", "rank", "id"]
        constraints = [models.UniqueConstraint(fields=["message", "channel", "address"], name="one_sending_a_way")]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], condition=models.Q(state="waiting"), name="docket_sending_waiting"
            )
        ]


class Seen(models.Model):
    """A person has opened a message at the desk."""

    message = models.ForeignKey("docket.Message", on_delete=models.CASCADE, related_name="seen")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    at = models.DateTimeField()

    class Meta:
        unique_together = [("message", "person")]


class Heartbeat(models.Model):
    """A process that moves clocks and delivers. A worker that stops beating is noticed by what reads this."""

    name = models.CharField(max_length=80, unique=True, help_text="machine:process")
    kind = models.CharField(max_length=10, help_text="worker | serve | tick")
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True, help_text="Set by a process that ended in order.")
    ticks = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-beat_at", "id"]


class DeliveryDrill(models.Model):
    """A drill on the live system: a marked message through every way of every post, and who answered."""

    started_at = models.DateTimeField()
    by_post = models.CharField(max_length=60)
    answer_by = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True, help_text="When its result was entered in the ledger.")
    ledger_seq = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at", "id"]


class DrillCall(models.Model):
    """One post called in a drill, by all of its ways; answered when somebody answers one of them."""

    drill = models.ForeignKey(DeliveryDrill, on_delete=models.PROTECT, related_name="calls")
    post = models.CharField(max_length=60)
    message = models.OneToOneField("docket.Message", on_delete=models.PROTECT, related_name="drill_call")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_via = models.CharField(max_length=20, blank=True, help_text="desk | link | cli")

    class Meta:
        ordering = ["drill_id", "id"]
        unique_together = [("drill", "post")]
