"""The systems that images begin with, each made by debootstrap out of its distribution's signed packages.

Of Ubuntu's a Debian machine lacks two things: the keyring, which is fetched by its checksum, and the name of a release
that is newer than its debootstrap, though all are made in the same way.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path

# systemd and its company are for scenarios that treat a container as a host.
PACKAGES = ["python3", "systemd", "systemd-sysv", "dbus", "ca-certificates", "iproute2", "procps", "curl"]
SCRIPTS = Path("/usr/share/debootstrap/scripts")


@dataclass(frozen=True)
class Distribution:
    mirror: str
    components: str
    script: str
    # Where the mirror has the package with the keys, and its SHA-256; nothing where the machine has them.
    keys: tuple[str, str] = ("", "")


DISTRIBUTIONS = {
    "debian": Distribution(os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org/debian"), "main", "sid"),
    "ubuntu": Distribution(
        os.environ.get("UBUNTU_MIRROR", "http://archive.ubuntu.com/ubuntu"),
        "main,universe",
        "gutsy",  # whose file all later releases link to
        (
            "pool/main/u/ubuntu-keyring/ubuntu-keyring_2023.11.28.1_all.deb",
            "36de43b15853ccae0028e9a767613770c704833f82586f28eb262f0311adb8a8",
        ),
    ),
}


def command(name: str, root: Path, scratch: Path) -> list[str]:
    """How `root` becomes the system `name`, such as debian:bookworm. `scratch` is a folder for what that needs."""
    distribution, suite = name.split(":")
    chosen = DISTRIBUTIONS[distribution]
    options = ["--variant=minbase", f"--components={chosen.components}", f"--include={','.join(PACKAGES)}"]
    if chosen.keys[0]:
        options.append(f"--keyring={keyring(chosen, scratch) / f'{distribution}-archive-keyring.gpg'}")
    return ["debootstrap", *options, suite, str(root), chosen.mirror, str(SCRIPTS / chosen.script)]


def keyring(chosen: Distribution, scratch: Path) -> Path:
    """The folder with the keys of the distribution."""
    path, checksum = chosen.keys
    package = scratch / Path(path).name
    with urllib.request.urlopen(f"{chosen.mirror}/{path}", timeout=60) as answer:
        package.write_bytes(answer.read())
    found = hashlib.sha256(package.read_bytes()).hexdigest()
    if found != checksum:
        raise SystemExit(
            f"{chosen.mirror}/{path} has the SHA-256 {found}, not {checksum}: it is not what was looked at."
        )
    subprocess.run(["dpkg-deb", "--extract", str(package), str(scratch)], check=True)
    return scratch / "usr" / "share" / "keyrings"
