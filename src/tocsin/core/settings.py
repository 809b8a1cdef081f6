"""Where things are and what may be tuned from outside: environment variables, read once, nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting there is. Each is an environment variable with the prefix ``TOCSIN_``."""

    model_config = SettingsConfigDict(env_prefix="TOCSIN_", extra="ignore")

    home: Path = Field(Path("var"), description="The data folder: register, runs, store, keys, messages.")
    seed: int = Field(20101020, description="The one seed of every random draw.")
    database_url: str = Field("", description="postgres://… for a team; empty means SQLite in the data folder.")
    host: str = Field("127.0.0.1", description="Address the desk listens on.")
    port: int = Field(8000, description="Port the desk listens on.")
    desk_url: str = Field("", description="Where people reach the desk, as https://…; empty leaves links out.")
    smtp_host: str = Field("", description="Mail server; empty means no e-mail. Its password: keys/smtp.password.")
    smtp_port: int = Field(587, description="Port of the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field("starttls", description="none: to this machine only.")
    smtp_user: str = Field("", description="Account at the mail server; empty means none is asked for.")
    smtp_from: str = Field("Tocsin <docket@tocsin.invalid>", description="From whom mail comes.")
    matrix_server: str = Field("", description="Matrix server, https://…; its token: keys/matrix.token.")
    channels: str = Field("", description="Modules with channels of your own, separated by commas.")

    host_place: str = Field(
        "", description="The place that hosts this desk, three letters: shown apart on the scorecard."
    )

    @property
    def register_path(self) -> Path:
        """The SQLite register."""
        return self.home / "register.sqlite3"

    @property
    def runs(self) -> Path:
        """The folder of runs, one sub-folder each."""
        return self.home / "runs"

    @property
    def store(self) -> Path:
        """Snapshots of publisher bytes and the tables read from them."""
        return self.home / "store"

    @property
    def events(self) -> Path:
        """The event store: what publishers report event by event."""
        return self.home / "events.sqlite3"

    @property
    def pulse(self) -> Path:
        """Which feeds were heard from at the last look, between refreshes."""
        return self.home / "pulse.json"

    @property
    def keys(self) -> Path:
        """Private keys, readable by the owner alone."""
        return self.home / "keys"

    @property
    def mailbox(self) -> Path:
        """Where the local mailbox channel delivers messages."""
        return self.home / "mailbox"

    @property
    def briefs(self) -> Path:
        """Briefs written, one folder a run."""
        return self.home / "briefs"
