"""Rows of packages. What is submitted only grows: the database refuses a change. A draft is not yet submitted."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tocsin.response.docket.models_deciding import Signed


class PackageDraft(models.Model):
    """What an office is still writing about an item, one each; ``revision`` counts the times it was kept."""

    item = models.ForeignKey("docket.Item", on_delete=models.PROTECT, related_name="package_drafts")
    post = models.CharField(max_length=60)
    words = models.JSONField(help_text="As ``packages.words.Words`` has it.")
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["item_id", "post"]
        constraints = [models.UniqueConstraint(fields=["item", "post"], name="one_package_draft_an_office")]


class Package(Signed):
    """Options put together for one item, as submitted: a version of it. ``post`` submitted it; no version is changed.

    What became of it (``state``) is read from the decisions, never kept here.
    """

    class State(models.TextChoices):
        """Submitted, and then what the last decision that named it says."""

        SUBMITTED = "submitted"
        CHOSEN = "chosen"
        REJECTED = "rejected"

    item = models.ForeignKey("docket.Item", on_delete=models.PROTECT, related_name="packages")
    place_id = models.CharField(max_length=3, db_index=True)
    version = models.PositiveIntegerField()
    rapid = models.BooleanField(help_text="A minimum package, made in one sitting.")
    words = models.JSONField(help_text="Everything it says, as ``packages.words.Words`` has it.")
    flags = models.JSONField(default=list, help_text="What was flagged when it was submitted, each with its answer.")
    sha256 = models.CharField(max_length=64, help_text="Of its words, in canonical JSON.")
    complete_by = models.DateField(null=True, help_text="Rapid: the day by which a whole one is asked for.")

    class Meta(Signed.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["item", "version"], name="one_package_a_version")]

    @property
    def state(self) -> str:
        """What the last decision that named it says of it."""
        last = self.picks.order_by("id").last()
        if last is None:
            return self.State.SUBMITTED
        return self.State.CHOSEN if last.chosen else self.State.REJECTED


class Line(models.Model):
    """One line of effort: an option, who leads, supports and stays out, by what authority, when, how it is judged."""

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    option_id = models.CharField(max_length=20, blank=True, help_text="Of the catalogue; empty: an idea of its own.")
    what = models.TextField()
    leads = models.JSONField(default=list, help_text="Posts of the directive, or organisations in words.")
    support = models.JSONField(default=list)
    abstain = models.JSONField(default=list)
    authority = models.TextField()
    procedure_id = models.CharField(max_length=20, blank=True)
    starts = models.DateField()
    ends = models.DateField(null=True)
    lead_days_min = models.PositiveIntegerField()
    lead_days_max = models.PositiveIntegerField()
    cost_band = models.CharField(max_length=20, blank=True)
    risks = models.TextField(blank=True)
    measure = models.TextField()
    baseline = models.TextField(blank=True)
    measure_on = models.DateField(null=True)
    legal_basis = models.TextField(blank=True)
    force = models.BooleanField(help_text="It uses force.")
    alone = models.BooleanField(help_text="One state does it by itself.")

    class Meta:
        ordering = ["package_id", "position"]
        constraints = [models.UniqueConstraint(fields=["package", "position"], name="one_line_a_position")]


class SignOff(Signed):
    """A post of the tier that prepares packages puts its name to one. It decides nothing."""

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="sign_offs")

    class Meta(Signed.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["package", "post"], name="one_sign_off_a_post")]


class PackagePick(models.Model):
    """What a decision says of a package: chosen, or not and why."""

    decision = models.ForeignKey("docket.Decision", on_delete=models.PROTECT, related_name="picks")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="picks")
    chosen = models.BooleanField()
    why = models.TextField(blank=True, help_text="Not chosen: why not.")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["decision", "package"], name="one_word_a_package")]
