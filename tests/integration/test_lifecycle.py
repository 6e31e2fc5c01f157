"""Every kind alone: create, again, update, again, foresee, remove, again; and how many requests each costs."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from integration.builders import Entry, action, cohort, condition, dashboard, flag, insight, trend

from support.task import Tasks


@dataclass(frozen=True)
class Life:
    """A kind's module, what is declared first and then, and the requests of each step."""

    module: str
    first: Entry
    then: Entry
    #: To find out that nothing is to be done; to create; to update; to remove; to find out that it is gone.
    unchanged: int
    create: int
    update: int
    remove: int
    gone: int

    @property
    def name(self) -> Entry:
        key = "key" if self.module == "feature_flag" else "name"
        return {key: self.first[key]}


#: A write is preceded by a look at the scopes of the key.
LIVES = [
    Life("feature_flag", flag(), flag("trends", condition(25), tags=["growth"]), 1, 4, 3, 3, 2),
    Life("cohort", cohort(), cohort(description="On our payroll"), 1, 3, 3, 3, 1),
    Life("action", action(), action(pinned=True), 1, 3, 3, 3, 1),
    Life("insight", insight(), insight(query=trend(interval="week")), 1, 3, 3, 3, 1),
    Life(
        "dashboard",
        dashboard(tiles=[{"text": "Hello"}]),
        dashboard(tiles=[{"text": "Hello again"}], pinned=True),
        *(2, 5, 6, 4, 1),
    ),
    Life("project", {"name": "Fresh"}, {"name": "Fresh", "timezone": "Europe/Berlin"}, 2, 3, 4, 4, 2),
]


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.module)
def test_a_kind_lives_through_all_steps(task: Tasks, life: Life) -> None:
    foreseen = task(life.module, check_mode=True, **life.first)
    assert (foreseen["action"], foreseen.writes) == ("created", [])

    created = task(life.module, **life.first)
    assert (created["action"], len(created.sent)) == ("created", life.create)
    again = task.converged(life.module, **life.first)
    assert (again["action"], again["id"], len(again.sent)) == ("unchanged", created["id"], life.unchanged)

    updated = task(life.module, **life.then)
    assert (updated["action"], updated["id"], len(updated.sent)) == ("updated", created["id"], life.update)
    assert len(task.converged(life.module, **life.then).sent) == life.unchanged

    foreseen = task(life.module, check_mode=True, state="absent", **life.name)
    assert (foreseen["action"], foreseen.writes) == ("deleted", [])
    removed = task(life.module, state="absent", **life.name)
    assert (removed["action"], len(removed.sent)) == ("deleted", life.remove)
    gone = task.converged(life.module, state="absent", **life.name)
    assert (gone["action"], gone["id"], len(gone.sent)) == ("unchanged", None, life.gone)


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.module)
def test_the_reported_number_of_requests_is_the_true_one(task: Tasks, life: Life) -> None:
    for _ in range(2):
        result = task(life.module, **life.first)
        assert result["requests"] == len(result.sent)


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.module)
def test_an_object_that_was_removed_can_be_made_again(task: Tasks, life: Life) -> None:
    first = task(life.module, **life.first)
    task(life.module, state="absent", **life.name)
    second = task(life.module, **life.first)
    assert second["action"] == "created"
    assert second["id"] != first["id"]
    task.converged(life.module, **life.first)


def test_an_unchanged_flag_costs_one_request_by_id_of_the_project_and_two_by_its_name(task: Tasks) -> None:
    task("feature_flag", **flag())
    by_id = task.converged("feature_flag", **flag())
    assert list(map(str, by_id.sent)) == ["GET /api/projects/1/feature_flags/?search=trends&limit=200"]
    by_name = task.converged("feature_flag", project="Default project", **flag())
    assert list(map(str, by_name.sent)) == [
        "GET /api/organizations/@current/projects/?search=Default+project&limit=200",
        "GET /api/projects/1/feature_flags/?search=trends&limit=200",
    ]


def test_the_result_is_the_object_as_a_person_would_write_it(task: Tasks) -> None:
    result = task("feature_flag", **flag("trends", condition(25), tags=["Growth "]))
    assert result["object"]["tags"] == ["growth"]
    assert result["object"]["conditions"] == [condition(25)] or result["object"]["conditions"] == [
        {"rollout_percentage": 25}
    ]
    assert result["id"] == 1


def test_a_project_that_is_being_deleted_counts_as_gone(task: Tasks) -> None:
    old = task("project", name="Fresh")["id"]
    task("project", name="Fresh", state="absent")
    task.converged("project", id=old, state="absent")
    assert "is being deleted" in task.fails("project", id=old, timezone="Europe/Berlin")["msg"]
    new = task("apply", project="Fresh", create_project=True, feature_flags=[flag()])["project_id"]
    assert new != old
    assert task("apply", project="Fresh", feature_flags=[flag()])["project_id"] == new
