"""Others write at the same moment: their edits are seen, and approvals are waited for by people, not by us."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from integration.builders import condition, flag, variants
from integration.hand import Hand

from support.emulator import Emulator
from support.task import Tasks


@pytest.fixture
def before_each_patch(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Has somebody do something between our reading and our writing."""
    from ansible_collections.rollout.posthog.plugins.module_utils.client import Client

    def arrange(edit: Callable[[], None]) -> None:
        write = Client.write

        def meddled(self: Client, method: str, path: str, body: Any = None) -> Any:
            if method == "PATCH":
                edit()
            return write(self, method, path, body)

        monkeypatch.setattr(Client, "write", meddled)

    return arrange


def once(edit: Callable[[], Any]) -> Callable[[], None]:
    done = threading.Event()

    def guarded() -> None:
        if not done.is_set():
            done.set()
            edit()

    return guarded


def test_an_edit_of_the_same_field_is_read_and_planned_again(
    task: Tasks, hand: Hand, before_each_patch: Callable[[Callable[[], None]], None]
) -> None:
    task("feature_flag", **flag("trends", condition(10), variants=variants(a=50, b=50)))
    stored = hand.find("feature_flags", "trends")["filters"]
    by_hand = {**stored, "multivariate": {"variants": [{"key": "c", "rollout_percentage": 100}]}}
    before_each_patch(once(lambda: hand.edit("feature_flags", 1, filters=by_hand)))
    result = task("feature_flag", key="trends", conditions=[condition(25)])
    assert result["action"] == "updated"
    assert "trends was edited by somebody else meanwhile" in result.warnings
    after = hand.find("feature_flags", "trends")["filters"]
    assert after["groups"][0]["rollout_percentage"] == 25
    assert [variant["key"] for variant in after["multivariate"]["variants"]] == ["c"]
    assert [request.status for request in result.sent if request.method == "PATCH"][-2:] == [409, 200]


def test_an_edit_of_another_field_is_kept_without_ado(
    task: Tasks, hand: Hand, before_each_patch: Callable[[Callable[[], None]], None]
) -> None:
    task("feature_flag", **flag("trends", condition(10)))
    before_each_patch(once(lambda: hand.edit("feature_flags", 1, name="By hand")))
    assert task("feature_flag", key="trends", conditions=[condition(25)]).warnings == ""
    assert hand.find("feature_flags", "trends")["name"] == "By hand"


def test_an_edit_that_does_our_work_leaves_nothing_to_send(
    task: Tasks, hand: Hand, before_each_patch: Callable[[Callable[[], None]], None]
) -> None:
    task("feature_flag", **flag("trends", condition(10)))
    wanted = {"groups": [{"properties": [], "rollout_percentage": 25, "variant": None}]}
    before_each_patch(once(lambda: hand.edit("feature_flags", 1, filters=wanted)))
    task("feature_flag", key="trends", conditions=[condition(25)])
    task.converged("feature_flag", key="trends", conditions=[condition(25)])


def test_somebody_who_never_stops_editing_is_an_error(
    task: Tasks, hand: Hand, before_each_patch: Callable[[Callable[[], None]], None]
) -> None:
    task("feature_flag", **flag("trends", condition(10)))
    shares = iter(range(40, 90))

    def edit() -> None:
        hand.edit("feature_flags", 1, filters={"groups": [{"properties": [], "rollout_percentage": next(shares)}]})

    before_each_patch(edit)
    failed = task.fails("feature_flag", key="trends", conditions=[condition(25)])
    assert "409" in failed["msg"]


def test_a_change_that_waits_for_approval_is_reported(task: Tasks, emulator: Emulator, hand: Hand) -> None:
    task("feature_flag", **flag("trends", condition(10)))
    emulator.switch(approval_required=True)
    result = task("feature_flag", **flag("trends", condition(25)))
    assert result["action"] == "awaiting approval"
    assert "waits for approval as change request" in result.warnings
    assert len(result.writes) == 1
    assert hand.find("feature_flags", "trends")["filters"]["groups"][0]["rollout_percentage"] == 10


def test_the_rest_of_a_project_goes_on_while_flags_wait_for_approval(
    task: Tasks, emulator: Emulator, hand: Hand
) -> None:
    task("feature_flag", **flag("trends", condition(10)))
    emulator.switch(approval_required=True)
    result = task(
        "apply",
        feature_flags=[flag("trends", condition(25)), flag("fresh")],
        dashboards=[{"name": "Activation"}],
    )
    assert hand.names("dashboards") == ["Activation"]
    assert result.actions["dashboard Activation"] == "created"
    assert "feature flag trends" in result.warnings
    assert "feature flag fresh" in result.warnings


def test_an_object_that_somebody_deletes_meanwhile_is_a_clear_failure(
    task: Tasks, hand: Hand, before_each_patch: Callable[[Callable[[], None]], None]
) -> None:
    task("apply", dashboards=[{"name": "Activation"}])
    before_each_patch(once(lambda: hand.edit("dashboards", 1, deleted=True)))
    failed = task.fails("dashboard", name="Activation", description="Mine")
    assert json.dumps(failed["failure"])
    assert failed["failure"]["status"] == 404
