"""The registers of this room: what was undertaken, what is missing, who was told, with whom something is shared.

The docket and the ledger are read here and never written, but for the entry that records an act on these registers.
"""

from __future__ import annotations

from django.db import models

from tocsin.response.docket.models import Item
from tocsin.response.docket.models_deciding import Signed
from tocsin.response.oversight.documents.models import Carried, Document, DocumentFile, Finding, FindingMove, Owed
from tocsin.response.oversight.models_certificate import Certificate
from tocsin.response.oversight.models_exercise import Exercise, Inject, Player
from tocsin.response.oversight.models_support import Ask, AskWord, Delivery, Need, Pledge, ReformNeed
from tocsin.response.oversight.models_told import Briefing, BriefingCopy, Consent, Question, Share, ShareRead

__all__ = [
    "Ask",
    "AskWord",
    "Briefing",
    "BriefingCopy",
    "Carried",
    "Certificate",
    "Citation",
    "Consent",
    "Delivery",
    "Document",
    "DocumentFile",
    "Exercise",
    "Finding",
    "FindingMove",
    "Gap",
    "Inject",
    "Need",
    "Owed",
    "Player",
    "Pledge",
    "Procedure",
    "Provision",
    "ProvisionStep",
    "Question",
    "ReformNeed",
    "Share",
    "ShareRead",
    "Undertaking",
]


class Undertaking(models.Model):
    """A commitment of a strategy, resolution or report that was added here; the catalogue ships others.

    ``key`` is unique over both. The principle stands in our own words; its procedure stands in ``Procedure``.
    """

    key = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    issued_by = models.CharField(max_length=200)
    reference = models.CharField(max_length=300, help_text="Where it can be read.")
    made_on = models.CharField(max_length=10, help_text="A day, a month or a year, ISO.")
    principle = models.TextField()
    basis = models.CharField(max_length=200, help_text="How it came in: read: SOURCE, or memory.")
    added_at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["key"]


class Procedure(models.Model):
    """One step that turns a principle into practice: who does what, by when, shown by what."""

    undertaking = models.CharField(max_length=60, db_index=True, help_text="Key of the catalogue or of the register.")
    post = models.CharField(max_length=60)
    what = models.TextField()
    due = models.DateField()
    shown_by = models.TextField(help_text="The evidence that will show it was done.")
    added_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_post = models.CharField(max_length=60, blank=True)
    evidence = models.TextField(blank=True)
    ledger_seq = models.BigIntegerField(help_text="The entry that set it; doing it has an entry of its own.")

    class Meta:
        ordering = ["due", "id"]


class Citation(models.Model):
    """An act in the ledger that fulfils, or at least names, an undertaking. Never changed, never deleted."""

    undertaking = models.CharField(max_length=60, db_index=True)
    act_seq = models.BigIntegerField(help_text="The ledger entry of the act.")
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.PROTECT, related_name="citations")
    why = models.TextField()
    post = models.CharField(max_length=60)
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField(help_text="The entry that records the citation.")

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["undertaking", "act_seq"], name="one_citation_an_act")]


class Gap(models.Model):
    """Something that is missing: found by a lapse, a drill, an exercise or a person; owned, and due."""

    class Kind(models.TextChoices):
        """What is missing."""

        CONTACT = "contact"
        TOOL = "tool"
        LAW = "law"
        STEP = "step"
        PROCEDURE = "procedure"
        CAPACITY = "capacity"

    key = models.CharField(max_length=64, help_text="SHA-256 over kind, source and what: the same gap is one gap.")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    what = models.TextField()
    source = models.CharField(
        max_length=120, help_text="lapses:…, exercise:…, drill:…, found:…, undertaking:… or post:…"
    )
    owner_post = models.CharField(max_length=60)
    due = models.DateField()
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.PROTECT, related_name="gaps")
    slot = models.CharField(max_length=120, blank=True, help_text="Where in the directive the text would stand.")
    proposed = models.TextField(blank=True, help_text="Directive text that would close it.")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_post = models.CharField(max_length=60, blank=True)
    evidence = models.TextField(blank=True, help_text="What shows that it is closed.")
    ledger_seq = models.BigIntegerField(help_text="The entry that raised it; closing has an entry of its own.")

    class Meta:
        ordering = ["due", "id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=models.Q(closed_at=None), name="one_open_gap_a_finding")
        ]


class Provision(models.Model):
    """A provision of law, drafted or in force, that would close a gap, and how far it has come."""

    class Status(models.TextChoices):
        """How far it has come."""

        IDEA = "idea"
        DRAFTED = "drafted"
        INTRODUCED = "introduced"
        COMMITTEE = "in committee"
        PASSED = "passed"
        IN_FORCE = "in force"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    gap = models.ForeignKey(Gap, on_delete=models.PROTECT, related_name="provisions")
    title = models.CharField(max_length=200)
    jurisdiction = models.CharField(max_length=120, blank=True, help_text="Whose law it would be.")
    reference = models.CharField(max_length=200, blank=True, help_text="Bill number, file or link.")
    opens = models.TextField(blank=True, help_text="What it would open: a mandate, a fund, a duty.")
    text = models.TextField(help_text="What it would say, in our own words or as drafted.")
    status = models.CharField(max_length=14, choices=Status.choices, default=Status.IDEA)
    status_on = models.DateField()
    added_at = models.DateTimeField()
    ledger_seq = models.BigIntegerField(help_text="The entry of its newest status.")

    class Meta:
        ordering = ["id"]


class ProvisionStep(Signed):
    """One status a provision reached, on which day, and where that can be read. Never changed, never deleted."""

    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="steps")
    status = models.CharField(max_length=14, choices=Provision.Status.choices)
    status_on = models.DateField()
    source = models.CharField(max_length=300, blank=True, help_text="Where it can be read; empty: not said.")
