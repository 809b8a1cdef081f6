"""Rows of document chains. Every table here only grows: what is in force is the newest row, never a changed one."""

from __future__ import annotations

from django.db import models

from tocsin.response.docket.models_deciding import Signed


class Document(Signed):
    """One version of a published document. The version after it is another row, which ``follows`` it."""

    class Kind(models.TextChoices):
        """What it is: written at once, or after it."""

        MEMO = "memo"
        REPORT = "report"

    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    issued_by = models.CharField(max_length=200)
    issued_on = models.DateField()
    place_id = models.CharField(max_length=3, blank=True, help_text="Empty: of no single place.")
    language = models.CharField(max_length=12, blank=True, help_text="BCP 47; empty: not said.")
    url = models.CharField(max_length=500, blank=True, help_text="Where it was published.")
    filename = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, unique=True, help_text="Of the file's bytes.")
    follows = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="followed_by")


class DocumentFile(models.Model):
    """The bytes as they were published: sealed, never changed."""

    document = models.OneToOneField(Document, primary_key=True, on_delete=models.PROTECT, related_name="file")
    content = models.BinaryField()


class Finding(Signed):
    """One finding or recommendation, taken out of a document by a person: its number, text and page as published."""

    class Kind(models.TextChoices):
        """What it is by the document's own words."""

        FINDING = "finding"
        RECOMMENDATION = "recommendation"

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="findings")
    number = models.CharField(max_length=20, help_text="As published, or given here; it never changes.")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    text = models.TextField(help_text="As published.")
    page = models.CharField(max_length=20, blank=True)

    class Meta(Signed.Meta):
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="one_finding_a_number")]


class Owed(Signed):
    """Who owes an answer to a finding, by which day, and what silence does. The newest row counts."""

    class Silence(models.TextChoices):
        """What happens when the day passes without an answer."""

        GAP = "gap"
        WARNING = "warning"

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="owed")
    owner_post = models.CharField(max_length=60)
    due = models.DateField()
    silence = models.CharField(max_length=8, choices=Silence.choices)
    why = models.TextField(blank=True, help_text="Needed when the day was moved later.")


class FindingMove(Signed):
    """A finding's status moved, on evidence later than the document. The newest row is its status."""

    class Status(models.TextChoices):
        """What became of it; without any row it is open."""

        OPEN = "open"
        ACCEPTED = "accepted"
        IN_PART = "in part"
        REJECTED = "rejected"
        DONE = "done"
        SUPERSEDED = "superseded"

    class Evidence(models.TextChoices):
        """What the evidence is, and so where its link leads."""

        DECISION = "decision"
        UNDERTAKING = "undertaking"
        ACTIVITY = "activity"
        ASSESSMENT = "assessment"
        GAP = "gap"
        FINDING = "finding"
        URL = "url"

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="moves")
    status = models.CharField(max_length=10, choices=Status.choices)
    reason = models.TextField(blank=True, help_text="Needed for rejected and for in part.")
    evidence_kind = models.CharField(max_length=12, choices=Evidence.choices)
    evidence = models.CharField(max_length=500, help_text="Number, key or address, by its kind.")
    evidence_on = models.DateField(help_text="The day of the evidence; never before the document's.")


class Carried(Signed):
    """What the later document says of a finding of the earlier one. The newest row counts."""

    class Fate(models.TextChoices):
        """What became of it in the later document."""

        KEPT = "kept"
        CHANGED = "changed"
        DROPPED = "dropped"

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="carried")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="carries")
    fate = models.CharField(max_length=8, choices=Fate.choices)
    became = models.ForeignKey(Finding, null=True, on_delete=models.PROTECT, related_name="came_from")
    why = models.TextField(
        blank=True, help_text="Needed for dropped: the later document's reason, or that it has none."
    )
