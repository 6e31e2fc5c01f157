from django.apps import AppConfig
from django.db.models.signals import post_save


class WholeConfig(AppConfig):
    name = "whole"

    def ready(self):
        from posthog import models

        from whole import mirror

        post_save.connect(mirror.organization, models.Organization)
        post_save.connect(mirror.project, models.Team)
        post_save.connect(mirror.member, models.OrganizationMembership)
        post_save.connect(mirror.key, models.PersonalAPIKey)
