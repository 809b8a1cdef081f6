"""What a decision was signed without: the premortem or the option out of the usual that nobody had thought of."""

from __future__ import annotations

from django.db import models


class DecidedWithout(models.Model):
    """What was missing before a decision when it was signed, and why it was signed all the same."""

    decision = models.OneToOneField("docket.Decision", on_delete=models.PROTECT, related_name="without")
    missing = models.JSONField(help_text="Each thing missing, in words.")
    because = models.TextField(blank=True, help_text="Empty: no reason was given.")

    class Meta:
        ordering = ["id"]
