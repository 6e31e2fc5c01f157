"""Python applications that lost Sentry report to PostHog: the real frameworks and SDK, against the emulator."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from integration.package_managers import Unreachable, run

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.posthog.wish import Wish
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.removal import Options, plan_removal
from support.emulator import Emulator, start_emulator
from support.repositories import contents, make_repository

ROOT = Path(__file__).resolve().parents[2]
REPLACED = ROOT / "tests/unit/sentry/replaced"
PLACE = ROOT / ".cache/python-applications"
PACKAGES = ("posthog>=7.91,<8", "flask>=3,<4", "fastapi>=0.115,<1", "httpx<1", "django>=5.2,<6", "celery>=5.4,<6")
SCRIPTS = ROOT / ".cache/posthog-js"
PATIENCE = 60
POLL_INTERVAL = 0.2


@pytest.fixture(scope="module")
def interpreter() -> Path:
    """A Python with the SDK and the frameworks."""
    python, done = PLACE / "bin/python", PLACE / "installed.txt"
    if not done.exists() or done.read_text() != "\n".join(PACKAGES):
        shutil.rmtree(PLACE, ignore_errors=True)
        run([sys.executable, "-m", "venv", str(PLACE)], ROOT)
        try:
            run([str(python), "-m", "pip", "install", "-q", *PACKAGES], ROOT)
        except Unreachable as reason:
            pytest.skip(str(reason))
        done.write_text("\n".join(PACKAGES))
    return python


class Place:
    """Where events arrive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.emulator: Emulator = start_emulator(folder)
        with sqlite3.connect(folder / "emulator.sqlite3") as connection:
            tables = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        self.table = next(name for (name,) in tables if name.endswith("_event"))

    def events(self) -> list[dict[str, Any]]:
        """The properties of all exceptions, in order."""
        with sqlite3.connect(self.folder / "emulator.sqlite3") as connection:
            table = next(
                name
                for (name,) in connection.execute("select name from sqlite_master where type = 'table'")
                if name.endswith("_event")
            )
            rows = connection.execute(
                f"select properties, distinct_id from {table} where event = '$exception' order by id"
            ).fetchall()
        return [{**json.loads(properties), "distinct_id": person} for properties, person in rows]

    def named(self, event: str) -> list[str]:
        """Whom the events of a name are about."""
        with sqlite3.connect(self.folder / "emulator.sqlite3") as connection:
            rows = connection.execute(f"select distinct_id from {self.table} where event = ?", (event,))
            return [str(person) for (person,) in rows]

    def by_type(self) -> dict[str, dict[str, Any]]:
        """The properties by the type of the error."""
        return {one["$exception_list"][0]["type"]: one for one in self.events()}


@pytest.fixture
def posthog(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path / "emulator")
    yield place
    place.emulator.stop()


Runner = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def application(interpreter: Path, posthog: Place, tmp_path: Path) -> Callable[[str], Runner]:
    """Edits an example, and gives what runs a program in it."""

    def make(name: str) -> Runner:
        root = make_repository(tmp_path / name, dict(contents(REPLACED / name / "before")))
        plan_removal(str(root), Options(wish=Wish())).write()

        def program(text: str, key: str | None = None, status: int = 0) -> subprocess.CompletedProcess[str]:
            environment = {**os.environ, "PYTHONPATH": str(root), "POSTHOG_HOST": posthog.emulator.url}
            environment["POSTHOG_KEY"] = posthog.emulator.token() if key is None else key
            done = subprocess.run(
                [str(interpreter), "-c", text], cwd=root, env=environment, capture_output=True, text=True, check=False,
                timeout=PATIENCE,
            )  # fmt: skip
            assert done.returncode == status, done.stdout + done.stderr
            return done

        return program

    return make


FLASK = """
from shop import create_app
page = create_app().test_client()
assert page.get("/pay/x").status_code == 400
assert page.get("/broken").status_code == 500
"""
FASTAPI = """
from fastapi.testclient import TestClient
from app.main import app
page = TestClient(app, raise_server_exceptions=False)
assert page.get("/pay/x").status_code == 400
assert page.get("/broken").status_code == 500
"""
DJANGO = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.test import Client
page = Client(raise_request_exception=False)
assert page.get("/pay/?amount=x").status_code == 400
assert page.get("/broken/").status_code == 500
print(page.get("/").content.decode())
"""
CELERY = """
import worker
worker.app.conf.task_always_eager = True
worker.start_reporting()
assert worker.careful.delay(0).get() == 0
assert worker.nightly.delay(0).failed()
"""


def test_flask(application: Callable[[str], Runner], posthog: Place) -> None:
    application("flask")(FLASK)
    found = posthog.by_type()
    assert set(found) == {"ValueError", "IndexError"}
    assert {"handled": "yes", "amount": "x"}.items() <= found["ValueError"].items()
    assert found["IndexError"]["$request_path"] == "/broken"
    assert found["IndexError"]["$exception_list"][0]["mechanism"]["handled"] is False


def test_fastapi(application: Callable[[str], Runner], posthog: Place) -> None:
    application("fastapi")(FASTAPI)
    found = posthog.by_type()
    assert set(found) == {"ValueError", "RuntimeError"}
    assert {"step": "pay", "environment": "local"}.items() <= found["ValueError"].items()
    assert found["RuntimeError"]["$request_path"] == "/broken"


def test_django(application: Callable[[str], Runner], posthog: Place) -> None:
    page = application("django")(DJANGO).stdout
    found = posthog.by_type()
    assert set(found) == {"ValueError", "RuntimeError"}
    assert {"step": "pay", "amount": "x", "environment": "development"}.items() <= found["ValueError"].items()
    assert found["RuntimeError"]["$request_path"] == "/broken/"
    assert posthog.emulator.token() in page
    assert page.index("window.posthog.init") < page.index("</head>")


def test_celery(application: Callable[[str], Runner], posthog: Place) -> None:
    application("celery")(CELERY)
    found = posthog.events()
    assert [one["$exception_list"][0]["type"] for one in found] == ["ZeroDivisionError"] * 2
    assert sorted(one["celery_task_name"] for one in found) == ["worker.careful", "worker.nightly"]


def test_a_script(application: Callable[[str], Runner], posthog: Place) -> None:
    program = application("python-script")
    program("import job; job.main(['/no/such/folder'])")
    program("import job; job.main([])")
    program("import job; job.main([None])", status=1)
    found = posthog.by_type()
    assert set(found) == {"FileNotFoundError", "Exception", "TypeError"}
    assert found["Exception"]["level"] == "warning"
    assert found["Exception"]["$exception_list"][0]["value"] == "no folders were given"
    assert found["TypeError"]["$exception_list"][0]["mechanism"]["handled"] is False


@pytest.mark.parametrize(("name", "text"), [("flask", FLASK), ("fastapi", FASTAPI), ("django", DJANGO)])
def test_without_a_key_nothing_is_sent(
    name: str, text: str, application: Callable[[str], Runner], posthog: Place
) -> None:
    page = application(name)(text, key="").stdout
    assert posthog.events() == []
    assert "window.posthog" not in page


# -- in the browser ---------------------------------------------------------------------------------------------------

SERVE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from wsgiref.simple_server import make_server
from config.wsgi import application
server = make_server("127.0.0.1", 0, application)
print(server.server_port, flush=True)
server.serve_forever()
"""
WSGI = "from django.core.wsgi import get_wsgi_application\n\napplication = get_wsgi_application()\n"
# Errors go on until posthog-js has loaded what catches them; at the end the page says that there was time to send them.
# posthog-js sends nothing for what calls itself a headless browser.
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
PAGE = """\
{% extends "base.html" %}
{% block body %}<p data-private>secret</p><script>
  var waiting = setInterval(function () {
    if (window.posthog && window.posthog.__loaded) {
      clearInterval(waiting);
      setTimeout(function () { new Image().src = "{{ posthog_host }}/static/done"; }, 5000);
      setInterval(function () { throw new RangeError("on the page"); }, 500);
    }
  }, 50);
</script>{% endblock %}
"""


class Host(ThreadingHTTPServer):
    """PostHog's host as a page sees it: its scripts from npm's posthog-js, everything else from the emulator."""

    def __init__(self, scripts: Path, emulator: str) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.scripts = scripts
        self.emulator = emulator
        self.seen: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        self.server.seen.append(path)
        if path.startswith("/static/"):
            script = self.server.scripts / path.rsplit("/", 1)[-1]
            text = script.read_bytes() if script.exists() else b""
            self._send(200 if text else 404, text, {"Access-Control-Allow-Origin": "*"})
        else:
            self._forward()

    def do_POST(self) -> None:
        self._forward()

    def do_OPTIONS(self) -> None:
        self._forward()

    def log_message(self, format: str, *arguments: object) -> None:
        """Not to the screen."""

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        sent = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "content-length")}
        answer = requests.request(
            self.command, self.server.emulator + self.path, data=body, headers=sent, timeout=PATIENCE
        )
        kept = {
            name: value for name, value in answer.headers.items() if name.lower().startswith(("access-", "content-t"))
        }
        self._send(answer.status_code, answer.content, kept)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "text/javascript", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def browser() -> str:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("neither chromium nor google-chrome is on this machine")
    return found


@pytest.fixture
def host(posthog: Place) -> Iterator[Host]:
    scripts = SCRIPTS / "node_modules/posthog-js/dist"
    npm = shutil.which("npm")
    if not scripts.exists():
        if npm is None:
            pytest.skip("npm is not on this machine")
        SCRIPTS.mkdir(parents=True, exist_ok=True)
        (SCRIPTS / "package.json").write_text('{"private": true}\n')
        try:
            run([npm, "install", "--no-audit", "--no-fund", "posthog-js@1.449.2"], SCRIPTS)
        except Unreachable as reason:
            pytest.skip(str(reason))
    server = Host(scripts, posthog.emulator.url)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def visit(
    interpreter: Path, posthog: Place, host: Host, browser: str, tmp_path: Path
) -> Iterator[Callable[[Wish, Callable[[], bool]], None]]:
    """Opens the page of the edited Django project until something is true."""
    started: list[subprocess.Popen[str]] = []

    def go(wish: Wish, until: Callable[[], bool]) -> None:
        files = {**contents(REPLACED / "django" / "before"), "templates/shop/cart.html": PAGE.encode()}
        files["config/wsgi.py"] = (
            b"from django.core.wsgi import get_wsgi_application\n\napplication = get_wsgi_application()\n"
        )
        root = make_repository(tmp_path / "django", dict(files))
        plan_removal(str(root), Options(wish=wish)).write()
        environment = {**os.environ, "PYTHONPATH": str(root), "POSTHOG_HOST": host.url}
        environment["POSTHOG_KEY"] = posthog.emulator.token()
        server = subprocess.Popen(
            [str(interpreter), "-c", SERVE], cwd=root, env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        started.append(server)
        assert server.stdout is not None
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/"
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        window = [browser, *options, f"--user-agent={AGENT}", f"--user-data-dir={tmp_path / 'profile'}", url]
        started.append(subprocess.Popen(window, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True))
        deadline = time.monotonic() + PATIENCE
        while not until() and time.monotonic() < deadline:
            time.sleep(POLL_INTERVAL)  # between two looks at the condition

    yield go
    for process in started:
        process.terminate()
        process.wait(timeout=PATIENCE)


Visit = Callable[[Wish, Callable[[], bool]], None]


def test_the_page_reports_its_errors(visit: Visit, posthog: Place) -> None:
    visit(Wish(), lambda: bool(posthog.events()))
    assert list(posthog.by_type()) == ["RangeError"]
    assert posthog.named("$pageview")


def test_who_has_not_consented_sends_nothing(visit: Visit, posthog: Place, host: Host) -> None:
    visit(Wish(require_consent=True), lambda: "/static/done" in host.seen)
    assert "/static/array.js" in host.seen
    assert "/static/done" in host.seen
    assert posthog.named("$exception") == posthog.named("$pageview") == []
