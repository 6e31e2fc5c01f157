# SPDX-License-Identifier: GPL-3.0-or-later
"""Erases people again whom a backup has brought back, by the API of the PostHog that it was put back into.

Whoever is not there any more is passed over, so that it can be repeated. So is who was created after the erasure: a
UUID follows from project and distinct id, and is the same again (split_person in posthog/models/person/person.py).
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from datetime import datetime

from ..client import Client
from ..errors import ApiError, RolloutError
from .ledger import Erasure

#: PostHog takes a thousand, and needs some time for each.
AT_ONCE = 100
Body = t.Mapping[str, t.Any]


@dataclass
class Outcome:
    """Numbers of people."""

    erased: int = 0
    events: int = 0
    absent: int = 0
    again: int = 0

    def lines(self) -> list[str]:
        return [
            f"{self.erased} erased people were erased again",
            f"of {self.events} more, only the events were erased again",
            f"{self.absent} are not in this backup, and {self.again} were created again after they had been erased",
        ]


class Eraser:
    def __init__(self, client: Client, *, recordings: bool) -> None:
        self.client, self.recordings = client, recordings

    def carry_out(self, erasures: t.Sequence[Erasure], projects: t.Collection[int]) -> Outcome:
        """Raises RolloutError, which names nobody. Of projects that are not there, nobody is."""
        outcome = Outcome()
        for project in sorted({one.project for one in erasures}):
            concerned = [one for one in erasures if one.project == project]
            if project not in projects:
                outcome.absent += len(concerned)
                continue
            self.check_access(project)
            self.project(project, concerned, outcome)
        return outcome

    def check_access(self, project: int) -> None:
        """A person that a key may not see looks like one who is gone."""
        try:
            self.client.get(f"/api/projects/{project}/")
        except ApiError as problem:
            raise RolloutError(f"the key does not open project {project}, which has erased people: {problem}") from None

    def project(self, project: int, erasures: t.Sequence[Erasure], outcome: Outcome) -> None:
        made = dict(zip(erasures, self.client.map(self.created, erasures)))
        back: list[Erasure] = []
        for one in erasures:
            created = made[one]
            if created is None:
                outcome.absent += 1
            elif created > datetime.fromisoformat(max(one.person_at, one.events_at)):
                outcome.again += 1
            else:
                back.append(one)
        persons = [one for one in back if one.person_at and created_before(made[one], one.person_at)]
        # First, and with the person still there, what is found by the person alone: so that all of it can be repeated.
        self.delete(project, [one for one in back if one.events_at], events=True)
        self.delete(project, persons, events=False)
        self.check_gone(project, persons)
        outcome.erased += len(persons)
        outcome.events += len(back) - len(persons)

    def created(self, erasure: Erasure) -> datetime | None:
        """When the person that is there was made; None where there is none. Raises RolloutError."""
        try:
            found = self.client.get(f"/api/projects/{erasure.project}/persons/{erasure.person}/")
            return datetime.fromisoformat(str(found["created_at"]).replace("Z", "+00:00"))
        except ApiError as problem:
            if problem.status == 404:
                return None
            raise RolloutError(f"project {erasure.project}: a person was answered with {problem.status}") from None
        except (KeyError, TypeError, ValueError):
            raise RolloutError(f"project {erasure.project}: something else than a person was answered") from None

    def delete(self, project: int, erasures: t.Sequence[Erasure], *, events: bool) -> None:
        """Raises RolloutError. A server that does not know keep_person yet erases the person in the first step."""
        extra: Body = {"delete_events": True, "delete_recordings": self.recordings, "keep_person": True}
        for start in range(0, len(erasures), AT_ONCE):
            ids = [one.person for one in erasures[start : start + AT_ONCE]]
            answer = self.client.write(
                "POST", f"/api/projects/{project}/persons/bulk_delete/", {"ids": ids, **(extra if events else {})}
            )
            failed = (answer or {}).get("deletion_errors") or []
            if failed:
                raise RolloutError(f"project {project}: PostHog could not erase {len(failed)} people; do it again")

    def check_gone(self, project: int, erasures: t.Sequence[Erasure]) -> None:
        """A newer PostHog erases after it has answered. Raises RolloutError."""
        attempt = 0
        while left := sum(made is not None for made in self.client.map(self.created, erasures)):
            attempt += 1
            self.client.pause(attempt, RolloutError(f"project {project}: {left} people are still there; do it again"))


def created_before(made: datetime | None, moment: str) -> bool:
    return made is not None and made <= datetime.fromisoformat(moment)
