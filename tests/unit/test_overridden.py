"""The filter that lays what one environment has differently over what is common."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

# In a process of its own: where Ansible's controller is loaded, modules warn on the terminal, not in their result.
PROGRAM = """
import json, sys
from ansible.errors import AnsibleFilterError
from ansible_collections.rollout.posthog.plugins.filter.overridden import overridden
try:
    print(json.dumps(overridden(*json.load(sys.stdin))))
except AnsibleFilterError as problem:
    sys.exit(str(problem))
"""


class Refused(Exception):
    """What the filter says when it refuses."""


def overridden(common: Any, overrides: Any) -> Any:
    """What the filter makes of it. Raises Refused."""
    given = json.dumps([common, overrides])
    done = subprocess.run([sys.executable, "-c", PROGRAM], input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(done.stderr)
    return json.loads(done.stdout)


COMMON = [{"key": "debug", "description": "Logs", "tags": ["a"]}, {"key": "trends"}]


def test_a_field_replaces_a_field() -> None:
    assert overridden(COMMON, [{"key": "debug", "tags": []}]) == [{**COMMON[0], "tags": []}, COMMON[1]]


@pytest.mark.parametrize("nothing", [None, []])
def test_nothing_to_override(nothing: None) -> None:
    assert overridden(COMMON, nothing) == COMMON


def test_a_misspelt_name_is_no_new_object() -> None:
    with pytest.raises(Refused, match="'debgu' overrides nothing; did you mean 'debug'"):
        overridden(COMMON, [{"key": "debgu"}])


def test_a_new_object_says_so() -> None:
    assert overridden(COMMON, [{"key": "own", "new": True, "tags": []}]) == [*COMMON, {"key": "own", "tags": []}]
    with pytest.raises(Refused, match="'debug' is there already"):
        overridden(COMMON, [{"key": "debug", "new": True}])


def test_what_is_common_was_not_found() -> None:
    with pytest.raises(Refused, match="is it in the host_vars beside the playbook"):
        overridden([], [{"key": "debug"}])


def test_twins_are_left_for_the_module_to_report() -> None:
    assert len(overridden([{"key": "a"}, {"key": "a"}], [])) == 2


@pytest.mark.parametrize("entry", [{}, "debug", {"tags": []}])
def test_an_entry_without_a_name(entry: object) -> None:
    with pytest.raises(Refused, match="a mapping with a key or a name"):
        overridden(COMMON, [entry])
