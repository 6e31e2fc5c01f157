"""Stack files for Swarm."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

import pytest
import yaml

from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid
from ansible_collections.rollout.posthog.plugins.module_utils.stack.swarm import Swarm, stack_file

CHOSEN: dict[str, dict[str, Any]] = {
    "db": {"stage": "stores"},
    "web": {"stage": "app"},
    "capture": {"stage": "edge"},
    "proxy": {"stage": "edge"},
    "topics": {"stage": "topics", "once": True},
}
CONFIG = "/opt/ph/clickhouse/users.xml"
MODEL: dict[str, Any] = {
    "name": "ph",
    "services": {
        "db": {
            "image": "postgres@sha256:1",
            "command": None,
            "entrypoint": None,
            "environment": {"POSTGRES_PASSWORD": "${POSTGRES_PASSWORD}"},
            "healthcheck": {"test": ["CMD", "pg_isready"], "interval": "5s"},
            "logging": {"driver": "json-file", "options": {"max-size": "50m"}},
            "mem_limit": "2147483648",
            "networks": {"default": None},
            "restart": "unless-stopped",
            "volumes": [
                {"type": "volume", "source": "postgres-data", "target": "/data", "volume": {}},
                {"type": "bind", "source": CONFIG, "target": "/etc/users.xml", "bind": {"create_host_path": True}},
            ],
        },
        "web": {
            "image": "app@sha256:2",
            "build": {"context": "."},
            "container_name": "web-main",
            "depends_on": {"db": {"condition": "service_healthy", "required": True}},
            "networks": {"default": None},
        },
        "capture": {"image": "capture@sha256:3", "networks": {"default": None}},
        "proxy": {
            "image": "caddy@sha256:4",
            "ports": [
                {"mode": "ingress", "host_ip": "127.0.0.1", "target": 80, "published": "8010", "protocol": "tcp"}
            ],
            "volumes": [{"type": "volume", "target": "/root/.caddy", "volume": {}}],
        },
        "topics": {"image": "kafka@sha256:5"},
        "ui": {"image": "ui@sha256:6", "profiles": ["left-out"]},
    },
    "networks": {"default": {"name": "ph_default", "ipam": {"config": [{"subnet": "172.31.240.0/24"}]}}},
    "volumes": {"postgres-data": {"name": "ph_postgres-data"}, "unused": {"name": "ph_unused"}},
}


def made(**swarm: Any) -> dict[str, Any]:
    return stack_file(MODEL, Swarm(services=CHOSEN, label="posthog.stores", **swarm))


def test_jobs_and_what_is_left_out_are_not_in_it() -> None:
    assert list(made()["services"]) == ["db", "web", "capture", "proxy"]


def test_what_swarm_has_no_word_for_is_gone() -> None:
    assert sorted(made()["services"]["web"]) == ["deploy", "image", "labels", "networks"]


def test_only_the_stateless_edge_is_started_before_the_old_one_stops() -> None:
    services = made()["services"]
    order = {name: one["deploy"]["update_config"]["order"] for name, one in services.items()}
    assert order == {"db": "stop-first", "web": "stop-first", "capture": "start-first", "proxy": "stop-first"}
    assert {name: one["deploy"]["rollback_config"]["order"] for name, one in services.items()} == order
    assert all(one["deploy"]["update_config"]["failure_action"] == "rollback" for one in services.values())


def test_what_has_data_is_bound_to_labelled_nodes() -> None:
    services = made()["services"]
    assert services["db"]["deploy"]["placement"] == {"constraints": ["node.labels.posthog.stores == true"]}
    assert "placement" not in services["web"]["deploy"]


def test_limits_and_restarts_move_below_deploy() -> None:
    deploy = made()["services"]["db"]["deploy"]
    assert deploy["resources"] == {"limits": {"memory": "2147483648"}}
    assert deploy["restart_policy"]["condition"] == "any"


def test_ports_are_numbers_on_the_node_itself() -> None:
    assert made()["services"]["proxy"]["ports"] == [
        {"target": 80, "published": 8010, "mode": "host", "protocol": "tcp"}
    ]


def test_a_port_that_is_published_on_two_addresses_is_one_port() -> None:
    twice = [{"target": 7233, "published": "7233"}, {"target": 7233, "published": "7233", "host_ip": "127.0.0.1"}]
    model = {"services": {"proxy": {"image": "x", "ports": twice}}}
    result = stack_file(model, Swarm(services=CHOSEN, label="x"))
    assert [one["published"] for one in result["services"]["proxy"]["ports"]] == [7233]


def test_a_range_of_ports_is_refused() -> None:
    proxy = {**MODEL["services"]["proxy"], "ports": [{"target": 80, "published": "8010-8020"}]}
    with pytest.raises(Invalid, match="8010-8020"):
        stack_file({"services": {"proxy": proxy}}, Swarm(services=CHOSEN, label="x"))


def test_a_small_file_becomes_a_config_that_is_named_after_its_contents() -> None:
    files = {CONFIG: {"size": 900, "checksum": "abcdef0123456789"}}
    result = made(files=files)
    [config] = result["services"]["db"]["configs"]
    assert config == {"source": "db-etc-users-xml-abcdef012345", "target": "/etc/users.xml", "mode": 0o444}
    assert result["configs"] == {config["source"]: {"file": CONFIG, "name": config["source"]}}
    assert [mount["type"] for mount in result["services"]["db"]["volumes"]] == ["volume"]


def test_a_file_that_is_too_large_for_a_config_stays_a_mount() -> None:
    result = made(files={CONFIG: {"size": 600_000, "checksum": "abcdef0123456789"}})
    assert "configs" not in result
    assert {"type": "bind", "source": CONFIG, "target": "/etc/users.xml"} in result["services"]["db"]["volumes"]


def test_what_keeps_nothing_can_be_there_several_times_and_spreads() -> None:
    services = made(replicas={"capture": 3})["services"]
    assert services["capture"]["deploy"]["replicas"] == 3
    assert services["capture"]["deploy"]["placement"] == {"preferences": [{"spread": "node.id"}]}
    with pytest.raises(Invalid, match="db: cannot have 2 containers"):
        made(replicas={"db": 2})


def test_a_new_container_is_watched_as_long_as_wanted() -> None:
    services = made(monitor=5, replicas={"capture": 2})["services"]
    assert {one["deploy"]["update_config"]["monitor"] for one in services.values()} == {"5s"}
    delays = {name: one["deploy"]["update_config"].get("delay") for name, one in services.items()}
    assert {name: delay for name, delay in delays.items() if delay} == {"capture": "5s"}


def test_the_checksum_follows_what_is_deployed() -> None:
    def sums(result: dict[str, Any]) -> dict[str, str]:
        return {name: one["labels"]["rollout.posthog.sum"] for name, one in result["services"].items()}

    once, again, vip = sums(made()), sums(made()), sums(made(endpoint_mode="vip"))
    assert once == again
    assert [name for name in once if once[name] != vip[name]] == ["web", "capture", "proxy"]


@pytest.mark.parametrize("change", [{"replicas": {"capture": 3}}, {"monitor": 5}], ids=["count", "update"])
def test_how_many_there_are_and_how_they_are_replaced_is_nothing_to_the_checksum(change: dict[str, Any]) -> None:
    two = {"replicas": {"capture": 2}}
    one, other = (made(**{**two, **options})["services"]["capture"] for options in ({}, change))
    assert one != other
    assert one["labels"] == other["labels"]


def test_stores_have_no_virtual_address() -> None:
    services = made()["services"]
    assert {name: one["deploy"].get("endpoint_mode") for name, one in services.items()} == {
        "db": "dnsrr",
        "web": None,
        "capture": None,
        "proxy": None,
    }


def test_a_network_that_is_there_already_is_only_named() -> None:
    model = {"services": {}, "networks": {"default": {"name": "ph_default", "external": True}}}
    result = stack_file(model, Swarm(services={}, label="x"))
    assert result["networks"] == {"default": {"name": "ph_default", "external": True}}


def test_networks_span_nodes_and_jobs_can_join_them() -> None:
    subnet = {"config": [{"subnet": "172.31.240.0/24"}]}
    assert made()["networks"] == {"default": {"driver": "overlay", "attachable": True, "ipam": subnet}}


def test_a_key_that_nobody_has_thought_of_is_refused_by_name() -> None:
    odd = {"services": {"web": {"image": "x", "gpus": "all"}}}
    with pytest.raises(Invalid, match="web: Swarm has no word for gpus"):
        stack_file(odd, Swarm(services=CHOSEN, label="x"))


def stack_config() -> str:
    """Why Docker cannot be asked, or nothing."""
    if not shutil.which("docker"):
        return "docker is not installed"
    asked = subprocess.run(["docker", "stack", "config", "--help"], capture_output=True, text=True, check=False)
    return "" if "Outputs the final config file" in asked.stdout else "this docker has no `stack config`"


@pytest.mark.skipif(bool(stack_config()), reason=stack_config() or "docker can be asked")
def test_docker_itself_takes_it() -> None:
    text = yaml.safe_dump(made(files={}, endpoint_mode="dnsrr", replicas={"capture": 2}), sort_keys=False)
    done = subprocess.run(
        ["docker", "stack", "config", "--compose-file", "-"], input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert set(yaml.safe_load(done.stdout)["services"]) == {"db", "web", "capture", "proxy"}
    assert "Ignoring" not in done.stderr
