"""Rows about who is at hand in a place, as somebody said it on a day: a table that only grows."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AtHand(models.Model):
    """Who can act in a place, and who can be reached there, by kind. The newest of a place stands until its day."""

    place_id = models.CharField(max_length=3)
    kinds = models.JSONField(help_text="Kinds of options/actors.yml; empty: nobody is said to be at hand any more.")
    why = models.TextField(help_text="Who they are and how that is known, in words.")
    until = models.DateField(help_text="The last day it is taken as true.")
    at = models.DateTimeField()
    post = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["place_id"], name="at_hand_by_place")]
