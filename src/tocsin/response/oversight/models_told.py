"""Who outside was told what: briefings and questions of a legislature, shares with a partner, consent to be named."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tocsin.response.docket.models import Item


class Briefing(models.Model):
    """What a legislature is told at one time. Delivered to all its offices, or to some for a stated reason."""

    title = models.CharField(max_length=200)
    text = models.TextField()
    place_id = models.CharField(max_length=3, blank=True)
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.PROTECT, related_name="briefings")
    by_post = models.CharField(max_length=60)
    prepared_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    why_not_all = models.TextField(blank=True, help_text="Why an office of the legislature did not get the same.")
    ledger_seq = models.BigIntegerField(help_text="The entry of its preparation; delivery has one of its own.")

    class Meta:
        ordering = ["-prepared_at", "-id"]


class BriefingCopy(models.Model):
    """One office of the legislature got a briefing."""

    briefing = models.ForeignKey(Briefing, on_delete=models.PROTECT, related_name="copies")
    office = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering = ["office"]
        constraints = [models.UniqueConstraint(fields=["briefing", "office"], name="one_copy_an_office")]


class Question(models.Model):
    """What a legislature asked, of whom, by when, and what was answered."""

    asked_by = models.CharField(max_length=60, help_text="The office of the legislature.")
    to_post = models.CharField(max_length=60)
    text = models.TextField()
    place_id = models.CharField(max_length=3, blank=True)
    asked_at = models.DateTimeField()
    due = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_post = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ledger_seq = models.BigIntegerField(help_text="The entry of its asking; the answer has one of its own.")

    class Meta:
        ordering = ["due", "id"]


class Share(models.Model):
    """Some fields of some items, readable by one organisation until a day, by a token only they hold."""

    organisation = models.CharField(max_length=60)
    fields = models.JSONField(default=list)
    items = models.ManyToManyField(Item, related_name="shares")
    token_sha256 = models.CharField(max_length=64, unique=True, help_text="Only the hash of the token is kept.")
    by_post = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_post = models.CharField(max_length=60, blank=True)
    ledger_seq = models.BigIntegerField(help_text="The entry that made it; revoking has one of its own.")

    class Meta:
        ordering = ["-made_at", "-id"]


class ShareRead(models.Model):
    """A share was read. Never changed, never deleted; no address of the reader is kept."""

    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="reads")
    at = models.DateTimeField()
    form = models.CharField(max_length=4, help_text="json | atom")

    class Meta:
        ordering = ["at", "id"]


class Consent(models.Model):
    """Somebody agreed to be named in the summaries of one situation, for as long as it is not withdrawn."""

    place_id = models.CharField(max_length=3)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    ledger_seq = models.BigIntegerField(help_text="The entry that gave it; withdrawing has one of its own.")

    class Meta:
        ordering = ["given_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["place_id", "person"], condition=models.Q(withdrawn_at=None), name="one_consent_a_person"
            )
        ]
