"""Rows of reports. Every table but ``Writer`` only grows; ``Writer`` alone knows who wrote, and may be erased."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models


class Writer(models.Model):
    """Who stands behind a pseudonym. Read by the receipt path and by the writer's own page, by nothing else."""

    pseudonym = models.CharField(max_length=20, unique=True, help_text="Drawn by lot: R-7K3Q9X. It says nothing.")
    person = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    os_user = models.CharField(max_length=60, blank=True, help_text="By command line, without an account.")
    since = models.DateTimeField()


class Report(models.Model):
    """One report as received. Its number is its key; what became of it is derived, never stored here."""

    class Kind(models.TextChoices):
        """What the writer says it is."""

        REPORT = "report"
        WARNING = "warning"
        EVENT = "event"
        REQUEST = "request"
        STATEMENT = "statement"

    class Via(models.TextChoices):
        """How it came in."""

        DESK = "desk"
        CLI = "cli"
        CSV = "csv"

    place_id = models.CharField(max_length=3)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.REPORT)
    writer = models.CharField(max_length=60, help_text="Pseudonym; never a name.")
    source_key = models.CharField(max_length=60, blank=True, help_text="What tells one source from another.")
    office = models.CharField(max_length=60, blank=True, help_text="The writer's office, if they say so.")
    dated = models.DateField(help_text="The day it is of, as the writer says; never after it was received.")
    received_at = models.DateTimeField()
    read_due = models.DateTimeField(help_text="By then two readers have read it.")
    language = models.CharField(max_length=12, blank=True, help_text="BCP 47; empty: not said.")
    sha256 = models.CharField(max_length=64, help_text="Of the original's bytes.")
    via = models.CharField(max_length=4, choices=Via.choices)
    row_sha256 = models.CharField(max_length=64, null=True, unique=True, help_text="CSV: of the row's own bytes.")
    directive_version = models.CharField(max_length=20)
    ledger_seq = models.BigIntegerField(help_text="The entry that records it.")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["place_id", "received_at"])]


class Original(models.Model):
    """The bytes as they came: sealed, never changed, each opening of them entered in ``Opening``."""

    report = models.OneToOneField(Report, primary_key=True, on_delete=models.PROTECT, related_name="original")
    content = models.BinaryField()
    columns = models.JSONField(null=True, help_text="CSV: the header of the file the row stood in.")


class Opening(models.Model):
    """Somebody read a sealed original. The writer sees under which post, and when."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="openings")
    at = models.DateTimeField()
    post = models.CharField(max_length=60, blank=True, help_text="Empty: the writer, or nobody's post.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=10)
    os_user = models.CharField(max_length=60, null=True, help_text="By command line: whose hand it was.")
    why = models.CharField(max_length=40, help_text="reading | chain | trace | own | export")

    class Meta:
        ordering = ["id"]


class Reading(models.Model):
    """One reader's reading, made blind to the other's. Final: neither reader can withdraw it."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="readings")
    post = models.CharField(max_length=60)
    line_manager = models.CharField(max_length=60, help_text="Of the post, when it was read.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    os_user = models.CharField(max_length=60, blank=True)
    via = models.CharField(max_length=10)
    at = models.DateTimeField()
    factors = models.JSONField(default=list, help_text="Codes of the framework, in its order.")
    severity = models.PositiveSmallIntegerField(null=True, validators=[MaxValueValidator(3)])
    grade = models.CharField(max_length=2, help_text="Admiralty: A–F and 1–6; F6 cannot be judged.")
    note = models.TextField(blank=True)
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["report", "post"], name="one_reading_a_post")]


class Hop(models.Model):
    """A report was sent up a tier, held with a reason, or went around whoever let its clock run out."""

    class Kind(models.TextChoices):
        """What happened at the tier."""

        SENT = "sent"
        HELD = "held"
        AROUND = "around"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="hops")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    from_tier = models.PositiveSmallIntegerField()
    to_tier = models.PositiveSmallIntegerField()
    post = models.CharField(max_length=60, help_text="Who sent or held it; around: whom it went around.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=10)
    text = models.TextField(help_text="As sent. Around: empty, the original stands.")
    reasons = models.JSONField(default=list, help_text="[{change, received, sent, reason}] for each change made.")
    reason = models.TextField(blank=True, help_text="Held: why.")
    arrived_at = models.DateTimeField(help_text="When it came to the tier it leaves.")
    at = models.DateTimeField()
    due = models.DateTimeField(null=True, help_text="The clock of the tier it goes to; null at the top or held.")
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]


class ReportLapse(models.Model):
    """A reading or a hop that was due and did not come. One row a clock, for good."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="lapses")
    clock = models.CharField(max_length=10, help_text="reading | hop")
    tier = models.PositiveSmallIntegerField()
    posts = models.JSONField(default=list)
    due = models.DateTimeField()
    recorded_at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "clock", "tier", "due"], name="one_lapse_a_report_clock")
        ]


class Credit(models.Model):
    """A report came before what it spoke of: a warning, a decision, an onset. Nothing is ever held against one."""

    class Before(models.TextChoices):
        """What the report preceded."""

        WARNING = "warning"
        DECISION = "decision"
        ONSET = "onset"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="credits")
    before = models.CharField(max_length=10, choices=Before.choices)
    reference = models.CharField(max_length=160, help_text="The warning, decision or outcome.")
    item = models.BigIntegerField(null=True, help_text="Number of the docket item.")
    lead_hours = models.PositiveIntegerField()
    given_at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["report", "before"], name="one_credit_a_kind")]


class Quarantined(models.Model):
    """A row of a CSV file that could not be taken in: its own bytes, and why."""

    file_sha256 = models.CharField(max_length=64)
    row = models.PositiveIntegerField(help_text="Line of the file on which the row begins.")
    content = models.BinaryField()
    row_sha256 = models.CharField(max_length=64, unique=True)
    why = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
