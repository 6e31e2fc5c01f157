"""What the network and the server alone cost: the client without planning, comparing or Ansible."""

from __future__ import annotations

import time

from measure import Run
from objects import Objects

from ansible_collections.rollout.posthog.plugins.module_utils.client import Client, Connection
from support.emulator import Emulator

BODIES = {
    "feature_flags": lambda entry: {
        "key": entry["key"],
        "name": entry["description"],
        "tags": entry["tags"],
        "filters": {
            "groups": [
                {
                    **entry["conditions"][0],
                    "properties": [{**item, "type": "person"} for item in entry["conditions"][0]["properties"]],
                }
            ]
        },
    },
}


def posts(emulator: Emulator, objects: Objects, concurrency: int = 8) -> Run:
    """As many concurrent POSTs as there are objects, each a feature flag."""
    client = Client(Connection(host=emulator.url, api_key=emulator.key, concurrency=concurrency))
    bodies = [BODIES[kind](entry) for kind, entries in objects.items() for entry in entries]
    emulator.forget_requests()
    started = time.perf_counter()
    client.map(lambda body: client.write("POST", "/api/projects/1/feature_flags/", body), bodies)
    return Run(time.perf_counter() - started, requests=client.requests, writes=len(bodies))
