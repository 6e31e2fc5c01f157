"""Names and ids of what is on the server."""

from __future__ import annotations

import pytest
from unit.strategies.world import TWINS, UNKNOWN, UNNAMED, world

from ansible_collections.rollout.posthog.plugins.module_utils.directory import Directory
from ansible_collections.rollout.posthog.plugins.module_utils.errors import Ambiguous, Unresolved


def test_names_lead_to_ids_and_back() -> None:
    directory = world()
    assert directory.id_of("cohort", "Weekly engaged") == 1
    assert directory.name_of("cohort", 1) == "Weekly engaged"
    assert directory.name_of("group_type", 0) == "organization"
    assert directory.id_of("group_type", "organization") == 0


@pytest.mark.parametrize("id", [*TWINS, UNNAMED, UNKNOWN, None, True, 1.5, [1], {"a": 1}])
def test_what_has_no_name_of_its_own_keeps_its_id(id: object) -> None:
    assert world().name_of("cohort", id) == id


def test_a_number_is_an_id() -> None:
    assert world().id_of("cohort", 12345) == 12345


def test_twins_are_named_with_their_ids() -> None:
    with pytest.raises(Ambiguous, match=r"2 cohorts are named 'Twin' \(ids 8, 9\)"):
        world().id_of("cohort", "Twin")


@pytest.mark.parametrize("name", ["Nobody", None, ["x"]])
def test_nobody_of_that_name(name: object) -> None:
    with pytest.raises(Unresolved, match="there is no feature flag"):
        world().id_of("feature_flag", name)


def test_hints() -> None:
    assert "did you mean 'Weekly engaged'?" in str(world().unresolved("cohort", "Weekly engagd"))
    assert "did you mean 'Paying'?" in str(world().unresolved("cohort", "Payin", ["Paying"]))
    assert str(Directory().unresolved("cohort", "x")) == "there is no cohort 'x'; the project has no cohorts"
    many = Directory()
    many.load("cohort", ({"id": n, "name": f"Group number {n}"} for n in range(500)), complete=True)
    assert "has 500 of them" in str(many.unresolved("cohort", "x"))


def test_missing_are_the_kinds_whose_names_are_wanted() -> None:
    directory = Directory()
    directory.load("cohort", [{"id": 1, "name": "a"}], complete=False)
    directory.load("action", [], complete=True)
    assert [directory.name_of(kind, 2) for kind in ("cohort", "action", "dashboard")] == [2, 2, 2]
    assert directory.name_of("cohort", 1) == "a"
    assert directory.missing == {"cohort", "dashboard"}


def test_a_new_name_replaces_the_old_one() -> None:
    directory = world()
    directory.add("cohort", {"id": 8, "name": "No twin"})
    assert directory.id_of("cohort", "Twin") == 9
    assert directory.id_of("cohort", "No twin") == 8
    directory.drop("cohort", 8)
    directory.drop("cohort", 8)
    assert directory.find("cohort", "No twin") is None
    assert directory.get("cohort", 8) is None


def test_a_complete_index_stays_complete() -> None:
    directory = world()
    directory.load("cohort", [{"id": 77, "name": "b"}], complete=False)
    assert directory.is_complete("cohort")
