"""What one declares for nginx, checked and put together by host name; and who shares an address with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROLE = Path(__file__).resolve().parents[2] / "roles/proxy"

# In a process of its own: where Ansible's controller is loaded, modules warn on the terminal, not in their result.
PROGRAM = """
import importlib, json, sys
from ansible.errors import AnsibleFilterError
name, given = json.load(sys.stdin)
module = importlib.import_module(f"ansible_collections.rollout.posthog.plugins.filter.{name}")
try:
    print(json.dumps(getattr(module, name)(*given)))
except AnsibleFilterError as problem:
    sys.exit(str(problem))
"""
DEFAULTS = """
import json
from ansible_collections.rollout.posthog.plugins.filter import proxy_hosts as filter
print(json.dumps({"proxy_sites": filter.SITE, "proxy_ingests": filter.INGEST, "proxy_redirects": filter.REDIRECT}))
"""
TLS = {"certificate": "/a.pem", "certificate_key": "/a.key"}


class Refused(Exception):
    """What a filter says when it refuses."""


def run(program: str, given: Any = None) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(given), capture_output=True, text=True, check=False
    )
    if done.returncode:
        assert "Traceback" not in done.stderr, done.stderr
        raise Refused(done.stderr.strip())
    return json.loads(done.stdout)


def hosts(
    sites: list[dict[str, Any]] | None = None,
    ingests: list[dict[str, Any]] | None = None,
    redirects: list[dict[str, Any]] | None = None,
) -> Any:
    return run(PROGRAM, ["proxy_hosts", [sites or [], ingests or [], redirects or []]])


def shared(dump: str, *addresses: str) -> Any:
    return run(PROGRAM, ["nginx_shared", [dump, list(addresses), "ours"]])


def test_defaults_are_those_of_the_documentation() -> None:
    options = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    for name, defaults in run(DEFAULTS).items():
        documented = {key: option["default"] for key, option in options[name]["options"].items() if "default" in option}
        assert documented == defaults, name


def test_paths_of_a_host_are_together() -> None:
    [www, site] = hosts(
        [{"url": "https://posthog.example.com", **TLS}],
        [{"url": "https://www.example.com/ingest/", "to": "eu"}],
        [{"url": "https://www.example.com/posthog/", "to": "https://posthog.example.com/"}],
    )[::-1]
    assert (site["name"], site["server"], site["tls"]["certificate"]) == ("posthog.example.com", "own", "/a.pem")
    assert (www["name"], www["server"], www["tls"]) == ("www.example.com", "existing", {})
    assert [entry["path"] for entry in www["ingests"] + www["redirects"]] == ["/ingest/", "/posthog/"]
    assert www["redirects"][0]["to"] == "https://posthog.example.com"


@pytest.mark.parametrize("to", ["eu", "https://eu.i.posthog.com", "https://eu-assets.i.posthog.com/"])
def test_cloud_has_two_hosts_and_takes_all_paths(to: str) -> None:
    [entry] = hosts(ingests=[{"url": "https://www.example.com/ingest/", "to": to}])[0]["ingests"]
    assert (entry["to"]["url"], entry["assets"]["url"]) == (
        "https://eu.i.posthog.com",
        "https://eu-assets.i.posthog.com",
    )
    assert entry["everything"]


def test_a_posthog_of_ones_own_has_one_and_takes_events() -> None:
    [entry] = hosts(ingests=[{"url": "https://www.example.com/in/", "to": "http://127.0.0.1:8010"}])[0]["ingests"]
    assert (
        entry["to"]
        == entry["assets"]
        == {
            "scheme": "http",
            "name": "127.0.0.1",
            "port": ":8010",
            "url": "http://127.0.0.1:8010",
        }
    )
    assert not entry["everything"]


def test_certificates_have_a_usual_place() -> None:
    places = {
        origin: hosts([{"url": "https://a.example.com", "certificate_from": origin}])[0]["tls"]["certificate"]
        for origin in ("acme", "self-made")
    }
    assert places == {
        "acme": "/etc/letsencrypt/live/a.example.com/fullchain.pem",
        "self-made": "/etc/ssl/posthog-proxy/a.example.com.pem",
    }


SITE = "https://a.test"
INGEST = "https://a.test/ingest/"


@pytest.mark.parametrize(
    ("declared", "problem"),
    [
        ({"sites": [{"url": "https://a.test/posthog/"}]}, "has the path /posthog/, but PostHog does not work below"),
        ({"sites": [{"url": "a.test"}]}, "is no URL"),
        ({"sites": [{"url": "https://a.test:x"}]}, "is no URL"),
        ({"sites": [{"url": "https://10.0.0.1", **TLS}]}, "needs a host name"),
        ({"sites": [{"url": "https://a.test;x", **TLS}]}, "needs a host name"),
        ({"sites": [{"url": SITE}]}, "needs certificate and certificate_key"),
        ({"sites": [{"url": SITE, "certificate_from": "acme", "certificate": "/a"}]}, "go together"),
        (
            {"sites": [{"url": SITE, "certificate": "/a b", "certificate_key": "/k"}]},
            "certificate has to be",
        ),
        ({"sites": [{"url": SITE, **TLS}, {"url": f"{SITE}/", **TLS}]}, "is declared twice"),
        ({"sites": [{"url": SITE, **TLS, "backend": "localhost"}]}, "the address of backend has to be like"),
        ({"sites": [{"url": SITE, **TLS, "layout": "routes"}]}, "services.web and services.capture"),
        (
            {"sites": [{"url": SITE, **TLS, "layout": "routes", "services": {"web": "a:1", "capture": "a:1; x"}}]},
            "the address of capture",
        ),
        ({"ingests": [{"url": "https://a.test/ingest", "to": "eu"}]}, "begins and ends with a slash"),
        ({"ingests": [{"url": "https://a.test/in gest/", "to": "eu"}]}, "begins and ends with a slash"),
        ({"ingests": [{"url": "https://a.test/", "to": "eu"}]}, "only ours with server: own"),
        ({"ingests": [{"url": INGEST, "to": "de"}]}, "cannot be passed on to de; write eu, us"),
        ({"ingests": [{"url": INGEST, "to": "https://b.test/x"}]}, "without a path"),
        ({"ingests": [{"url": INGEST, "to": "https://eu.posthog.com"}]}, "takes no events; write to: eu"),
        ({"ingests": [{"url": INGEST, "to": "https://app.posthog.com"}]}, "takes no events; write to: us"),
        ({"ingests": [{"url": INGEST, "to": "eu"}, {"url": INGEST, "to": "us"}]}, "is declared twice"),
        ({"ingests": [{"url": INGEST, "to": "eu", "server": "own"}]}, "needs certificate"),
        (
            {
                "ingests": [
                    {"url": INGEST, "to": "eu"},
                    {"url": "https://a.test/b/", "to": "eu", "server": "own"},
                ]
            },
            "they are one server to nginx",
        ),
        ({"sites": [{"url": SITE, **TLS}], "ingests": [{"url": INGEST, "to": "eu"}]}, "is on the host of a site"),
        ({"redirects": [{"url": "https://a.test/p/", "to": "https://b.test/x/"}]}, "has the path /x/"),
    ],
)
def test_a_mistake_is_named(declared: dict[str, Any], problem: str) -> None:
    with pytest.raises(Refused) as refused:
        hosts(**declared)
    assert problem in str(refused.value)


DUMP = """
# configuration file /etc/nginx/nginx.conf:
http { # listen 9999;
    log_format x '"listen 9998;"';
    include conf.d/*.conf;
}
# configuration file /etc/nginx/conf.d/a.conf:
server{listen 80 default_server;listen [::]:80;
    listen  0.0.0.0:443 ssl ; server_name "listen 9997;";
    return 200 'it\\'s { listen 9996; }';
}
# configuration file /etc/nginx/conf.d/b.conf:
server { listen 10.0.0.1:8443 ssl; }
server { listen 10.0.0.2; }
server { listen unix:/run/a.sock; }
# configuration file /etc/nginx/conf.d/c.conf:
# ours
server { listen 8080; }
"""


def test_who_listens_on_the_same_address() -> None:
    asked = ["80", "*:80", "[::]:80", "443", "[::]:443", "10.0.0.1:8443", "8443", "10.0.0.2:80", "unix:/run/a.sock"]
    asked += ["8080", "9999", "9998", "9997", "9996"]
    assert shared(DUMP, *asked) == ["80", "*:80", "[::]:80", "443", "10.0.0.1:8443", "10.0.0.2:80", "unix:/run/a.sock"]


def test_nobody_listens_where_there_is_no_nginx() -> None:
    assert shared("", "80") == []
