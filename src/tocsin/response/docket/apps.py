"""Django's handle on this room."""

from django.apps import AppConfig


class DocketConfig(AppConfig):
    """The docket room."""

    name = "tocsin.response.docket"
    label = "docket"
    default_auto_field = "django.db.models.BigAutoField"
