"""A run that is killed in its middle, at any point: a plain rerun completes it, and nothing is there twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable

import pytest
from integration.builders import dashboard, many, whole_project
from integration.hand import Hand

from support.emulator import Emulator
from support.task import Playbook, Tasks, requests_of, start_apart

SIZE = 60
DELAY_MS = 40
KINDS = ("cohorts", "feature_flags", "insights", "dashboards")
#: Writes that the server has seen when the run is killed: among cohorts, flags, insights and at the tiles.
POINTS = [1, 12, 35, 50, 61]


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Until the condition holds; the process has to live as long."""
    pause = threading.Event()
    while not condition():
        assert process.poll() is None, f"ended too early: {process.communicate()[0]}"
        pause.wait(0.01)


def settled(emulator: Emulator) -> None:
    """Waits until the server has ended what was sent; two looks, since the first may come before the last request."""
    pause = threading.Event()
    while emulator.under_way() or emulator.under_way():
        pause.wait(0.01)


def writes(emulator: Emulator) -> int:
    return sum(request.method != "GET" for request in requests_of(emulator))


def assert_whole(task: Tasks, hand: Hand) -> None:
    """A rerun completes what is there, the next one finds nothing to do, and nothing is doubled."""
    declared = many(SIZE)
    task("apply", **declared)
    task.converged("apply", **declared)
    for kind in KINDS:
        assert hand.names(kind) == sorted(str(entry.get("key", entry.get("name"))) for entry in declared[kind])
    assert len(hand.find("dashboards", "All")["tiles"]) == SIZE // 3


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_module_is_completed_by_the_next_run(task: Tasks, hand: Hand, emulator: Emulator, point: int) -> None:
    emulator.switch(delay_ms=DELAY_MS)
    process = start_apart("apply", {**task.defaults, **many(SIZE)})
    wait_for(lambda: writes(emulator) >= point, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    settled(emulator)
    emulator.switch(delay_ms=0)
    assert_whole(task, hand)


def test_a_killed_playbook_is_completed_by_the_next_run(
    task: Tasks, hand: Hand, emulator: Emulator, playbook: Playbook
) -> None:
    emulator.switch(delay_ms=DELAY_MS)
    process = playbook.start([{"rollout.posthog.apply": many(SIZE)}])
    wait_for(lambda: writes(emulator) >= SIZE // 2, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    settled(emulator)
    emulator.switch(delay_ms=0)
    assert_whole(task, hand)


@pytest.mark.parametrize("point", [1, 2, 6])
def test_a_killed_removal_is_completed_by_the_next_run(task: Tasks, hand: Hand, emulator: Emulator, point: int) -> None:
    whole = whole_project()
    task("apply", **{**whole, "project_settings": None})
    kinds = ("feature_flags", "cohorts", "actions", "insights", "dashboards")
    gone = {
        kind: [{key: entry[key], "state": "absent"} for entry in whole[kind] for key in ("key", "name") if key in entry]
        for kind in kinds
    }
    emulator.switch(delay_ms=DELAY_MS)
    emulator.forget_requests()
    process = start_apart("apply", {**task.defaults, **gone})
    wait_for(lambda: writes(emulator) >= point, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    settled(emulator)
    emulator.switch(delay_ms=0)
    task("apply", **gone)
    task.converged("apply", **gone)
    assert [hand.all(kind) for kind in kinds] == [[], [], [], [], []]


def test_a_killed_edit_of_texts_leaves_each_text_once(task: Tasks, hand: Hand, emulator: Emulator) -> None:
    declared = dashboard("Activation", *({"text": f"Text {number}"} for number in range(5)))
    emulator.switch(delay_ms=DELAY_MS)
    process = start_apart("dashboard", {**task.defaults, **declared})
    wait_for(lambda: writes(emulator) >= 1, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    settled(emulator)
    emulator.switch(delay_ms=0)
    task("dashboard", **declared)
    task.converged("dashboard", **declared)
    assert len(hand.find("dashboards", "Activation")["tiles"]) == 5


def test_two_runs_at_once_make_each_flag_once(task: Tasks, hand: Hand, emulator: Emulator) -> None:
    declared = {"feature_flags": many(SIZE)["feature_flags"], "cohorts": many(SIZE)["cohorts"]}
    task("apply", cohorts=declared["cohorts"])
    emulator.switch(delay_ms=DELAY_MS)
    processes = [start_apart("apply", {**task.defaults, **declared}) for _ in range(2)]
    for process in processes:
        answer = json.loads(process.communicate()[0])
        assert not answer.get("failed"), answer["msg"]
    emulator.switch(delay_ms=0)
    task.converged("apply", **declared)
    assert len(hand.all("feature_flags")) == SIZE // 3


def test_two_removals_at_once_both_succeed(task: Tasks, hand: Hand, emulator: Emulator) -> None:
    declared = {"dashboards": [dashboard(f"Dashboard {number}") for number in range(20)]}
    task("apply", **declared)
    gone = {"dashboards": [{**entry, "state": "absent"} for entry in declared["dashboards"]]}
    emulator.switch(delay_ms=DELAY_MS)
    processes = [start_apart("apply", {**task.defaults, **gone}) for _ in range(2)]
    for process in processes:
        answer = json.loads(process.communicate()[0])
        assert not answer.get("failed"), answer["msg"]
    assert hand.all("dashboards") == []
