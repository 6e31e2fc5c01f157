"""Which manager of a swarm acts."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid
from ansible_collections.rollout.posthog.plugins.module_utils.stack.leader import leader


def host(node: str, *keepers: str, volumes: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"node": node, "keepers": list(keepers), "volumes": {name: {} for name in volumes}}


DATABASE = ("postgres-data",)


def test_the_one_with_the_label_wherever_it_stands() -> None:
    assert leader({"one": host("n1", "n2"), "two": host("n2", "n2")}) == "two"
    assert leader({"two": host("n2", "n2"), "one": host("n1", "n2")}, "one") == "two"


def test_nobody_when_it_is_not_in_the_run() -> None:
    assert leader({"one": host("n1", "n2")}) == ""
    assert leader({"one": host("n1")}, "two") == ""


def test_at_first_the_one_that_is_wished_for_or_the_first() -> None:
    hosts = {"one": host("n1"), "two": host("n2")}
    assert (leader(hosts), leader(hosts, "two")) == ("one", "two")


def test_a_database_without_a_label_is_found() -> None:
    assert leader({"one": host("n1"), "two": host("n2", volumes=DATABASE)}) == "two"


def test_volumes_that_keep_nothing_are_no_data() -> None:
    assert leader({"one": host("n1"), "two": host("n2", volumes=("caddy-data",))}) == "one"


@pytest.mark.parametrize(
    ("hosts", "wished", "says"),
    [
        ({"one": host("n1", "n1", "n2")}, "", "several nodes have the label"),
        ({"one": host("n1", "n2", volumes=DATABASE), "two": host("n2", "n2")}, "", "one: has a database"),
        ({"one": host("n1", volumes=DATABASE), "two": host("n2", volumes=DATABASE)}, "", "one and two have a database"),
        ({"one": host("n1", volumes=DATABASE), "two": host("n2")}, "two", "stack_keeper is two, but .* on one"),
    ],
)
def test_data_that_would_be_lost_sight_of(hosts: dict[str, Any], wished: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        leader(hosts, wished)
