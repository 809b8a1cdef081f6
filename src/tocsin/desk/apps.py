"""Django's handle on the desk: it has pages and no tables of its own."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk room."""

    name = "tocsin.desk"
    label = "desk"
