"""The role `proxy` as a first-party path: what PostHog gets of a visitor's request, and what it must not get."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from support.backends import Backend, Names
from support.nginx import NEEDS_NGINX, Client, Nginx, running

pytestmark = NEEDS_NGINX

WWW = "https://www.test"
MEGABYTE = 1 << 20
#: A site of somebody else, with habits that must not reach our path.
OTHER_SITE = """\
server {{
    listen 127.0.0.1:{https} ssl;
    server_name www.test;
    ssl_certificate {folder}/www.pem;
    ssl_certificate_key {folder}/www.key;
    proxy_set_header X-Site www;
    proxy_intercept_errors on;
    include {folder}/posthog/www.test/*.conf;
    location ~ \\.js$ {{ return 200 "a file of the site"; }}
    location / {{ return 200 "the site"; }}
}}
"""


@dataclass
class Cloud:
    """What stands for PostHog Cloud: two hosts with certificates of one authority, and a name server."""

    api: Backend
    assets: Backend
    names: Names
    authority: Path

    def url(self, name: str, backend: Backend) -> str:
        return f"https://{name}.posthog.test:{backend.port}"


def server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    authority = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    cached = {"Cache-Control": "public, max-age=3600", "Set-Cookie": "load_balancer=1"}
    with ExitStack() as stack:
        yield Cloud(
            stack.enter_context(
                Backend("api", server_context(authority, "api.posthog.test"), {"Set-Cookie": "tracker=1"})
            ),
            stack.enter_context(Backend("assets", server_context(authority, "assets.posthog.test"), cached)),
            stack.enter_context(Names()),
            path,
        )


@pytest.fixture(scope="module")
def own() -> Iterator[Backend]:
    """A PostHog of one's own."""
    with Backend("own") as backend:
        yield backend


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory, cloud: Cloud, own: Backend) -> Iterator[Nginx]:
    """One nginx with somebody else's site, into which paths are included, and hosts of our own."""
    for server in running(tmp_path_factory.mktemp("ingest")):
        self_made(server.folder / "www")
        server.write_site("www", OTHER_SITE.format(https=server.https, folder=server.folder))
        to = {
            "to": cloud.url("api", cloud.api),
            "assets": cloud.url("assets", cloud.assets),
            "ca_file": str(cloud.authority),
        }
        wrong = {**to, "to": cloud.url("wrong", cloud.api)}
        unknown = {"to": cloud.url("api", cloud.api), "ca_file": "/etc/ssl/certs/ca-certificates.crt"}
        whole = {"server": "own", **server.tls("e.test")}
        server.declare(
            proxy_ingests=[
                {"url": f"{WWW}/ingest/", **to},
                {"url": f"{WWW}/masked/", "mask_ip": True, **to},
                {"url": f"{WWW}/wrong/", **wrong},
                {"url": f"{WWW}/unknown/", **unknown},
                {"url": f"{WWW}/own/", "to": f"http://{own.address}"},
                {"url": "https://e.test/", "to": f"http://{own.address}", **whole},
            ],
            proxy_redirects=[
                {"url": f"{WWW}/posthog/", "to": "https://posthog.test"},
                {"url": "https://e.test/old/", "to": "https://posthog.test", **whole},
            ],
            proxy_resolvers=[cloud.names.address],
        )
        yield server


def self_made(place: Path) -> None:
    """A certificate of somebody else's site."""
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=www.test"
    files = ["-keyout", f"{place}.key", "-out", f"{place}.pem"]
    subprocess.run(["openssl", *words.split(), *files], check=True, capture_output=True)


@pytest.fixture(scope="module")
def client(nginx: Nginx) -> Client:
    return nginx.client()


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/e/?ip=1&data=a%2Bb", "api"),
        ("/i/v0/e/", "api"),
        ("/flags/?v=2", "api"),
        ("/s/?compression=gzip-js", "api"),
        ("/api/surveys/?token=a", "api"),
        ("/engage/", "api"),
        ("/static/array.js?v=1", "assets"),
        ("/array/phc_a/config.js", "assets"),
    ],
)
def test_a_path_reaches_its_host(client: Client, path: str, service: str) -> None:
    reached = client.post(f"{WWW}/ingest{path}").json()
    assert (reached["service"], reached["path"]) == (service, path)
    name = reached["headers"]["Host"].split(":")[0]
    assert name == f"{service}.posthog.test"


@pytest.mark.parametrize("path", ["/ingest/e/", "/ingest/static/a.js", "/ingest/array/a", "/own/e/"])
def test_what_is_between_visitor_and_site_stays_there(client: Client, path: str) -> None:
    private = {
        "Cookie": "sessionid=1",
        "Authorization": "Basic YTpi",
        "X-Forwarded-For": "6.6.6.6",
        "X-Real-IP": "6.6.6.6",
        "Forwarded": "for=6.6.6.6",
        "CF-Connecting-IP": "6.6.6.6",
        "True-Client-IP": "6.6.6.6",
        "X-Forwarded-Host": "evil.test",
    }
    answer = client.get(f"{WWW}{path}?fresh={path}", headers=private)
    headers = {name.lower(): value for name, value in answer.json()["headers"].items()}
    assert headers["x-forwarded-for"] == headers["x-real-ip"] == "127.0.0.1"
    assert "6.6.6.6" not in str(headers)
    assert not {"cookie", "authorization", "forwarded", "x-forwarded-host", "x-site"} & set(headers)
    assert "Set-Cookie" not in answer.headers


def test_an_address_can_be_masked(client: Client) -> None:
    headers = client.get(f"{WWW}/masked/e/").json()["headers"]
    assert headers["X-Forwarded-For"] == headers["X-Real-IP"] == "127.0.0.0"
    assert "127.0.0.1" not in str(headers)


@pytest.mark.parametrize("path", ["/wrong/e/", "/unknown/e/", "/unknown/static/a.js"])
def test_a_certificate_that_is_wrong_is_not_accepted(client: Client, cloud: Cloud, path: str) -> None:
    """One is for another name, the others are by an authority that nobody knows."""
    before = len(cloud.api.seen)
    assert client.post(f"{WWW}{path}").status_code == 502
    assert len(cloud.api.seen) == before


def test_static_files_are_kept(client: Client, cloud: Cloud) -> None:
    def asked() -> int:
        return sum(request["path"] == "/static/kept.js" for request in cloud.assets.seen)

    first, second = (client.get(f"{WWW}/ingest/static/kept.js") for _ in range(2))
    assert first.json() == second.json()
    assert asked() == 1
    assert client.get(f"{WWW}/masked/static/kept.js").status_code == 200
    assert asked() == 1  # it is the same file


def test_other_answers_are_not_kept(client: Client, cloud: Cloud) -> None:
    before = len(cloud.api.seen) + len(cloud.assets.seen)
    for path in ("/ingest/flags/", "/ingest/array/phc_a/config") * 2:
        client.get(WWW + path)
    assert len(cloud.api.seen) + len(cloud.assets.seen) == before + 4


def test_large_recordings_go_through(client: Client) -> None:
    assert client.post(f"{WWW}/ingest/s/", data=bytes(60 * MEGABYTE)).json()["length"] == 60 * MEGABYTE
    assert client.post(f"{WWW}/ingest/s/", data=(bytes(MEGABYTE) for _ in range(65))).status_code == 413


@pytest.mark.parametrize("path", ["/e/", "/i/v0/e/", "/flags/?v=2", "/static/array.js", "/array/a/config.js"])
@pytest.mark.parametrize("place", [f"{WWW}/own", "https://e.test"])
def test_events_reach_a_posthog_of_ones_own(client: Client, place: str, path: str) -> None:
    reached = client.post(place + path).json()
    assert (reached["service"], reached["path"]) == ("own", path)


@pytest.mark.parametrize(
    "path", ["/", "/login", "/api/projects/", "/admin/", "/own", "/static/../login", "/e/..%2Flogin"]
)
def test_its_pages_and_its_api_do_not_come_along(client: Client, own: Backend, path: str) -> None:
    before = len(own.seen)
    assert client.get(f"{WWW}/own{path}").status_code in (400, 404)
    assert len(own.seen) == before


def test_the_site_itself_is_as_it_was(client: Client) -> None:
    assert client.get(f"{WWW}/").text == "the site"
    assert client.get(f"{WWW}/app.js").text == "a file of the site"
    assert client.get(f"{WWW}/posthogs").text == "the site"


@pytest.mark.parametrize(
    ("path", "location"),
    [
        (f"{WWW}/posthog", "https://posthog.test/"),
        (f"{WWW}/posthog/", "https://posthog.test/"),
        (f"{WWW}/posthog/insights/a%2Fb?x=%20y", "https://posthog.test/insights/a%2Fb?x=%20y"),
        (f"{WWW}/posthog//evil.test/", "https://posthog.test/evil.test/"),
        ("https://e.test/old/login", "https://posthog.test/login"),
    ],
)
def test_a_path_leads_to_the_site(client: Client, path: str, location: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, location)


def test_the_log_has_no_queries_and_no_whole_addresses(client: Client, nginx: Nginx) -> None:
    client.get(f"{WWW}/ingest/e/logged?data=secret-event")
    line = nginx.logged("/ingest/e/logged")
    assert f'"GET {WWW}/ingest/e/logged" 200 ' in line
    assert line.startswith("127.0.0.0 ")
    assert "secret-event" not in line
