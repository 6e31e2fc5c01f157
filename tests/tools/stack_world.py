"""What the scenarios of the role `stack` stand on: a registry, an upstream in git, release files with real digests.

python tests/tools/stack_world.py DIRECTORY makes it, as far as it is not there, and prints what it makes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import images
import requests
import yaml

TESTS = Path(__file__).resolve().parents[1]
EMULATOR = TESTS.parent / "roles" / "emulator" / "files"
REGISTRY = "rollout-test-registry"
PORT = 5055
MIRROR = f"127.0.0.1:{PORT}"
# Commits get the same name each time: so do the images, and nothing is built twice.
MOMENT = "2026-11-01T12:00:00Z"
RELEASES = ["first", "second", "broken", "held", "sick", "whole"]
# Services that are of the application's image in a release that has them
OF_THE_RELEASE = {"whole": ["ghcr.io/posthog/posthog/feature-flags"]}

# The images of upstream, each by the image of tests/images that takes its place
STAND_INS = {
    "postgres:15.12-alpine": "postgres",
    "redis:7.2-alpine": "redis",
    "valkey/valkey:8.0-alpine": "redis",
    "clickhouse/clickhouse-server:26.6.2.158": "clickhouse",
    "docker.redpanda.com/redpandadata/redpanda:v25.1.9": "kafka",
    "zookeeper:3.7.0": "app",
    "chrislusf/seaweedfs:4.03": "app",
    "temporalio/auto-setup:1.26.2": "app",
    "caddy:latest": "caddy",
    **{
        f"ghcr.io/posthog/posthog/{name}:master": "app"
        for name in (
            "capture",
            "feature-flags",
            "hypercache-server",
            "property-defs-rs",
            "personhog-replica",
            "personhog-router",
            "livestream",
        )
    },
}
# What a backup has to ask more of: the same release with these in their places is `kept`.
KEPT = "first"
REAL = {
    "clickhouse/clickhouse-server:26.6.2.158": "clickhouse-engine",
    "chrislusf/seaweedfs:4.03": "objectstorage",
}


def main(place: Path) -> None:
    for name in sorted({*STAND_INS.values(), *REAL.values(), "registry"}):
        images.ensure(name)
    registry()
    common = {repository(name): push(f"{images.PREFIX}{stand_in}", name) for name, stand_in in STAND_INS.items()}
    (place / "releases").mkdir(parents=True, exist_ok=True)
    commits = upstream(place / "upstream")
    for name, commit in commits.items():
        image = release_image(name, commit)
        apps = ["posthog/posthog", "posthog/posthog-node", *OF_THE_RELEASE.get(name, [])]
        own = {app: push(image, f"{app}:{commit}") for app in apps}
        write_release(place / "releases" / f"{name}.yml", commit, {**common, **own})
        if name == KEPT:
            real = {repository(name): push(f"{images.PREFIX}{image}", name) for name, image in REAL.items()}
            write_release(place / "releases" / "kept.yml", commit, {**common, **own, **real})


def output(*command: str, **environment: str) -> str:
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def registry() -> None:
    """Runs as a container; what was pushed is kept in a volume."""
    wanted = output("docker", "image", "inspect", "--format", "{{.Id}}", f"{images.PREFIX}registry").strip()
    shown = subprocess.run(
        ["docker", "inspect", "--format", "{{.Image}} {{.State.Running}}", REGISTRY],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    if shown != f"{wanted} true":
        subprocess.run(["docker", "rm", "--force", REGISTRY], capture_output=True, check=False)
        volume = f"{REGISTRY}:/var/lib/registry"
        port = f"127.0.0.1:{PORT}:5000"
        output("docker", "run", "-d", "--name", REGISTRY, "-p", port, "-v", volume, f"{images.PREFIX}registry")
    output("timeout", "30", "sh", "-c", f"until curl -sf http://{MIRROR}/v2/; do sleep 0.2; done")


def repository(reference: str) -> str:
    return reference.rpartition(":")[0]


def push(image: str, name: str) -> str:
    """The digest under which the registry has the image."""
    had = kept(image, name)
    if had:
        return had
    target = f"{MIRROR}/{name}"
    output("docker", "tag", image, target)
    said = output("docker", "push", target)
    output("docker", "rmi", target)
    found = re.search(r"digest: (sha256:[0-9a-f]{64})", said)
    if not found:
        sys.exit(f"docker push {target} told no digest:\n{said}")
    return found[1]


def kept(image: str, name: str) -> str:
    """Its digest, if the registry has this very image: what runs of it on this machine is then left alone."""
    repository_name, _, tag = name.rpartition(":")
    kind = {"Accept": "application/vnd.docker.distribution.manifest.v2+json"}
    answer = requests.get(f"http://{MIRROR}/v2/{repository_name}/manifests/{tag}", headers=kind, timeout=30)
    if not answer.ok:
        return ""
    same = (
        answer.json()["config"]["digest"] == output("docker", "image", "inspect", "--format", "{{.Id}}", image).strip()
    )
    return answer.headers["Docker-Content-Digest"] if same else ""


def upstream(place: Path) -> dict[str, str]:
    """A repository with one commit per release -> the commits."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(TESTS / "upstream", place)
    who = {"GIT_AUTHOR_NAME": "upstream", "GIT_AUTHOR_EMAIL": "upstream@example.com", "GIT_AUTHOR_DATE": MOMENT}
    who |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in who.items()}
    output("git", "-C", str(place), "init", "--quiet", "--initial-branch=master", **who)
    commits = {}
    for name in RELEASES:
        (place / "RELEASE").write_text(f"{name}\n")
        output("git", "-C", str(place), "add", "--all")
        output("git", "-C", str(place), "commit", "--quiet", "--message", f"Release {name}", **who)
        commits[name] = output("git", "-C", str(place), "rev-parse", "HEAD").strip()
    return commits


def release_image(name: str, commit: str) -> str:
    """The image of PostHog's application, of this release."""
    image = f"{images.PREFIX}app-{name}"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, name)
        shutil.copytree(TESTS / "releases" / name, place, ignore=shutil.ignore_patterns("__pycache__"))
        if name == "whole":
            shutil.copytree(EMULATOR, place / "emulator", ignore=shutil.ignore_patterns("__pycache__"))
        content = images.checksum([images.label_of("app"), commit, *images.content_of(place)])
        if images.label_of(f"app-{name}") != content:
            print(f"building {image}", flush=True)
            if name == "whole":
                packages(place)
            images.build(f"app-{name}", content, place, f"org.opencontainers.image.revision={commit}")
    return image


def packages(place: Path) -> None:
    """What the emulator needs lies in `packages`: wheels without machine code, which any Python takes."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--only-binary=:all:", "--python-version=3.11"]
    wanted = ["--requirement", str(place / "emulator" / "requirements.txt")]
    output(*pip, "--platform=any", "--implementation=py", "--abi=none", "--target", str(place / "packages"), *wanted)


def write_release(path: Path, commit: str, digests: dict[str, str]) -> None:
    hobby = yaml.safe_load((TESTS / "upstream" / "docker-compose.hobby.yml").read_text())
    release = {"commit": commit, "clickhouse": "26.6.2.158", "images": digests, "services": list(hobby["services"])}
    text = yaml.safe_dump({"stack_release": release}, sort_keys=False)
    if not path.exists() or path.read_text() != text:  # another scenario may read it at this moment
        path.write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
