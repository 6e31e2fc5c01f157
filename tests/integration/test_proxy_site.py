"""The role `proxy` in front of PostHog: real requests through a real nginx to servers that tell what reached them."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from websockets.sync.client import connect

from support.backends import Backend, Echo
from support.nginx import NEEDS_NGINX, Client, Nginx, running

pytestmark = NEEDS_NGINX

SITE = "https://posthog.test"
MEGABYTE = 1 << 20
SERVICES = [
    "web",
    "capture",
    "capture_ai",
    "replay_capture",
    "capture_logs",
    "feature_flags",
    "hypercache",
    "plugins",
    "objectstorage",
    "livestream",
]
# Path and service, by the table of upstream's Caddy. What a service gets differs only where it says so.
ROUTES = """
/livestream livestream /
/livestream/ livestream /
/livestream/events?token=a livestream /events?token=a
/livestreams web
/i/v0/ai capture_ai
/i/v0/ai/ capture_ai
/i/v0/ai/x capture_ai
/i/v0/air capture
/e capture
/e/ capture
/e/?data=abc capture
/e/x capture
/events web
/engage/ web
/i/v0 capture
/i/v0/e/ capture
/i/v0/e/?ip=1 capture
/batch capture
/batch/ capture
/batches web
/capture capture
/capture/ capture
/i/v1/analytics/events capture
/i/v1/analytics/events/ capture
/i/v1/analytics/events/x web
/s replay_capture
/s/ replay_capture
/s/?compression=gzip-js replay_capture
/static/array.js web
/i/v1/logs capture_logs
/i/v1/logs/x capture_logs
/i/v1/traces capture_logs
/i/v1/metrics capture_logs
/i/v1/other web
/flags feature_flags
/flags/?v=2 feature_flags
/flags/definitions feature_flags
/flagship web
/api/feature_flag/local_evaluation feature_flags
/api/feature_flag/local_evaluation/?token=a feature_flags
/api/feature_flag/other web
/surveys hypercache
/surveys/ hypercache
/surveys/1 web
/api/surveys hypercache
/api/surveys/?token=a hypercache
/api/surveys/1 web
/array/phc_a/config.js hypercache
/array/phc_a/config hypercache
/array web
/public/webhooks plugins
/public/webhooks/x plugins
/public/m/ plugins
/public/m/x plugins
/public/m web
/public/other web
/posthog objectstorage
/posthog/ objectstorage
/posthog/a%2Fb%20c.csv?X-Amz-Signature=a%2Bb objectstorage
/posthogs web
/ web
/decide/?v=3 web
/track/ web
/report/ web
/api/projects/@current/ web
/login?next=/ web
/api/login web
/_health web
"""


@pytest.fixture(scope="module")
def services() -> Iterator[dict[str, Backend]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(Backend(name)) for name in SERVICES}


@pytest.fixture(scope="module")
def echo() -> Iterator[Echo]:
    with Echo() as server:
        yield server


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory, services: dict[str, Backend], echo: Echo) -> Iterator[Nginx]:
    """One nginx with layout B, layout A, a stack without all services, and a WebSocket server behind it."""
    for server in running(tmp_path_factory.mktemp("site")):
        addresses = {name: backend.address for name, backend in services.items()}
        few = {name: addresses[name] for name in ("web", "capture")}
        server.declare(
            proxy_sites=[
                {"url": SITE, "layout": "routes", "services": addresses, **server.tls("posthog.test")},
                {"url": "https://caddy.test", "backend": addresses["web"], **server.tls("caddy.test")},
                {"url": "https://few.test", "layout": "routes", "services": few, **server.tls("few.test")},
                {"url": "https://echo.test", "backend": echo.address, **server.tls("echo.test")},
                {"url": "http://plain.test", "backend": addresses["web"]},
                {"url": "https://trusting.test:8443", "backend": addresses["web"], **server.tls("trusting.test")},
            ],
            proxy_hsts=63072000,
        )
        yield server


@pytest.fixture(scope="module")
def client(nginx: Nginx) -> Client:
    return nginx.client()


@pytest.mark.parametrize("route", [line.split() for line in ROUTES.split("\n") if line], ids=lambda route: route[0])
def test_a_path_reaches_its_service(client: Client, route: list[str]) -> None:
    path, service, *other = route
    answer = client.get(SITE + path)
    assert answer.status_code == 200, answer.text
    reached = answer.json()
    assert (reached["service"], reached["path"]) == (service, other[0] if other else path)


@pytest.mark.parametrize("path", ["/livestream/events", "/e/", "/flags/?v=2", "/posthog/a%2Fb", "/api/login", "/x"])
def test_caddy_gets_everything_untouched(client: Client, path: str) -> None:
    reached = client.post(f"https://caddy.test{path}").json()
    assert (reached["service"], reached["path"]) == ("web", path)


@pytest.mark.parametrize("path", ["/s/", "/flags/?v=2", "/i/v0/ai", "/array/phc_a/config", "/posthog/x", "/livestream"])
def test_a_service_that_is_not_deployed_is_404(client: Client, path: str) -> None:
    assert client.get(f"https://few.test{path}").status_code == 404
    assert client.get("https://few.test/").status_code == 200


def test_what_a_visitor_says_of_himself_is_replaced(client: Client) -> None:
    false = {
        "X-Forwarded-For": "6.6.6.6",
        "X-Real-IP": "6.6.6.6",
        "X-Forwarded-Host": "evil.test",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Port": "1",
        "Forwarded": "for=6.6.6.6",
    }
    for path in ("/", "/e/", "/livestream", "/posthog/x", "/api/login"):
        headers = client.get(SITE + path, headers=false).json()["headers"]
        assert headers["X-Forwarded-For"] == headers["X-Real-IP"] == "127.0.0.1"
        assert headers["X-Forwarded-Host"] == headers["Host"] == "posthog.test"
        assert headers["X-Forwarded-Proto"] == "https"
        assert headers["X-Forwarded-Port"] not in ("", "1")
        assert "Forwarded" not in headers


def test_the_port_of_an_address_is_passed_on(client: Client) -> None:
    headers = client.get("https://trusting.test/").json()["headers"]
    assert headers["Host"] == headers["X-Forwarded-Host"] == "trusting.test:8443"
    assert headers["X-Forwarded-Port"] == "8443"


def test_what_visitors_send_to_posthog_stays(client: Client) -> None:
    own = {"Cookie": "sessionid=1", "Authorization": "Bearer phx_a", "X-Csrftoken": "t"}
    headers = client.get(f"{SITE}/api/projects/", headers=own).json()["headers"]
    assert {name: headers[name] for name in own} == own


@pytest.mark.parametrize("path", ["/e/", "/i/v0/e/", "/batch/", "/s/", "/i/v0/ai", "/i/v1/logs"])
def test_large_bodies_reach_ingestion(client: Client, nginx: Nginx, path: str) -> None:
    assert client.post(SITE + path, data=bytes(60 * MEGABYTE)).json()["length"] == 60 * MEGABYTE
    assert status_of_announced(nginx, path, 70 * MEGABYTE) == 413


def test_uploads_may_be_larger_and_the_rest_smaller(nginx: Nginx, client: Client) -> None:
    assert client.put(f"{SITE}/posthog/upload", data=bytes(70 * MEGABYTE)).json()["length"] == 70 * MEGABYTE
    assert status_of_announced(nginx, "/posthog/upload", 201 * MEGABYTE) == 413
    assert client.post(f"{SITE}/api/projects/", data=bytes(19 * MEGABYTE)).json()["length"] == 19 * MEGABYTE
    assert status_of_announced(nginx, "/api/projects/", 21 * MEGABYTE) == 413


def status_of_announced(nginx: Nginx, path: str, length: int) -> int:
    """The answer to a body that is announced and never sent."""
    connection = http.client.HTTPConnection("127.0.0.1")
    connection.sock = tls_to(nginx, "posthog.test")
    connection.putrequest("POST", path, skip_host=True)
    connection.putheader("Host", "posthog.test")
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    with connection.getresponse() as answer:
        return answer.status


def test_a_chunked_body_is_counted_too(client: Client) -> None:
    assert client.post(f"{SITE}/api/x", data=(bytes(MEGABYTE) for _ in range(21))).status_code == 413


def tls_to(nginx: Nginx, name: str | None, **options: Any) -> ssl.SSLSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for option, value in options.items():
        setattr(context, option, value)
    return context.wrap_socket(socket.create_connection(("127.0.0.1", nginx.https), timeout=30), server_hostname=name)


@pytest.mark.parametrize("name", ["other.test", None])
def test_an_unknown_name_gets_no_handshake(nginx: Nginx, name: str | None) -> None:
    with pytest.raises(ssl.SSLError, match=r"(?i)unrecognized.name"):
        tls_to(nginx, name)


def test_an_unknown_host_gets_nothing_without_tls_either(nginx: Nginx) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", nginx.http, timeout=30)
    connection.request("GET", "/", headers={"Host": "other.test"})
    with pytest.raises(http.client.RemoteDisconnected):
        connection.getresponse()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_only_modern_tls(nginx: Nginx) -> None:
    assert tls_to(nginx, "posthog.test").version() == "TLSv1.3"
    older = tls_to(nginx, "posthog.test", maximum_version=ssl.TLSVersion.TLSv1_2)
    assert re.match(r"ECDHE-.*(GCM|CHACHA20)", older.cipher()[0])  # type: ignore[index]
    with pytest.raises(ssl.SSLError):
        tls_to(nginx, "posthog.test", minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1)


def test_http_2_is_offered(nginx: Nginx) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    raw = socket.create_connection(("127.0.0.1", nginx.https), timeout=30)
    with context.wrap_socket(raw, server_hostname="posthog.test") as connection:
        assert connection.selected_alpn_protocol() == "h2"


def test_http_leads_to_https(client: Client) -> None:
    answer = client.get("http://posthog.test/login?next=%2Fa")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"{SITE}/login?next=%2Fa")


def test_browsers_are_told_to_use_tls(client: Client) -> None:
    assert client.get(f"{SITE}/").headers["Strict-Transport-Security"] == "max-age=63072000"


def test_a_site_without_tls_makes_no_such_promise(client: Client) -> None:
    answer = client.get("http://plain.test/")
    assert answer.json()["headers"]["X-Forwarded-Proto"] == "http"
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize(
    ("url", "service"),
    [
        (f"{SITE}/livestream/events", "livestream"),
        (f"{SITE}/api/projects/1/query/stream", "web"),
        ("https://caddy.test/livestream/events", "web"),
    ],
)
def test_events_of_the_server_come_at_once(
    client: Client, services: dict[str, Backend], url: str, service: str
) -> None:
    with client.get(url, headers={"Accept": "text/event-stream", "Accept-Encoding": "gzip"}, stream=True) as answer:
        chunks = answer.iter_content(chunk_size=None)
        assert next(chunks) == b"data: first\n\n"  # while the server waits with the second
        services[service].next_event.release()
        assert b"".join(chunks) == b"data: second\n\n"


def test_a_web_socket_goes_through(nginx: Nginx) -> None:
    with tls_to(nginx, "echo.test") as raw, connect("ws://echo.test/", sock=raw) as connection:
        connection.send("is anybody there?")
        assert connection.recv(timeout=30) == "is anybody there?"


def test_no_other_protocol_does(client: Client) -> None:
    """Whoever got a connection of HTTP/2 to what is behind nginx could speak past it."""
    headers = client.get(f"{SITE}/", headers={"Connection": "Upgrade", "Upgrade": "h2c"}).json()["headers"]
    assert not {"Upgrade", "Connection"} & set(headers)


def test_text_is_compressed(client: Client) -> None:
    answer = client.get(f"{SITE}/api/projects/", headers={"Accept-Encoding": "gzip", "X-Long": "x" * 4000})
    assert answer.headers["Content-Encoding"] == "gzip"


def test_long_addresses_are_taken(client: Client) -> None:
    path = "/e/?data=" + "x" * 30000
    assert client.get(SITE + path).json()["path"] == path


def test_attempts_to_log_in_are_limited_and_the_page_is_not(client: Client) -> None:
    attempts = [client.post(f"{SITE}/api/login").status_code for _ in range(20)]
    assert 429 in attempts
    assert attempts[:5] == [200] * 5
    assert {client.get(f"{SITE}/login").status_code for _ in range(20)} == {200}
    assert {client.post(f"{SITE}/e/").status_code for _ in range(40)} == {200}


def test_the_log_has_no_queries_and_no_whole_addresses(client: Client, nginx: Nginx) -> None:
    client.get(f"{SITE}/e/logged?data=secret-event&token=phc_a", headers={"Referer": "https://a.test/?private=1"})
    line = nginx.logged("/e/logged")
    assert re.match(r'127\.0\.0\.0 \[\S+\] "GET https://posthog\.test/e/logged" 200 ', line)
    for secret in ("secret-event", "phc_a", "private", "127.0.0.1 ["):
        assert secret not in line


def test_errors_do_not_tell_queries_either(client: Client, nginx: Nginx) -> None:
    client.post(f"{SITE}/api/login?secret=1")
    assert "secret" not in (nginx.folder / "log/posthog.error.log").read_text()
