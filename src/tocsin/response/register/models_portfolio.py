"""Development portfolios: lists of projects as they came in, flags as reviewers judged them; incentives; institutions.

Every table only grows. A project row is shaped as an IATI activity is (identifier, reporting organisation, sectors with
their vocabulary, recipient countries, dates, status, budget with its currency), so that a feed of them fits.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Entered(models.Model):
    """Who entered a row, when, and its entry in the ledger."""

    post = models.CharField(max_length=60)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hand = models.CharField(max_length=160, help_text="Whose hand it came by: an account, or one of a machine.")
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        abstract = True
        ordering = ["id"]


class ProjectFile(Entered):
    """The bytes of a list of projects, sealed by their hash before the first row of it is read."""

    portfolio = models.CharField(
        max_length=120, db_index=True, help_text="What the list is called: a donor's, a fund's."
    )
    name = models.CharField(max_length=200, help_text="The file's name as it came.")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    form = models.CharField(max_length=4, help_text="csv | xlsx | xml")

    class Meta(Entered.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["portfolio", "sha256"], name="one_reading_of_a_list")]


class Project(models.Model):
    """A project as one line of a list says it. A later list that names it again adds a row that follows this one."""

    file = models.ForeignKey(ProjectFile, on_delete=models.PROTECT, related_name="projects")
    line = models.PositiveIntegerField(help_text="Of the file, the header being line 1; of XML, which activity it is.")
    portfolio = models.CharField(max_length=120)
    iati_identifier = models.CharField(max_length=200)
    reporting_org = models.CharField(max_length=300)
    title = models.TextField()
    description = models.TextField(blank=True)
    sectors = models.JSONField(default=list, help_text="[{vocabulary, code, percent}], percent as text or empty.")
    recipients = models.JSONField(default=list, help_text="[{place_id, percent}].")
    location = models.TextField(blank=True, help_text="Where in the country, in the list's own words.")
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    status = models.CharField(max_length=1, blank=True, help_text="IATI ActivityStatus 1-6; empty: not said.")
    budget = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    money = models.JSONField(
        null=True,
        help_text="[{kind, currency, amount, count}]: sums, never converted; null: not said.",
    )
    follows = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["file", "iati_identifier"], name="one_line_a_project")]
        indexes = [models.Index(fields=["portfolio", "iati_identifier"]), models.Index(fields=["file", "line"])]


class ProjectPlace(models.Model):
    """A place that a project is in: what lists of a place are found by."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="places")
    place_id = models.CharField(max_length=3, db_index=True)

    class Meta:
        ordering = ["id"]


class ProjectQuarantined(models.Model):
    """A line of a list that was not taken in, whole, with every reason. Nothing else of the list waits for it."""

    file = models.ForeignKey(ProjectFile, on_delete=models.PROTECT, related_name="quarantined")
    line = models.PositiveIntegerField()
    cells = models.JSONField(help_text="The line as it stood, by the header's names.")
    reasons = models.JSONField(help_text="[{column, value, rule, todo}].")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["file", "line"])]


class ProjectsRead(Entered):
    """A list was read to its end: how many lines it had, how many of them came in and how many wait."""

    file = models.OneToOneField(ProjectFile, on_delete=models.PROTECT, related_name="read")
    lines = models.PositiveIntegerField()
    taken = models.PositiveIntegerField()
    quarantined = models.PositiveIntegerField()

    class Meta(Entered.Meta):
        abstract = False


class FlagReview(Entered):
    """A reviewer's word on one flag of one project: it holds, it does not, or it holds otherwise. The newest stands."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reviews")
    place_id = models.CharField(max_length=3)
    rule = models.CharField(max_length=40, help_text="The rule of the catalogue that raised the flag.")
    factor = models.CharField(max_length=4)
    verdict = models.CharField(max_length=6, help_text="accept | reject | adjust")
    effect = models.CharField(max_length=10, help_text="What the rule said: restrains | may_feed | unclear.")
    adjusted = models.CharField(max_length=10, blank=True, help_text="The effect the reviewer sees, when adjusted.")
    reasons = models.TextField()
    change = models.TextField(blank=True, help_text="What will be changed in the project, in the reviewer's words.")

    class Meta(Entered.Meta):
        abstract = False
        indexes = [models.Index(fields=["project", "place_id"])]


class IncentiveModel(Entered):
    """Who gains from violence, restraint and bargains at a place: one version of the model; no version is changed."""

    place_id = models.CharField(max_length=3)
    version = models.PositiveIntegerField()
    content = models.JSONField(help_text="As ``options.incentives.Model`` has it.")
    sha256 = models.CharField(max_length=64, help_text="Of its content, in canonical JSON.")
    why = models.TextField(help_text="What this version changes, and why.")

    class Meta(Entered.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["place_id", "version"], name="one_incentive_model_a_version")]


class ProgrammeTried(Entered):
    """A programme entered against a version of a place's model. What comes of it is computed, never kept."""

    model = models.ForeignKey(IncentiveModel, on_delete=models.PROTECT, related_name="programmes")
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="tried")
    content = models.JSONField(help_text="As ``options.incentives.Programme`` has it.")
    sha256 = models.CharField(max_length=64)

    class Meta(Entered.Meta):
        abstract = False


class InstitutionWord(Entered):
    """Somebody judged, as of a day and by a source, how a court, an oversight or an early-warning body stands."""

    place_id = models.CharField(max_length=3, db_index=True)
    kind = models.CharField(max_length=20, help_text="courts | oversight | early_warning")
    body = models.CharField(max_length=200, help_text="The institution's name.")
    as_of = models.DateField(help_text="The day the judgement is about.")
    state = models.CharField(max_length=12, help_text="working | partly | not_working | absent | unknown")
    trend = models.CharField(max_length=10, help_text="better | same | worse | unknown")
    source = models.TextField(help_text="A link or citation.")
    vintage = models.DateField(help_text="The day the source is of.")
    note = models.TextField(blank=True)

    class Meta(Entered.Meta):
        abstract = False
