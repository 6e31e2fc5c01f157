"""Python applications that lost Sentry report to PostHog: the real frameworks and SDK, against the emulator."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.package_managers import Unreachable, run

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.posthog.wish import Wish
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.removal import Options, plan_removal
from support.emulator import Emulator, start_emulator
from support.repositories import contents, make_repository

ROOT = Path(__file__).resolve().parents[2]
REPLACED = ROOT / "tests/unit/sentry/replaced"
PLACE = ROOT / ".cache/python-applications"
PACKAGES = ("posthog>=7.91,<8", "flask>=3,<4", "fastapi>=0.115,<1", "httpx<1", "django>=5.2,<6", "celery>=5.4,<6")
PATIENCE = 30


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
