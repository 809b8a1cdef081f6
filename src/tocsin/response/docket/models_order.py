"""Rows about what comes first: a rank set by hand, surge mode, a commitment cancelled on the record."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Override(models.Model):
    """A rank set by hand, with reasons and the order it changed. It ends by itself when the item is decided."""

    item = models.ForeignKey("docket.Item", on_delete=models.PROTECT, related_name="overrides")
    rank = models.PositiveIntegerField(help_text="1 is first.")
    reasons = models.TextField()
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    post = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    directive_version = models.CharField(max_length=20)
    before = models.JSONField(default=list, help_text="Numbers of the items in the order before.")
    after = models.JSONField(default=list)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    ledger_seq = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]


class Surge(models.Model):
    """Surge mode: declared by a post the directive names, capped, in which prevention cannot be dropped in silence."""

    declared_at = models.DateTimeField()
    declared_post = models.CharField(max_length=60)
    reasons = models.TextField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_post = models.CharField(max_length=60, blank=True)
    ended_reasons = models.TextField(blank=True)

    class Meta:
        ordering = ["declared_at", "id"]


class Cancelling(models.Model):
    """Somebody asked to cancel a commitment. In surge one for prevention waits for the named senior to agree."""

    commitment = models.ForeignKey("docket.Commitment", on_delete=models.PROTECT, related_name="cancellings")
    asked_at = models.DateTimeField()
    asked_post = models.CharField(max_length=60)
    reasons = models.TextField()
    upstream = models.BooleanField(help_text="It serves prevention.")
    needs_post = models.CharField(max_length=60, blank=True, help_text="Whose agreement it waits for; empty: nobody's.")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_post = models.CharField(max_length=60, blank=True)
    agreed = models.BooleanField(null=True, help_text="None: it waits.")
    answer_reasons = models.TextField(blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
