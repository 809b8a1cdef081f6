"""Django's handle on this room."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """The oversight room."""

    name = "tocsin.response.oversight"
    label = "oversight"
    default_auto_field = "django.db.models.BigAutoField"
