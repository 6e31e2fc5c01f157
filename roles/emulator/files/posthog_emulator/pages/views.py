"""The front page: what is in the emulator, at a glance."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from posthog_emulator import __version__
from posthog_emulator.api.projects.defaults import DEFAULTS
from posthog_emulator.models import Action, Cohort, Dashboard, FeatureFlag, Insight, Project
from posthog_emulator.pages.board import placed_tiles, query_kind


def front(request: HttpRequest) -> HttpResponse:
    """All projects, one after the other."""
    projects = [_project(project) for project in Project.objects.order_by("id")]
    return render(request, "emulator/front.html", {"projects": projects, "version": __version__})


def jump(_request: HttpRequest, project: int) -> HttpResponseRedirect:
    """Where PostHog has a project's pages, the front page has its part."""
    return HttpResponseRedirect(f"/#project-{project}")


def _project(project: Project) -> dict[str, Any]:
    dashboards = Dashboard.objects.filter(project=project, deleted=False).order_by("-pinned", "name", "id")
    return {
        "row": project,
        "settings": sorted((key, value) for key, value in project.settings.items() if value != DEFAULTS.get(key)),
        "flags": [_flag(row) for row in FeatureFlag.objects.filter(project=project, deleted=False).order_by("key")],
        "cohorts": [_cohort(row) for row in Cohort.objects.filter(project=project, deleted=False).order_by("name")],
        "actions": [_action(row) for row in Action.objects.filter(project=project, deleted=False).order_by("name")],
        "insights": [_insight(row) for row in Insight.objects.filter(project=project, deleted=False).order_by("name")],
        "dashboards": [{"row": row, "tiles": placed_tiles(row)} for row in dashboards],
    }


def _flag(flag: FeatureFlag) -> dict[str, Any]:
    filters = flag.body.get("filters") or {"groups": []}
    return {
        "row": flag,
        "description": flag.body.get("name", ""),
        "rollouts": [_rollout(group) for group in filters["groups"]],
        "variants": (filters.get("multivariate") or {}).get("variants") or [],
        "tags": flag.body.get("tags", []),
    }


def _rollout(group: dict[str, Any]) -> dict[str, Any]:
    percentage = group.get("rollout_percentage")
    return {"percentage": 100 if percentage is None else percentage, "conditions": len(group["properties"])}


def _cohort(cohort: Cohort) -> dict[str, Any]:
    return {"row": cohort, "kind": "static" if cohort.is_static else "dynamic", "note": cohort.body.get("description")}


def _action(action: Action) -> dict[str, Any]:
    steps = action.body.get("steps", [])
    return {"row": action, "events": [step["event"] or "any event" for step in steps]}


def _insight(insight: Insight) -> dict[str, Any]:
    return {"row": insight, "kind": query_kind(insight)}
