"""The action that follows a container: what it asks, what it shows, when it gives up."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleActionFail

from ansible_collections.rollout.posthog.plugins.action import container_follow
from ansible_collections.rollout.posthog.plugins.action.container_follow import ActionModule, duration

GONE_ON = {"rc": 124, "stdout": "", "stderr": ""}


class Task:
    """Just enough of a task for an action."""

    async_val = 0
    environment: list[Any] = []

    def __init__(self, **args: Any) -> None:
        self.args = {"container": "ph-migrate", "progress": ["count"], "unit": "migrations", **args}


class Follower(ActionModule):
    """With a host that gives the answers of the test."""

    def __init__(self, waits: list[dict[str, Any]], counts: list[str], **args: Any) -> None:
        self._task = Task(**args)
        self._loader = self._templar = self._shared_loader_obj = None
        self.waits, self.counts = waits, counts

    def validate_argument_spec(self, spec: dict[str, Any]) -> tuple[None, dict[str, Any]]:
        defaults = {name: option.get("default") for name, option in spec.items()}
        return None, {**defaults, **self._task.args}

    def ask(self, command: list[str]) -> dict[str, Any]:
        if command[0] == "count":
            return {"rc": 0, "stdout": self.counts.pop(0), "stderr": ""}
        assert command == ["timeout", "15", "docker", "wait", "ph-migrate"]
        return self.waits.pop(0)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(container_follow.display, "display", lines.append)
    monkeypatch.setattr(container_follow.ActionBase, "run", lambda self, tmp, task_vars: {})
    return lines


def test_each_new_number_is_shown_once(shown: list[str]) -> None:
    follower = Follower([GONE_ON, GONE_ON, GONE_ON, {"rc": 0, "stdout": "0\n", "stderr": ""}], ["", "12", "12", "30"])
    result = follower.run(task_vars={"inventory_hostname": "analytics"})
    assert (result["changed"], result["status"]) == (True, 0)
    assert [line.split(" after ")[0] for line in shown] == [
        "  [analytics] 12 migrations",
        "  [analytics] 30 migrations",
    ]


def test_an_exit_code_is_a_result_and_no_failure(shown: list[str]) -> None:
    assert Follower([{"rc": 0, "stdout": "3\n", "stderr": ""}], ["1"]).run()["status"] == 3


def test_giving_up_stops_nothing_and_says_so(shown: list[str]) -> None:
    with pytest.raises(AnsibleActionFail, match=r"ph-migrate still runs .* docker logs -f ph-migrate"):
        Follower([GONE_ON], ["1"], timeout=-1).run()


def test_a_container_that_is_not_there_is_told(shown: list[str]) -> None:
    with pytest.raises(AnsibleActionFail, match="No such container"):
        Follower([{"rc": 1, "stdout": "", "stderr": "No such container: ph-migrate\n"}], []).run()


def test_durations_are_said_in_words() -> None:
    assert [duration(7.6), duration(125)] == ["8 s", "2 min 5 s"]
