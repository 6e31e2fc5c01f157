"""Build the images that the scenarios with containers run: python tests/tools/images.py [NAME...].

Nothing is pulled: debootstrap makes the base, everything else is a Dockerfile below tests/images. An image is built
again only when what it is made of has changed; a label holds the checksum.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import bases

IMAGES = Path(__file__).resolve().parents[1] / "images"
PREFIX = "rollout-test/"
LABEL = "rollout.content"


def main(names: list[str]) -> None:
    for name in names or sorted(path.name for path in IMAGES.iterdir() if (path / "Dockerfile").exists()):
        ensure(name)


def ensure(name: str) -> str:
    """The checksum of what the image `name` is made of; afterwards the image is there, and its parents."""
    base = ":" in name
    parent = "" if base else ensure(parent_of(name))
    content = checksum([name, *bases.PACKAGES]) if base else checksum([parent, *content_of(IMAGES / name)])
    if label_of(name) != content:
        print(f"building {PREFIX}{name}", flush=True)
        if base:
            bootstrap(name, content)
        else:
            build(name, content)
    return content


def parent_of(name: str) -> str:
    first = (IMAGES / name / "Dockerfile").read_text().splitlines()[0]
    return first.removeprefix(f"FROM {PREFIX}").strip()


def content_of(place: Path) -> list[str]:
    """All of a directory: names, contents, and what may be run."""
    files = sorted(path for path in place.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return [f"{path.relative_to(place)} {path.stat().st_mode & 0o111:o} {path.read_text()}" for path in files]


def checksum(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def label_of(name: str) -> str:
    command = ["docker", "image", "inspect", "--format", f'{{{{index .Config.Labels "{LABEL}"}}}}', PREFIX + name]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def bootstrap(name: str, content: str) -> None:
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as scratch:
        quiet(bases.command(name, Path(root), Path(scratch)))
        tar = subprocess.Popen(["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE)
        subprocess.run(
            ["docker", "import", "--change", f"LABEL {LABEL}={content}", "-", PREFIX + name],
            stdin=tar.stdout,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        if tar.wait():
            sys.exit(f"tar ended with {tar.returncode}: {PREFIX}{name} is not whole")


def build(name: str, content: str, place: Path | None = None, *labels: str) -> None:
    command = ["docker", "build", "--quiet", "--tag", PREFIX + name]
    for label in (f"{LABEL}={content}", *labels):
        command += ["--label", label]
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder) / "context"
        shutil.copytree(place or IMAGES / name, context)
        fetch_packages(context)
        # The classic builder is the one that every Docker has without further packages.
        quiet([*command, str(context)], DOCKER_BUILDKIT="0")


def fetch_packages(context: Path) -> None:
    """What `requirements.txt` asks for, for Debian 12's Python: by this machine, which knows its way to the index."""
    if (context / "requirements.txt").exists():
        wanted = ["--requirement", str(context / "requirements.txt"), "--target", str(context / "packages")]
        quiet([sys.executable, "-m", "pip", "install", "--only-binary=:all:", "--python-version=3.11", *wanted])


def quiet(command: list[str], **environment: str) -> None:
    """Run it; if it fails, all that it said is shown."""
    done = subprocess.run(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}")


if __name__ == "__main__":
    main(sys.argv[1:])
