"""What counts as drift, and what of it may be printed."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.compare import differing, differing_extra, printed, shown
from ansible_collections.rollout.posthog.plugins.module_utils.kinds.all import KINDS, PROJECT

FLAG, COHORT, ACTION, INSIGHT, DASHBOARD = KINDS


def drift(kind: t.Any, written: dict[str, t.Any], actual: dict[str, t.Any]) -> list[str]:
    return differing(kind, kind.canonicalise(written), {**kind.defaults(), **kind.canonicalise(actual)})


def test_what_is_not_written_is_not_compared() -> None:
    assert drift(ACTION, {"name": "A"}, {"name": "A", "tags": ["x"], "description": "y"}) == []


@pytest.mark.parametrize(
    ("kind", "written", "actual"),
    [
        (ACTION, {"tags": ["B", "a "]}, {"tags": ["a", "b"]}),
        (INSIGHT, {"dashboards": ["x", 3]}, {"dashboards": [3, "x"]}),
        (FLAG, {"conditions": [{}]}, {"conditions": [{"rollout_percentage": 100.0, "description": None}]}),
        (FLAG, {"payload": {"a": 40.0}}, {"payload": {"a": 40}}),
        (PROJECT, {"session_recording_sample_rate": 0.1}, {"session_recording_sample_rate": "0.10"}),
        (
            PROJECT,
            {"path_cleaning_filters": [{"alias": "a", "regex": "b"}]},
            {"path_cleaning_filters": [{"alias": "a", "regex": "b", "order": 3}]},
        ),
        (PROJECT, {"conversations_settings": {"a": 1}}, {"conversations_settings": {"a": 1, "b": 2}}),
        (DASHBOARD, {"tiles": [{"text": "a"}]}, {"tiles": [{"text": "a", "phone": {"y": 7, "h": 3}}]}),
        (DASHBOARD, {"filters": None}, {"filters": {}}),
    ],
)
def test_the_same_in_other_words(kind: t.Any, written: t.Any, actual: t.Any) -> None:
    assert drift(kind, written, actual) == []


@pytest.mark.parametrize(
    ("kind", "written", "actual"),
    [
        (FLAG, {"conditions": [{}]}, {"conditions": [{}, {}]}),
        (FLAG, {"conditions": [{}]}, {"conditions": [{"rollout_percentage": 50}]}),
        (FLAG, {"conditions": []}, {"conditions": [{}]}),
        (FLAG, {"payload": 1}, {"payload": True}),
        (FLAG, {"payload": None}, {"payload": 0}),
        (ACTION, {"tags": []}, {"tags": ["a"]}),
        (ACTION, {"description": ""}, {"description": "x"}),
        (INSIGHT, {"query": {"kind": "A", "a": 1}}, {"query": {"kind": "A", "a": 1, "b": None}}),
        (PROJECT, {"conversations_settings": {"a": 1}}, {"conversations_settings": {"a": 2}}),
        (DASHBOARD, {"tiles": [{"text": "a", "phone": {"y": 0, "h": 3}}]}, {"tiles": [{"text": "a"}]}),
        (DASHBOARD, {"filters": {}}, {"filters": {"date_from": "-7d"}}),
    ],
)
def test_drift(kind: t.Any, written: t.Any, actual: t.Any) -> None:
    assert drift(kind, written, actual) == list(written)


ENCRYPTED = {"key": "f", "remote_config": True, "encrypted": True}


@pytest.mark.parametrize(
    ("written", "version", "changes"),
    [
        ({}, "1", []),
        ({"secrets_version": "1"}, "1", []),
        ({"secrets_version": "2"}, "1", ["secrets_version", "payload"]),
    ],
)
def test_secrets_count_when_their_version_does(written: t.Any, version: str, changes: list[str]) -> None:
    actual = {**ENCRYPTED, "payload": "*****", "secrets_version": version}
    assert sorted(drift(FLAG, {**ENCRYPTED, **written, "payload": "hunter2"}, actual)) == sorted(changes)


def test_secrets_are_not_shown() -> None:
    canonical = FLAG.canonicalise({**ENCRYPTED, "payload": "hunter2"})
    assert shown(FLAG, canonical, canonical)["payload"] == "(secret)"
    assert list(FLAG.secrets_in({"encrypted": True, "payload": "hunter2"})) == ["hunter2"]
    assert list(FLAG.secrets_in({"payload": "hunter2"})) == []


def test_extra_is_compared_by_value() -> None:
    assert differing_extra({"a": 1.0, "b": None, "c": {"d": 1}}, {"a": 1, "c": {"d": 2}}) == {"c": {"d": 1}}


def test_printing() -> None:
    assert printed({}) == ""
    assert printed({"b": "ü", "a": [1]}) == "b: ü\na:\n- 1\n"
