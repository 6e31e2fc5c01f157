"""Limits that no measurement could meet in a useful way are refused, whichever check they are of."""

from __future__ import annotations

import typing as t

import pytest
from unit.health.world import options_of

from ansible_collections.rollout.posthog.plugins.module_utils.errors import RolloutError
from ansible_collections.rollout.posthog.plugins.module_utils.health.checks import CHECKS
from ansible_collections.rollout.posthog.plugins.module_utils.health.limits import check_limits


def check(name: str, **written: t.Any) -> None:
    check_limits(name, CHECKS[name][1], options_of(name, **written), written)


REFUSED: list[tuple[str, dict[str, t.Any], str]] = [
    ("disk", {"warning_percent": 200, "failed_percent": 100}, "disk.warning_percent is 200; it can be 0 to 100"),
    ("disk", {"failed_free_gb": -1}, "disk.failed_free_gb is -1; it can be 0 or more"),
    ("disk", {"failed_percent": float("nan")}, "disk.failed_percent is nan; it can be 0 to 100"),
    ("certificate", {"warning_days": -5, "failed_days": 100000}, "certificate.warning_days is -5; it can be 0 or more"),
    ("consumer_lag", {"timeout": -1}, "consumer_lag.timeout is -1; it can be 0 or more"),
    ("event", {"failed_seconds": float("inf")}, "event.failed_seconds is inf; it can be 0 or more"),
    (
        "disk",
        {"warning_percent": 95, "failed_percent": 90},
        "disk.warning_percent is 95 and disk.failed_percent is 90, so there would never be a warning; "
        "warning_percent can be 90 or less",
    ),
    # Also when the failure is a default.
    ("disk", {"warning_percent": 95}, "warning_percent can be 90 or less"),
    ("certificate", {"warning_days": 3, "failed_days": 14}, "warning_days can be 14 or more"),
    ("consumer_lag", {"warning": 10, "failed": 5}, "warning can be 5 or less"),
    ("containers", {"warning_restarts": 11}, "warning_restarts can be 10 or less"),
    ("backup", {"warning_hours": 60}, "warning_hours can be 50 or less"),
    ("disk", {"warning_free_gb": 10, "failed_free_gb": 20}, "warning_free_gb can be 20 or more"),
]


@pytest.mark.parametrize(("name", "written", "says"), REFUSED)
def test_limits_that_cannot_work_are_refused(name: str, written: dict[str, t.Any], says: str) -> None:
    with pytest.raises(RolloutError) as caught:
        check(name, **written)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        *((name, {}) for name in CHECKS),
        ("disk", {"warning_percent": 100, "failed_percent": 100}),
        # Who writes the failure alone wants no warning before it.
        ("disk", {"failed_percent": 40}),
        ("event", {"failed_seconds": 0.5}),
        # 0 is off.
        ("disk", {"warning_free_gb": 20}),
        ("disk", {"failed_free_gb": 20}),
        ("disk", {"failed_free_gb": 20, "warning_free_gb": 0}),
        ("disk", {"warning_free_gb": 30, "failed_free_gb": 20}),
        ("certificate", {"warning_days": 2, "failed_days": 1}),
    ],
)
def test_useful_limits_are_taken(name: str, written: dict[str, t.Any]) -> None:
    check(name, **written)
