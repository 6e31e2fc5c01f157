"""The objects that are measured: a project of a thousand, in the words of the inventory."""

from __future__ import annotations

from typing import Any

Objects = dict[str, list[dict[str, Any]]]


def flag(number: int) -> dict[str, Any]:
    return {
        "key": f"flag-{number}",
        "description": f"Gates feature {number}",
        "conditions": [
            {
                "properties": [{"key": "email", "operator": "icontains", "value": "@example.com"}],
                "rollout_percentage": number % 101,
            }
        ],
        "tags": ["bench"],
    }


def cohort(number: int) -> dict[str, Any]:
    return {"name": f"Cohort {number}", "criteria": [{"event": f"event_{number}", "within": "7 days"}]}


def action(number: int) -> dict[str, Any]:
    return {"name": f"Action {number}", "steps": [{"event": f"event_{number}"}]}


def insight(number: int) -> dict[str, Any]:
    series = [{"kind": "EventsNode", "event": f"event_{number}"}, {"kind": "ActionsNode", "action": f"Action {number}"}]
    return {
        "name": f"Insight {number}",
        "query": {"kind": "InsightVizNode", "source": {"kind": "TrendsQuery", "series": series}},
    }


def thousand() -> Objects:
    """770 flags, and 77 each of cohorts, actions and insights."""
    return {
        "feature_flags": [flag(number) for number in range(770)],
        "cohorts": [cohort(number) for number in range(77)],
        "actions": [action(number) for number in range(77)],
        "insights": [insight(number) for number in range(77)],
    }


def flags(count: int) -> Objects:
    return {"feature_flags": [flag(number) for number in range(count)]}
