"""Django's settings, made from ``core.settings``. Default deny: a view needs a signed-in person unless marked open."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from tocsin.core import database_url
from tocsin.core.settings import Settings

TOCSIN = Settings()
BASE_DIR = Path(__file__).parent


def _secret_key() -> str:
    """Read the session key of this home, or make it on first use (owner may read it, nobody else)."""
    path = TOCSIN.keys / "django.key"
    if not path.exists() or not path.read_text().strip():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Whole or not at all: an empty key would fail every page.
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        draft.replace(path)
    return path.read_text()


def _database() -> dict[str, object]:
    """Return the register's database: SQLite in the home, or PostgreSQL by URL."""
    if TOCSIN.database_url:
        database_url.require_driver()
        url = database_url.parse(TOCSIN.database_url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.name,
            "USER": url.user,
            "PASSWORD": url.password,
            "HOST": url.host,
            "PORT": url.port,
            "OPTIONS": url.options,
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(TOCSIN.register_path),
        # IMMEDIATE: a writer waits its turn at the start instead of failing at the end of its work.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", TOCSIN.host]
DATABASES = {"default": _database()}
AUTH_USER_MODEL = "register.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "tocsin.desk.urls"
WSGI_APPLICATION = "tocsin.desk.wsgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LOGIN_URL = "/sign-in"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "tocsin.response.register",
    "tocsin.response.docket",
    "tocsin.response.oversight",
    "tocsin.desk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Above the static files, to compress them too. Django masks the one secret a page holds, the CSRF token.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tocsin.desk.kept.NeverKept",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "tocsin.desk.outsiders.Outsiders",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tocsin.desk.errors.TellErrors",
    "tocsin.desk.mandate.AsAdopted",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tocsin.desk.context.frame",
            ],
            # Every template may say a concept in the reader's words, without asking for it.
            "builtins": ["tocsin.desk.templatetags.words"],
        },
    }
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "tocsin.desk.passphrase.Passphrase"},
]
# A text far too long still reaches its form, which says so and keeps it; what is longer yet never gets that far.
DATA_UPLOAD_MAX_MEMORY_SIZE = 16_000_000
# The largest form, an incentive model of 200 lines, has about two thousand fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "tocsin.desk.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
