"""Django's handle on this room."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """The register room."""

    name = "tocsin.response.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"
