"""What people judged of reports: that they are of one event, or of two. The reports are no rows of the register."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class EventJudgement(models.Model):
    """One act: these pairs of reports are one event, or two; or an earlier act is taken back. The table only grows."""

    class Word(models.TextChoices):
        """What was judged."""

        SAME = "same", "one event"
        APART = "apart", "not one event"
        BACK = "back", "an earlier judgement taken back"

    word = models.CharField(max_length=8, choices=Word.choices)
    place_id = models.CharField(max_length=3, blank=True)
    pairs = models.JSONField(default=list, help_text="[[ref, ref]]: reports by their identity in the event store.")
    why = models.TextField()
    seen = models.JSONField(default=dict, help_text="What the rule said of the pairs then: version, points, sentences.")
    of = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="back", help_text="The judgement that is taken back."
    )
    post = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["place_id"], name="event_judgement_by_place")]
