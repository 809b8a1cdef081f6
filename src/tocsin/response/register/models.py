"""Who acts (people, posts), what is known of a place (situations, answers), and the record of both."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from tocsin.response.register.models_assessing import Shown


class Person(AbstractUser):
    """Somebody with an account. Posts are held, not owned: see Holding."""

    display_name = models.CharField(max_length=120, blank=True)
    may_sign = models.BooleanField(default=False, help_text="Has set a passphrase of their own to sign with.")
    last_looked_run = models.CharField(max_length=80, blank=True, help_text="The run last seen on the board.")
    words = models.CharField(max_length=10, blank=True, help_text="The vocabulary pages are read in; empty: the UN's.")

    def __str__(self) -> str:
        return self.display_name or self.username


class Holding(models.Model):
    """A person holds a post of the directive between two moments."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holdings")
    post = models.CharField(max_length=60, help_text="A post id of the directive in force.")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["post", "since"]


class LoginTicket(models.Model):
    """A one-time way in; only the SHA-256 of the token is kept."""

    token_sha256 = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class LedgerEntry(models.Model):
    """A leaf of the log: its public header and the commitment to its body. Never changed, never deleted."""

    seq = models.BigIntegerField(primary_key=True, help_text="0, 1, 2 … without a gap.")
    time = models.DateTimeField()
    kind = models.CharField(max_length=60)
    item = models.BigIntegerField(null=True, blank=True, help_text="Number of the docket item, if any.")
    schema = models.CharField(max_length=40)
    commitment = models.CharField(max_length=64, help_text="SHA-256 over salt and canonical body, hex.")
    leaf = models.TextField(help_text="The canonical JSON leaf that is hashed into the tree.")

    class Meta:
        ordering = ["seq"]


class LedgerBody(models.Model):
    """What the commitment opens to. May be withheld or erased without breaking the tree."""

    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, primary_key=True, related_name="opened")
    salt = models.CharField(max_length=64)
    body = models.TextField(help_text="Canonical JSON (RFC 8785).")


class LedgerCheckpoint(models.Model):
    """A signed note over the first ``size`` entries."""

    size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    note = models.TextField()
    time = models.DateTimeField()
    frontier = models.TextField(default="", help_text="Roots of the complete subtrees, hex, largest first.")

    class Meta:
        ordering = ["size", "time"]


class Situation(models.Model):
    """The file on one place: always a prevention track and a response track (M1)."""

    place_id = models.CharField(max_length=3, unique=True)
    opened_at = models.DateTimeField()
    prevention_owner = models.CharField(max_length=60, blank=True)
    prevention_closed_at = models.DateTimeField(null=True, blank=True)
    response_owner = models.CharField(max_length=60, blank=True)
    response_closed_at = models.DateTimeField(null=True, blank=True)


class Answer(models.Model):
    """One assessor's answer to one question of a framework. Appended; a new one supersedes."""

    class State(models.TextChoices):
        """Four answers; unknown is one of them and differs from absent."""

        PRESENT = "present"
        PARTLY = "partly"
        ABSENT = "absent"
        UNKNOWN = "unknown"

    class Trend(models.TextChoices):
        """Against the last time it was looked at."""

        WORSE = "worse"
        SAME = "same"
        BETTER = "better"
        UNKNOWN = "unknown"

    class Confidence(models.TextChoices):
        """The assessor's own confidence in the answer."""

        HIGH = "high"
        MODERATE = "moderate"
        LOW = "low"

    framework = models.CharField(max_length=40, default="un_framework")
    code = models.CharField(max_length=20, help_text="Indicator (1.1) or factor (RF1) of the framework.")
    place_id = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State.choices)
    trend = models.CharField(max_length=10, choices=Trend.choices, default=Trend.UNKNOWN)
    confidence = models.CharField(max_length=10, choices=Confidence.choices)
    evidence = models.TextField(blank=True, help_text="Link or citation.")
    no_evidence_reason = models.TextField(blank=True)
    note = models.TextField(blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    post = models.CharField(max_length=60)
    at = models.DateTimeField()
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    sheet = models.ForeignKey("register.Sheet", null=True, blank=True, on_delete=models.PROTECT, related_name="answers")
    grades = models.JSONField(default=list, help_text="[{grade, dated}], one for each line of the evidence.")
    suggestion = models.CharField(max_length=160, blank=True, help_text="The suggestion it was accepted from.")
    why = models.TextField(blank=True, help_text="After the reveal: why it was revised.")
    beside = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Dissent with oneself."
    )
    seal = models.CharField(max_length=64, blank=True, help_text="Salt of what the ledger was given before the reveal.")

    objects = Shown()
    every = models.Manager()

    class Meta:
        ordering = ["code", "at"]
        indexes = [models.Index(fields=["place_id", "framework", "code"])]


# Rows of the rooms beside these live in modules of their own.
from tocsin.response.register.models_assessing import Round, Sheet, SuggestionWord, Twice, TwiceSettled  # noqa: E402, F401
from tocsin.response.register.models_at_hand import AtHand  # noqa: E402, F401
from tocsin.response.register.models_catalogue import (  # noqa: E402, F401
    OptionProposal,
    OptionPublication,
    OptionReview,
    OptionTakenBack,
    SourceWord,
)
from tocsin.response.register.models_directive import Adoption, InForce, Withdrawal  # noqa: E402, F401
from tocsin.response.register.models_events import EventJudgement  # noqa: E402, F401
from tocsin.response.register.models_forecasts import (  # noqa: E402, F401
    Forecast,
    ForecastEnd,
    ForecastQuestion,
    ForecastShown,
)
from tocsin.response.register.models_people import Contact, Cover, Hours, Ping, Shift, Tool  # noqa: E402, F401
from tocsin.response.register.models_portfolio import (  # noqa: E402, F401
    FlagReview,
    IncentiveModel,
    InstitutionWord,
    ProgrammeTried,
    Project,
    ProjectFile,
    ProjectPlace,
    ProjectQuarantined,
    ProjectsRead,
)
from tocsin.response.register.models_registry import (  # noqa: E402, F401
    Activity,
    ActivityChange,
    ActivityPlace,
    Offer,
    Organisation,
    Subscription,
)
from tocsin.response.register.models_tile import LedgerTile  # noqa: E402, F401
from tocsin.response.register.reports import models as reports  # noqa: E402, F401
from tocsin.response.register.techniques import models as techniques  # noqa: E402, F401
