"""Loading many objects at once: benchmarks would otherwise spend their time on preparing."""

from typing import Any

from django.db import transaction
from rest_framework.serializers import Serializer

from posthog_emulator.api.actions import ActionSerializer
from posthog_emulator.api.cohorts.serializer import CohortSerializer
from posthog_emulator.api.dashboards.serializer import DashboardSerializer
from posthog_emulator.api.flags.serializer import FlagSerializer
from posthog_emulator.api.insights.serializer import InsightSerializer
from posthog_emulator.models import Project, User

SERIALIZERS: dict[str, type[Serializer[Any]]] = {
    "feature_flags": FlagSerializer,
    "cohorts": CohortSerializer,
    "actions": ActionSerializer,
    "insights": InsightSerializer,
    "dashboards": DashboardSerializer,
}


@transaction.atomic
def load(project: Project, kind: str, bodies: list[dict[str, Any]]) -> list[int]:
    """Create the objects as a POST of each would, and tell their ids."""
    context = {"project": project, "user": User.objects.first()}
    ids = []
    for body in bodies:
        serializer = SERIALIZERS[kind](data=body, context=context)
        serializer.is_valid(raise_exception=True)
        ids.append(serializer.save().pk)
    return ids
