"""Objects as a person would declare them; what a test is about is given by name, the rest is ordinary."""

from __future__ import annotations

from typing import Any

Entry = dict[str, Any]


def email_at(domain: str = "@example.com") -> Entry:
    """A property filter."""
    return {"key": "email", "operator": "icontains", "value": domain}


def condition(percentage: float = 100, *properties: Entry, **more: Any) -> Entry:
    """A condition of a flag."""
    return {"properties": list(properties), "rollout_percentage": percentage, **more}


def flag(key: str = "trends", *conditions: Entry, **fields: Any) -> Entry:
    """A feature flag, for everybody unless conditions are given."""
    return {"key": key, "conditions": list(conditions) or [condition()], **fields}


def variants(**shares: float) -> list[Entry]:
    """Variants by key and share."""
    return [{"key": key, "rollout_percentage": share} for key, share in shares.items()]


def cohort(name: str = "Employees", *criteria: Entry, **fields: Any) -> Entry:
    """A cohort that flags may use."""
    return {"name": name, "criteria": list(criteria) or [email_at()], **fields}


def action(name: str = "Connected", **fields: Any) -> Entry:
    """An action."""
    return {"name": name, "steps": [{"event": "github_connected"}], **fields}


def trend(*series: Entry, **source: Any) -> Entry:
    """The query of a trend."""
    shown = list(series) or [{"kind": "EventsNode", "event": "dashboard_view"}]
    return {"kind": "InsightVizNode", "source": {"kind": "TrendsQuery", "series": shown, **source}}


def insight(name: str = "Views", **fields: Any) -> Entry:
    """An insight."""
    return {"name": name, "query": trend(), **fields}


def layout(x: int = 0, y: int = 0, w: int = 6, h: int = 5) -> Entry:
    """A place on the grid."""
    return {"x": x, "y": y, "w": w, "h": h}


def dashboard(name: str = "Activation", *tiles: Entry, **fields: Any) -> Entry:
    """A dashboard; without tiles, they are not managed."""
    return {"name": name, **({"tiles": list(tiles)} if tiles else {}), **fields}


def whole_project() -> Entry:
    """Everything that refers to everything, as options of the apply module."""
    clicks = {"kind": "ActionsNode", "action": "Connected"}
    return {
        "project_settings": {
            "timezone": "Europe/Berlin",
            "anonymize_ips": True,
            "session_recording_linked_flag": "trends",
            "primary_dashboard": "Activation",
            "test_account_filters": [{"cohort": "Employees", "operator": "not_in"}],
        },
        "cohorts": [cohort(), cohort("Not ours", {"cohort": "Employees", "negation": True})],
        "actions": [action(tags=["onboarding"])],
        "feature_flags": [
            flag(conditions=[condition(25, {"cohort": "Employees"})], tags=["growth"]),
            flag("trends-wide", condition(50, {"flag": "trends", "value": True}), variants=variants(a=40, b=60)),
        ],
        "insights": [
            insight("Clicks", query=trend(clicks, properties=[{"cohort": "Employees"}])),
            insight("Views"),
        ],
        "dashboards": [
            dashboard("Activation", {"text": "## Arrival"}, {"insight": "Clicks"}, {"insight": "Views"}),
            dashboard("Overview", {"insight": "Views"}, filters={"date_from": "-30d"}),
        ],
    }


def many(count: int) -> Entry:
    """A project of many objects, a third of each of three kinds that refer to each other."""
    share = count // 3
    return {
        "cohorts": [cohort(f"Cohort {number}") for number in range(share)],
        "feature_flags": [
            flag(f"flag-{number}", condition(50, {"cohort": f"Cohort {number}"})) for number in range(share)
        ],
        "insights": [
            insight(f"Insight {number}", query=trend(properties=[{"cohort": f"Cohort {number}"}]))
            for number in range(share)
        ],
        "dashboards": [dashboard("All", *({"insight": f"Insight {number}"} for number in range(share)))],
    }
