"""The filter that lays what one environment has differently over what is common."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.rollout.posthog.plugins.filter.overridden import overridden

COMMON = [{"key": "debug", "description": "Logs", "tags": ["a"]}, {"key": "trends"}]


def test_a_field_replaces_a_field() -> None:
    assert overridden(COMMON, [{"key": "debug", "tags": []}]) == [{**COMMON[0], "tags": []}, COMMON[1]]


@pytest.mark.parametrize("nothing", [None, []])
def test_nothing_to_override(nothing: None) -> None:
    assert overridden(COMMON, nothing) == COMMON


def test_a_misspelt_name_is_no_new_object() -> None:
    with pytest.raises(AnsibleFilterError, match="'debgu' overrides nothing; did you mean 'debug'"):
        overridden(COMMON, [{"key": "debgu"}])


def test_a_new_object_says_so() -> None:
    assert overridden(COMMON, [{"key": "own", "new": True, "tags": []}]) == [*COMMON, {"key": "own", "tags": []}]
    with pytest.raises(AnsibleFilterError, match="'debug' is there already"):
        overridden(COMMON, [{"key": "debug", "new": True}])


def test_a_broken_link_to_what_is_common() -> None:
    with pytest.raises(AnsibleFilterError, match="is the link to it broken"):
        overridden([], [{"key": "debug"}])


def test_twins_are_left_for_the_module_to_report() -> None:
    assert len(overridden([{"key": "a"}, {"key": "a"}], [])) == 2


@pytest.mark.parametrize("entry", [{}, "debug", {"tags": []}])
def test_an_entry_without_a_name(entry: object) -> None:
    with pytest.raises(AnsibleFilterError, match="a mapping with a key or a name"):
        overridden(COMMON, [entry])
