"""PostHog's own SDK in a real browser sends an event through `/ingest/`, and PostHog, which is the emulator, has it."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.backends import Backend
from support.browser import NEEDS_BROWSER, Browser
from support.emulator import start_emulator
from support.nginx import NEEDS_NGINX, Nginx, running
from support.task import ROOT

pytestmark = [*NEEDS_NGINX, NEEDS_BROWSER]

PLACE = ROOT / ".cache/posthog-js"
PATIENCE = 120  # seconds; a browser starts slowly on a busy machine
PAGE = """\
<!doctype html>
<meta charset="utf-8">
<title>A shop</title>
<script src="/sdk/array.full.no-external.js"></script>
<script>
  document.cookie = "sessionid=private";
  posthog.init("%(token)s", {
    api_host: "/ingest", ui_host: "https://posthog.test", autocapture: false, request_batching: false,
    opt_out_useragent_filter: true,  // a headless browser looks like a bot
    loaded: (posthog) => {
      posthog.identify("visitor-1");
      posthog.capture("ingest works", { price: 12, bought: "Käse & Brot" });
      posthog.onFeatureFlags(() => posthog.capture("flags came"));
    },
  });
</script>
"""
SHOP = """\
server {{
    listen 127.0.0.1:{http};
    server_name www.test;
    root {folder}/shop;
    include {folder}/posthog/www.test/*.conf;
}}
"""


def sdk() -> Path:
    """posthog-js as it is published, installed by npm."""
    found = PLACE / "node_modules/posthog-js/dist"
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, which brings posthog-js")
    if not found.exists():
        PLACE.mkdir(parents=True, exist_ok=True)
        (PLACE / "package.json").write_text('{"private": true}\n')
        command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "posthog-js@1"]
        subprocess.run(command, cwd=PLACE, check=True, capture_output=True)
    return found


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    yield from running(tmp_path)


def visit_until(nginx: Nginx, token: str, posthog: str, happened: Callable[[], bool]) -> None:
    """A visitor looks at a shop whose events go to PostHog, until something has happened."""
    shop, address = nginx.folder / "shop", f"http://www.test:{nginx.http}"
    shop.mkdir()
    (shop / "sdk").symlink_to(sdk())
    (shop / "index.html").write_text(PAGE % {"token": token})
    nginx.write_site("shop", SHOP.format(http=nginx.http, folder=nginx.folder))
    nginx.declare(proxy_ingests=[{"url": f"{address}/ingest/", "to": posthog}])
    with Browser(nginx.folder, f"{address}/") as browser:
        deadline = time.monotonic() + PATIENCE
        while not happened():
            assert browser.running, browser.log.read_text()
            assert time.monotonic() < deadline, f"{nginx.access_log()}\n{browser.log.read_text()}"
            time.sleep(0.2)  # between two looks at the condition


def test_an_event_of_a_browser_arrives(nginx: Nginx, tmp_path: Path) -> None:
    emulator = start_emulator(tmp_path / "emulator")

    def arrived() -> dict[str, dict[str, Any]]:
        return {event["event"]: event for event in emulator.events()}

    try:
        visit_until(nginx, emulator.token(), emulator.url, lambda: {"ingest works", "flags came"} <= arrived().keys())
        event = arrived()["ingest works"]
    finally:
        emulator.stop()
    assert event["distinct_id"] == "visitor-1"
    assert event["properties"]["bought"] == "Käse & Brot"
    assert event["properties"]["$current_url"] == f"http://www.test:{nginx.http}/"


def test_its_cookies_stay_with_the_site(nginx: Nginx) -> None:
    with Backend("posthog") as posthog:
        visit_until(
            nginx,
            "phc_a",
            f"http://{posthog.address}",
            lambda: any(request["path"].startswith("/e/") for request in posthog.seen),
        )
    assert "private" not in str(posthog.seen)
