"""People: found by UUID or distinct id, erased one by one and many at a time, and made again with the same UUID."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from support.api import Api
from support.emulator import Emulator

PERSONS = "projects/1/persons/"
NAMESPACE = uuid.UUID("932979b4-65c3-4424-8467-0b66ec27bc22")


def come(api: Api, emulator: Emulator, *distinct_ids: str) -> list[str]:
    """The UUIDs of those who have sent an event."""
    for name in distinct_ids:
        body = {"api_key": emulator.token(), "event": "seen", "distinct_id": name, "properties": {"$set": {"a": 1}}}
        assert api.session.post(f"{api.url}/i/v0/e/", json=body, timeout=30).status_code == 200
    return [str(uuid.uuid5(NAMESPACE, f"1:{name}")) for name in distinct_ids]


def test_a_uuid_follows_from_project_and_distinct_id(api: Api, emulator: Emulator) -> None:
    [ann] = come(api, emulator, "ann")
    person = api.get(f"{PERSONS}{ann}/")
    assert (person["uuid"], person["distinct_ids"], person["properties"]) == (ann, ["ann"], {"a": 1})
    assert api.get(f"{PERSONS}{person['id']}/") == person
    assert [one["id"] for one in api.get(PERSONS, distinct_id="ann")["results"]] == [ann]
    assert api.get(PERSONS, distinct_id="bob")["results"] == []


def test_who_is_erased_is_gone_and_may_come_again(api: Api, emulator: Emulator) -> None:
    [ann] = come(api, emulator, "ann")
    created = api.get(f"{PERSONS}{ann}/")["created_at"]
    assert api("DELETE", f"{PERSONS}{ann}/").status_code == 202
    assert api("DELETE", f"{PERSONS}{ann}/").status_code == 404
    assert api.get(f"{PERSONS}deletion_status/")["results"] == []
    assert come(api, emulator, "ann") == [ann]
    assert api.get(f"{PERSONS}{ann}/")["created_at"] > created


def test_many_at_a_time(api: Api, emulator: Emulator) -> None:
    ann, bob, cid = come(api, emulator, "ann", "bob", "cid")
    answer = api("POST", f"{PERSONS}bulk_delete/", {"ids": [ann, bob, str(uuid.uuid4())], "delete_events": True})
    assert (answer.status_code, answer.json()) == (
        202,
        {
            "persons_found": 2,
            "persons_deleted": 2,
            "events_queued_for_deletion": True,
            "recordings_queued_for_deletion": False,
            "deletion_errors": [],
        },
    )
    queued = api.get(f"{PERSONS}deletion_status/", status="pending")
    assert {one["person_uuid"] for one in queued["results"]} == {ann, bob}
    assert api("GET", f"{PERSONS}{ann}/").status_code == 404
    answer = api(
        "POST", f"{PERSONS}bulk_delete/", {"distinct_ids": ["cid"], "delete_events": True, "keep_person": True}
    )
    assert answer.json()["persons_deleted"] == 0
    assert api.get(f"{PERSONS}{cid}/")["uuid"] == cid
    assert len(api.get(f"{PERSONS}deletion_status/", person_uuid=cid)["results"]) == 1


@pytest.mark.parametrize(
    "body",
    [{}, {"ids": ["x"], "distinct_ids": ["y"]}, {"ids": [str(uuid.uuid4())] * 1001}, {"distinct_ids": ["y"] * 1001}],
)
def test_what_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert api("POST", f"{PERSONS}bulk_delete/", body).status_code == 400


def test_an_id_is_no_distinct_id_and_nobody_is_made_by_hand(api: Api) -> None:
    answer = api("GET", f"{PERSONS}ann/")
    assert (answer.status_code, "does not look like a personID" in answer.text) == (400, True)
    assert api("POST", PERSONS, {}).status_code == 405


def test_a_key_needs_the_scope(api: Api, emulator: Emulator) -> None:
    [ann] = come(api, emulator, "ann")
    api.session.headers["Authorization"] = f"Bearer {emulator.new_key(['person:read'])}"
    assert api.get(f"{PERSONS}{ann}/")["uuid"] == ann
    assert api("DELETE", f"{PERSONS}{ann}/").status_code == 403
    assert api("POST", f"{PERSONS}bulk_delete/", {"ids": [ann]}).status_code == 403
