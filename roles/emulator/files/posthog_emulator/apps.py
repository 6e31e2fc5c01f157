"""Django application configuration."""

from django.apps import AppConfig


class EmulatorConfig(AppConfig):
    """The one Django app of the emulator."""

    name = "posthog_emulator"
    label = "emulator"
