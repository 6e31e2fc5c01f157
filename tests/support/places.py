"""Places for a repository of restic as on other machines: a rest-server and SFTP, on free ports of this one."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "rest-s3cret-rest"


@dataclass(frozen=True)
class Place:
    """What `backup_repository` says of it."""

    url: str
    environment: dict[str, str] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)

    @property
    def options_of_module(self) -> dict[str, Any]:
        return {"url": self.url, "environment": self.environment, "options": self.options}


def lack(*programs: str) -> str:
    """Those that this machine does not have."""
    return ", ".join(name for name in programs if not shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin"))


def needs(*programs: str) -> None:
    """Skips the test, or the file that says so in its head, with those that this machine does not have."""
    if missing := lack(*programs):
        pytest.skip(f"not installed: {missing}", allow_module_level=True)


@contextmanager
def rest_server(folder: Path, *options: str) -> Iterator[Place]:
    """rclone speaks the protocol of restic's rest-server, which Debian does not have."""
    port = free_port()
    command = ["rclone", "serve", "restic", "--addr", f"127.0.0.1:{port}", "--user", "backup", *options, str(folder)]
    with served(command, port, {"RCLONE_PASS": PASSWORD, "RCLONE_CONFIG": os.devnull}):
        yield Place(f"rest:http://backup:{PASSWORD}@127.0.0.1:{port}/")


@contextmanager
def sftp_server(folder: Path) -> Iterator[Place]:
    """An sshd of its own, with keys of its own, for whoever runs the tests."""
    folder.mkdir()
    keys, port = folder / "keys", free_port()
    keys.mkdir(mode=0o700)
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys / name], check=True)
    (folder / "known").write_text(f"[127.0.0.1]:{port} {(keys / 'host.pub').read_text()}")
    settings = folder / "sshd_config"
    settings.write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {keys}/host\nAuthorizedKeysFile {keys}/user.pub\nPidFile none\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n"
        "Subsystem sftp internal-sftp\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    with served([str(shutil.which("sshd", path="/usr/sbin")), "-D", "-e", "-f", str(settings)], port, {}):
        ssh = f"ssh -p {port} -i {keys}/user -o UserKnownHostsFile={folder}/known -o BatchMode=yes"
        user = getpass.getuser()
        yield Place(
            f"sftp:{user}@127.0.0.1:{folder}/repository", options=[f"sftp.command={ssh} {user}@127.0.0.1 -s sftp"]
        )


@contextmanager
def served(command: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    """From when it listens. Raises RuntimeError with all that it said where it does not."""
    process = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 30
        while not listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(process.stderr.read() if process.stderr else "")
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.communicate()


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
