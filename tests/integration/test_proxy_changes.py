"""The role `proxy` over time: what it changes, what it leaves, and what stays when nginx says no."""

from __future__ import annotations

import re
import socket
import ssl
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from support.backends import Backend
from support.nginx import NEEDS_NGINX, Nginx, changed, running

pytestmark = NEEDS_NGINX

OTHER = """\
server {{
    listen 127.0.0.1:{http} default_server;
    server_name shop.test;
    location / {{ return 200 "the shop"; }}
}}
"""


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    yield from running(tmp_path)


@pytest.fixture(scope="module")
def web() -> Iterator[Backend]:
    with Backend("web") as backend:
        yield backend


def plain(web: Backend, name: str = "posthog.test", **more: object) -> dict[str, object]:
    return {"url": f"http://{name}", "backend": web.address, **more}


def test_a_second_run_changes_nothing_and_another_site_is_left_alone(nginx: Nginx, web: Backend) -> None:
    shop = nginx.write_site("shop", OTHER.format(http=nginx.http))
    before = shop.read_bytes(), shop.stat().st_mtime_ns
    secured = {"url": "https://secured.test", "backend": web.address, **nginx.tls("secured.test")}
    ingest = {"url": "http://www.test/ingest/", "to": "eu"}
    declared = {"proxy_sites": [plain(web), secured], "proxy_ingests": [ingest]}
    first = nginx.declare("--diff", **declared)
    assert "PRIVATE KEY" not in first
    files, loaded = nginx.files(), nginx.loaded()
    key = Path(str(secured["certificate_key"]))
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert changed(nginx.declare("--check", **declared)) == 0
    assert changed(nginx.declare(**declared)) == 0
    assert (nginx.files(), nginx.loaded()) == (files, loaded)
    assert (shop.read_bytes(), shop.stat().st_mtime_ns) == before
    client = nginx.client()
    assert client.get("http://shop.test/").text == "the shop"
    assert client.get("http://nobody-knows.test/").text == "the shop"  # which is still the default
    assert client.get("http://posthog.test/").json()["service"] == "web"


def test_check_mode_writes_nothing(nginx: Nginx, web: Backend) -> None:
    output = nginx.declare("--check", "--diff", proxy_sites=[plain(web)])
    assert changed(output) == 1
    assert "+    server_name posthog.test;" in output
    assert nginx.files() == {}
    with pytest.raises(requests.ConnectionError):
        nginx.loaded()


def test_addresses_keep_their_order(nginx: Nginx, web: Backend) -> None:
    """A set would have another with each process, and every run would be a change."""
    addresses = [f"127.0.0.{number}:{nginx.http}" for number in range(1, 9)]
    output = nginx.declare("--check", "--diff", proxy_sites=[plain(web)], proxy_http_listen=addresses)
    assert re.findall(r"^\+    listen (\S+) default_server;$", output, re.MULTILINE) == addresses


def test_what_nginx_refuses_is_neither_on_disk_nor_running(nginx: Nginx, web: Backend) -> None:
    nginx.declare(proxy_sites=[plain(web)])
    files, loaded = nginx.files(), nginx.loaded()
    broken = plain(web, extra="keepalive_timeout 30s;\nserve_quickly on;")
    output = nginx.refuses(proxy_sites=[broken, plain(web, "second.test")])
    servers = nginx.folder / "sites-enabled/zz-posthog.conf"
    assert "the old one stays" in output
    assert f"{servers}, line " in output
    assert 'unknown directive "serve_quickly"' in output.replace("\\", "")
    assert (nginx.files(), nginx.loaded()) == (files, loaded)
    assert nginx.command("-t").returncode == 0
    assert nginx.client().get("http://posthog.test/").status_code == 200
    nginx.declare(proxy_sites=[plain(web, extra="keepalive_timeout 30s;")])
    assert nginx.loaded() != loaded


def test_a_port_that_is_taken_is_an_error(nginx: Nginx, web: Backend) -> None:
    """nginx -t does not see it, and a reload keeps the old configuration without a word."""
    nginx.declare(proxy_sites=[plain(web)])
    files, loaded = nginx.files(), nginx.loaded()
    with Backend("in the way") as other:
        output = nginx.refuses(proxy_sites=[plain(web)], proxy_http_listen=[other.address])
    assert f"bind() to {other.address} failed" in output
    assert (nginx.files(), nginx.loaded()) == (files, loaded)
    assert nginx.client().get("http://posthog.test/").status_code == 200


def test_a_reload_that_was_missed_is_made_up_for(nginx: Nginx, web: Backend) -> None:
    nginx.declare(proxy_sites=[plain(web)])
    status = nginx.folder / "sites-enabled/zz-posthog-status.conf"
    wanted = status.read_text()
    status.write_text(wanted.replace(nginx.loaded(), "0123"))
    nginx.command("-s", "reload")
    while nginx.loaded() != "0123":
        pass
    status.write_text(wanted)
    assert changed(nginx.declare(proxy_sites=[plain(web)])) == 1
    assert nginx.loaded() in wanted


def test_absent_removes_what_is_ours_and_nothing_else(nginx: Nginx, web: Backend) -> None:
    shop = nginx.write_site("shop", OTHER.format(http=nginx.http))
    note = nginx.folder / "posthog/www.test/note"
    note.parent.mkdir(parents=True)
    note.write_text("somebody's note")
    declared = {"proxy_sites": [plain(web)], "proxy_ingests": [{"url": "http://www.test/ingest/", "to": "eu"}]}
    nginx.declare(**declared)
    assert changed(nginx.declare("--check", proxy_state="absent", **declared)) > 0
    nginx.declare(proxy_state="absent", **declared)
    assert set(nginx.files()) == {str(shop), str(note)}
    assert not (nginx.folder / "cache").exists()
    assert nginx.client().get("http://posthog.test/").text == "the shop"
    with pytest.raises(requests.ConnectionError):
        nginx.loaded()
    assert changed(nginx.declare(proxy_state="absent", **declared)) == 0


def test_what_others_have_broken_is_told_apart(nginx: Nginx, web: Backend) -> None:
    nginx.declare(proxy_sites=[plain(web)])
    shop = nginx.write_site("shop", "serve_quickly on;\n")
    advice = f"{shop} is not one of ours, and nginx refuses the old configuration as well: mend that file first"
    assert advice in nginx.refuses(proxy_sites=[plain(web, "second.test")])
    assert advice in nginx.refuses(proxy_state="absent")


def test_a_promise_of_tls_is_not_negative(nginx: Nginx) -> None:
    assert "proxy_hsts is -4; it can be 0 or more seconds" in nginx.refuses(proxy_hsts=-4)
    assert nginx.files() == {}


def test_a_path_that_nobody_includes_is_pointed_out(nginx: Nginx) -> None:
    declared = {"proxy_ingests": [{"url": "http://shop.test/ingest/", "to": "eu"}]}
    line = f"include {nginx.folder}/posthog/shop.test/*.conf;"
    assert line in " ".join(nginx.declare(**declared).split())
    shop = OTHER.format(http=nginx.http)
    nginx.write_site("shop", shop.replace("location", f"# {line}\nlocation"))
    assert "WARNING: no server includes" in nginx.declare(**declared)
    nginx.write_site("shop", shop.replace("location", f"{line}\nlocation"))
    assert "WARNING: no server includes" not in nginx.declare(**declared)


def test_an_address_that_others_share_is_not_made_ours(nginx: Nginx, web: Backend) -> None:
    """No default server, and no HTTP/2 for those who did not ask for it."""
    tls = nginx.tls("shop.test")
    self_made("shop.test", tls)
    files = f"ssl_certificate {tls['certificate']}; ssl_certificate_key {tls['certificate_key']};"
    shop = f'server {{ listen 127.0.0.1:{nginx.https} ssl; {files} location / {{ return 200 "the shop"; }} }}'
    nginx.write_site("shop", shop)
    secured = {"url": "https://posthog.test", "backend": web.address, **nginx.tls("posthog.test")}
    nginx.declare(proxy_sites=[secured])
    servers = (nginx.folder / "sites-enabled/zz-posthog.conf").read_text()
    assert f"listen 127.0.0.1:{nginx.https} ssl;" in servers
    assert "ssl_reject_handshake" not in servers
    client = nginx.client()
    assert client.get("https://nobody-knows.test/").text == "the shop"
    assert client.get("https://posthog.test/").json()["service"] == "web"
    nginx.declare(proxy_sites=[secured], proxy_unknown_hosts="refuse")
    with pytest.raises(requests.exceptions.SSLError):
        nginx.client().get("https://nobody-knows.test/")


ACME_CLIENT = """\
import pathlib, subprocess, sys, urllib.request
name, root, place, port = sys.argv[1:]
answer = pathlib.Path(root) / ".well-known/acme-challenge/token-1"
answer.parent.mkdir(parents=True, exist_ok=True)
answer.write_text("proof")
url = f"http://127.0.0.1:{port}/.well-known/acme-challenge/token-1"
with urllib.request.urlopen(urllib.request.Request(url, headers={"Host": name})) as reply:
    assert reply.read() == b"proof"
pathlib.Path(place).mkdir(exist_ok=True)
words = f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN={name}"
subprocess.run(["openssl", *words.split(), "-keyout", f"{place}/a.key", "-out", f"{place}/a.pem"], check=True)
"""


def test_an_acme_client_gets_the_certificate(nginx: Nginx, web: Backend, tmp_path: Path) -> None:
    place, program = tmp_path / "live", tmp_path / "client.py"
    program.write_text(ACME_CLIENT)
    files = {"certificate_from": "acme", "certificate": f"{place}/a.pem", "certificate_key": f"{place}/a.key"}
    declared = {"proxy_sites": [{"url": "https://posthog.test", "backend": web.address, **files}]}
    waiting = " ".join(nginx.declare(**declared).split())
    assert f"posthog.test has no certificate yet: {place}/a.pem is missing" in waiting
    assert nginx.client().get("http://posthog.test/").status_code == 308
    command = ["python3", str(program), "{host}", str(nginx.folder / "acme"), str(place), str(nginx.http)]
    assert "has no certificate yet" not in nginx.declare(proxy_acme_command=command, **declared)
    assert nginx.client().get("https://posthog.test/").json()["service"] == "web"
    assert changed(nginx.declare(proxy_acme_command=command, **declared)) == 0


def test_a_new_certificate_is_loaded(nginx: Nginx, web: Backend) -> None:
    """By the hook that the ACME client runs, and by the role."""
    tls = {**nginx.tls("posthog.test"), "certificate_from": "acme"}
    declared = {"proxy_sites": [{"url": "https://posthog.test", "backend": web.address, **tls}]}
    self_made("posthog.test", tls)
    nginx.declare(**declared)
    first = certificate_of(nginx)
    self_made("posthog.test", tls)
    subprocess.run([nginx.folder / "hooks/posthog-proxy"], check=True, capture_output=True)
    while (second := certificate_of(nginx)) == first:
        pass
    self_made("posthog.test", tls)
    nginx.declare(**declared)
    assert certificate_of(nginx) != second


def self_made(name: str, files: dict[str, str]) -> None:
    """Another certificate."""
    Path(files["certificate"]).parent.mkdir(exist_ok=True)
    words = f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN={name}"
    places = ["-keyout", files["certificate_key"], "-out", files["certificate"]]
    subprocess.run(["openssl", *words.split(), *places], check=True, capture_output=True)


def certificate_of(nginx: Nginx) -> bytes | None:
    """What it shows to visitors."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    raw = socket.create_connection(("127.0.0.1", nginx.https), timeout=30)
    with context.wrap_socket(raw, server_hostname="posthog.test") as connection:
        return connection.getpeercert(binary_form=True)
