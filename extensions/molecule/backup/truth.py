"""What is in the stores, or what is put into them, for the scenario.

    truth.py PROJECT HOME [load FILE PORT | fill COUNT | merge]

Without a job: prints each row of PostgreSQL and ClickHouse, and each object, as checksums by table and bucket; but for
what is written down whenever a person is erased. `fill` puts people, objects and rows of ClickHouse; `load` sends
events until FILE is gone; `merge` makes the last person one with the first.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import boto3

from ansible_collections.rollout.posthog.plugins.module_utils.backup.place import address_of, container_of

PROJECT, HOME = sys.argv[1], Path(sys.argv[2])
TABLES = """
SELECT relname FROM pg_stat_user_tables WHERE relname NOT IN ('posthog_asyncdeletion', 'posthog_activitylog') ORDER BY 1
"""
ROWS = "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM {} t"
EVENTS = "SELECT count(), sum(cityHash64(uuid, event, distinct_id, timestamp)) FROM posthog.events"
FILL = """
INSERT INTO posthog.events (uuid, event, distinct_id)
SELECT toString(generateUUIDv4()), 'filled', toString(rand64()) FROM numbers({})
"""


PERSON = "0191d2b0-0000-4000-8000-00000000000{}"
#: PostHog's PERSON_UUIDV5_NAMESPACE.
NAMESPACE = uuid.UUID("932979b4-65c3-4424-8467-0b66ec27bc22")
ADD = "INSERT INTO posthog_person (team_id, uuid, created_at) VALUES ({}, '{}', now())"
MERGE = "INSERT INTO posthog.person_distinct_id2 VALUES ({}, 'anonymous', '{}', 0, 1)"


def docker(*command: str) -> str:
    return subprocess.run(["docker", *command], capture_output=True, text=True, check=True).stdout.strip()


def psql(query: str) -> str:
    return docker("exec", container_of(PROJECT, "db"), "psql", "-U", "posthog", "-d", "posthog", "-Atc", query)


def clickhouse(query: str) -> str:
    return docker("exec", container_of(PROJECT, "clickhouse"), "clickhouse-client", "--query", query)


def buckets() -> Any:
    return boto3.client(
        "s3",
        endpoint_url=f"http://{address_of(container_of(PROJECT, 'objectstorage'))}:19000",
        aws_access_key_id="object_storage_root_user",
        aws_secret_access_key=json.loads((HOME / "secrets.json").read_text())["object_storage_secret"],
        region_name="us-east-1",
    )


def tell() -> None:
    found = {f"postgres {table}": psql(ROWS.format(table)) for table in psql(TABLES).split()}
    found["clickhouse events"] = clickhouse(EVENTS)
    client = buckets()
    for bucket in (entry["Name"] for entry in client.list_buckets()["Buckets"]):
        for entry in client.list_objects_v2(Bucket=bucket).get("Contents", []):
            body = client.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
            found[f"{bucket}/{entry['Key']}"] = hashlib.sha256(body).hexdigest()
    json.dump(found, sys.stdout, indent=1)


def fill(count: int) -> None:
    client = buckets()
    for bucket in ("posthog", "ai-blobs"):
        client.create_bucket(Bucket=bucket)
        for number in range(count // 1000):
            body = hashlib.sha256(f"{bucket} {number}".encode()).digest() * 1000
            client.put_object(Bucket=bucket, Key=f"{count}/{number}", Body=body)
    clickhouse(FILL.format(count))
    team = psql("SELECT min(id) FROM posthog_team")
    for person in (*map(PERSON.format, (1, 2, 3)), anonymous(team)):
        psql(ADD.format(team, person))


def anonymous(team: str) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{team}:anonymous"))


def merge() -> None:
    team = psql("SELECT min(id) FROM posthog_team")
    psql(f"DELETE FROM posthog_person WHERE uuid = '{anonymous(team)}'")
    clickhouse(MERGE.format(team, PERSON.format(1)))


def load(marker: Path) -> None:
    number = 0
    while marker.exists():
        number += 1
        body = json.dumps({"event": "load", "distinct_id": f"load {number}", "uuid": str(number)}).encode()
        urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[5]}/e/", data=body, timeout=30).close()
    sys.stdout.write(f"{number}\n")


if __name__ == "__main__":
    match sys.argv[3:]:
        case ["fill", count]:
            fill(int(count))
        case ["merge"]:
            merge()
        case ["load", marker, _port]:
            load(Path(marker))
        case _:
            tell()
