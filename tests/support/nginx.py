"""A private nginx on loopback, below a folder of its own, and the role `proxy` on it. Needs no root.

>>> nginx = Nginx(tmp_path)
>>> nginx.declare(proxy_sites=[{"url": "https://posthog.test", ...}])
>>> nginx.get("https://posthog.test/", ...)
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

from support.task import Playbook

PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
NEEDS_NGINX = [
    pytest.mark.skipif(PROGRAM is None, reason="nginx is not installed (apt-get install nginx)"),
    # The certificates of its sites are self-made.
    pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning"),
]
# As root it would make its workers www-data, to whom pytest's folders are closed.
CONFIG = """\
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/log/error.log notice;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/tmp/body;
    proxy_temp_path {folder}/tmp/proxy;
    fastcgi_temp_path {folder}/tmp/fastcgi;
    uwsgi_temp_path {folder}/tmp/uwsgi;
    scgi_temp_path {folder}/tmp/scgi;
    include {folder}/conf.d/*.conf;
    include {folder}/sites-enabled/*;
}}
"""
RECAP = re.compile(r"localhost +: ok=\d+ +changed=(\d+)")


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Nginx:
    """An nginx with files and ports of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "nginx"
        for name in ("conf.d", "sites-enabled", "log", "tmp"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "nginx.conf").write_text(
            CONFIG.format(folder=self.folder, user="user root;" if os.geteuid() == 0 else "")
        )
        self.http, self.https, self.status = free_port(), free_port(), free_port()
        self.playbook = Playbook(folder)
        self.variables: dict[str, Any] = {
            "proxy_install": False,
            "proxy_service": "",
            "proxy_nginx": PROGRAM,
            "proxy_config_directory": str(self.folder),
            "proxy_log_directory": str(self.folder / "log"),
            "proxy_cache_directory": str(self.folder / "cache"),
            "proxy_acme_directory": str(self.folder / "acme"),
            "proxy_acme_hook": str(self.folder / "hooks/posthog-proxy"),
            "proxy_http_listen": [f"127.0.0.1:{self.http}"],
            "proxy_https_listen": [f"127.0.0.1:{self.https}"],
            "proxy_status_listen": f"127.0.0.1:{self.status}",
        }

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """What nginx does by its own command."""
        command = [str(PROGRAM), "-c", str(self.folder / "nginx.conf"), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def stop(self) -> None:
        """It runs no more, if it did."""
        self.command("-s", "stop")

    def declare(self, *arguments: str, **variables: Any) -> str:
        """Runs the role, which has to work; gives the output."""
        return self.playbook.run(ROLE, *arguments, variables={**self.variables, **variables})

    def refuses(self, *arguments: str, **variables: Any) -> str:
        """Runs the role, which has to fail; gives the output without line breaks."""
        return " ".join(self.playbook.fails(ROLE, *arguments, variables={**self.variables, **variables}).split())

    def tls(self, name: str) -> dict[str, str]:
        """The options of a certificate that the role makes itself."""
        place = str(self.folder / "certificates" / name)
        return {"certificate_from": "self-made", "certificate": f"{place}.pem", "certificate_key": f"{place}.key"}

    def write_site(self, name: str, text: str) -> Path:
        """A server of somebody else."""
        path = self.folder / "sites-enabled" / name
        path.write_text(text)
        return path

    def loaded(self) -> str:
        """The checksum of the configuration that runs."""
        return requests.get(f"http://127.0.0.1:{self.status}/", timeout=10).text

    def access_log(self) -> str:
        """What was logged of requests."""
        return (self.folder / "log/posthog.access.log").read_text()

    def logged(self, path: str) -> str:
        """The line about a path that was asked for once. nginx writes it after the answer."""
        while not (lines := [line for line in self.access_log().splitlines() if path in line]):
            time.sleep(0.05)  # between two looks at the condition
        return lines[0]

    def files(self) -> dict[str, str]:
        """All files of the configuration."""
        places = [self.folder / name for name in ("conf.d", "sites-enabled", "posthog")]
        return {str(path): path.read_text() for place in places for path in place.rglob("*") if path.is_file()}

    def client(self) -> Client:
        """Whoever asks it."""
        return Client(self)


class Client(requests.Session):
    """Looks up every name on loopback, at the ports of the nginx, and does not check certificates."""

    def __init__(self, nginx: Nginx) -> None:
        super().__init__()
        self.trust_env = False
        self.ports = {"http": nginx.http, "https": nginx.https}
        for scheme in self.ports:
            self.mount(f"{scheme}://", OnLoopback(self.ports[scheme]))

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """Does not follow redirects."""
        options = {"timeout": 60, "verify": False, **kwargs, "allow_redirects": False}
        return super().request(method, url, *args, **options)


class OnLoopback(HTTPAdapter):
    """Connects to 127.0.0.1, and says the name that was asked for."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__()

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """The pool of loopback, with the name for TLS."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] == "https":
            pool |= {"server_hostname": host["host"], "assert_hostname": host["host"]}
        return {**host, "host": "127.0.0.1", "port": self.port}, pool

    def add_headers(self, request: Any, **kwargs: Any) -> None:
        """The name, which urllib3 would take from the pool."""
        request.headers.setdefault("Host", urlsplit(request.url).netloc)


def changed(output: str) -> int:
    """How many tasks of a run changed something."""
    found = RECAP.search(output)
    assert found, output
    return int(found[1])


def running(folder: Path) -> Iterator[Nginx]:
    """For fixtures."""
    nginx = Nginx(folder)
    yield nginx
    nginx.stop()


ROLE: list[dict[str, Any]] = [
    {"name": "Nginx serves PostHog", "ansible.builtin.include_role": {"name": "rollout.posthog.proxy"}}
]
