"""Which address leads where."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ViewSetMixin

from posthog_emulator import health
from posthog_emulator.api.account import CurrentKey, CurrentUser
from posthog_emulator.api.actions import ActionViewSet
from posthog_emulator.api.cohorts.views import CohortViewSet
from posthog_emulator.api.dashboards.views import DashboardViewSet
from posthog_emulator.api.flags.views import FlagViewSet
from posthog_emulator.api.group_types import GroupTypeMetadata, GroupTypes, OneGroupType
from posthog_emulator.api.insights.views import InsightViewSet
from posthog_emulator.api.organizations import OrganizationViewSet
from posthog_emulator.api.persons import PersonViewSet
from posthog_emulator.api.projects.views import ProjectViewSet
from posthog_emulator.api.query import Query
from posthog_emulator.control import views as control
from posthog_emulator.evaluation import views as evaluation
from posthog_emulator.ingestion import views as ingestion
from posthog_emulator.pages import views as pages


def _router(**viewsets: type[ViewSetMixin]) -> list[URLPattern | URLResolver]:
    """Routes with an optional slash at the end."""
    router = SimpleRouter()
    router.trailing_slash = "/?"
    for prefix, viewset in viewsets.items():
        router.register(prefix, viewset, basename=prefix)
    return router.urls


PROJECT_KINDS = _router(
    feature_flags=FlagViewSet,
    cohorts=CohortViewSet,
    actions=ActionViewSet,
    insights=InsightViewSet,
    dashboards=DashboardViewSet,
    persons=PersonViewSet,
)
GROUP_TYPES: list[URLPattern | URLResolver] = [
    re_path(r"^groups_types/?$", GroupTypes.as_view()),
    re_path(r"^groups_types/update_metadata/?$", GroupTypeMetadata.as_view()),
    re_path(r"^groups_types/(?P<index>\d)/?$", OneGroupType.as_view()),
]

IN_A_PROJECT: list[URLPattern | URLResolver] = [
    *PROJECT_KINDS,
    *GROUP_TYPES,
    re_path(r"^query/?$", Query.as_view()),
]

API: list[URLPattern | URLResolver] = [
    re_path(r"^users/@me/?$", CurrentUser.as_view()),
    re_path(r"^personal_api_keys/(?P<reference>[^/]+)/?$", CurrentKey.as_view()),
    re_path(r"^feature_flag/local_evaluation/?$", evaluation.Definitions.as_view()),
    # environments is the old name of projects.
    re_path(r"^(?:projects|environments)/(?P<project>[^/]+)/", include(IN_A_PROJECT)),
    re_path(r"^organizations/(?P<organization>[^/]+)/", include(_router(projects=ProjectViewSet))),
    path("", include(_router(organizations=OrganizationViewSet, projects=ProjectViewSet))),
    path("", include(_router(environments=ProjectViewSet))),
]

PUBLIC = [
    re_path(r"^(?:i/v0/e|e|capture|batch|track)/?$", ingestion.capture),
    re_path(r"^flags/?$", evaluation.flags),
    re_path(r"^flags/definitions/?$", evaluation.Definitions.as_view()),
    re_path(r"^decide/?$", evaluation.decide),
    re_path(r"^array/(?P<token>[^/]+)/config/?$", evaluation.remote_config),
    re_path(r"^array/(?P<token>[^/]+)/config\.js$", evaluation.remote_config_script),
]

CONTROL = [
    re_path(r"^state/?$", control.state),
    re_path(r"^reset/?$", control.reset),
    re_path(r"^switches/?$", control.switches),
    re_path(r"^requests/?$", control.requests),
    re_path(r"^events/?$", control.events),
    re_path(r"^keys/?$", control.keys),
    re_path(r"^bulk/?$", control.load),
]

urlpatterns = [
    path("", pages.front),
    path("project/<int:project>", pages.jump),
    path("api/", include(API)),
    path("_emulator/", include(CONTROL)),
    re_path(r"^_health/?$", health.health),
    re_path(r"^_livez/?$", health.alive),
    re_path(r"^_readyz/?$", health.ready),
    re_path(r"^_preflight/?$", health.preflight),
    *PUBLIC,
]
handler404 = "posthog_emulator.health.not_found"
handler500 = "posthog_emulator.health.broken"
