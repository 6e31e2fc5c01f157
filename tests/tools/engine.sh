#!/usr/bin/env bash
# A Docker Engine with Compose v2, and what makes images and nodes, from Debian packages: for the scenarios with containers.
# What is there already stays as it is.
set -euo pipefail

sudo=()
((EUID == 0)) || sudo=(sudo)

packages=()
docker info >/dev/null 2>&1 || command -v dockerd >/dev/null || packages+=(docker.io iptables)
command -v debootstrap >/dev/null || packages+=(debootstrap)
# For two nodes of a swarm beside it (two_nodes.sh)
command -v socat >/dev/null || packages+=(socat)
command -v ip >/dev/null || packages+=(iproute2)
if ((${#packages[@]})); then
    "${sudo[@]}" apt-get update -qq
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "${packages[@]}" >/dev/null
fi

# Debian 12 has no Compose v2. The package of a newer suite needs nothing but libc, so it alone is taken from there, by a
# configuration of apt that ends with this script: the machine's own sources never see that suite.
if ! docker compose version >/dev/null 2>&1; then
    apart=$(mktemp -d)
    trap 'rm -rf "$apart"' EXIT
    mkdir -p "$apart"/lists/partial "$apart"/empty
    chmod -R 0777 "$apart" # apt downloads as a user of its own
    mirror=$(apt-get indextargets --format "\$(REPO_URI)" "Created-By: Packages" "Origin: Debian" "Component: main" | head -n 1)
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} testing main" \
        >"$apart"/sources.list
    # A mirror that stands still is out of date to apt, though its signatures hold as before.
    apart_apt=("${sudo[@]}" apt-get -qq -o Acquire::Check-Valid-Until=false -o "Dir::Etc::SourceList=$apart/sources.list" -o "Dir::Etc::SourceParts=$apart/empty"
        -o "Dir::Etc::PreferencesParts=$apart/empty" -o "Dir::State::Lists=$apart/lists")
    "${apart_apt[@]}" update
    (cd "$apart" && "${apart_apt[@]}" download docker-compose)
    "${sudo[@]}" apt-get install -qq --no-install-recommends "$apart"/docker-compose_*.deb >/dev/null
fi

if ! docker info >/dev/null 2>&1; then
    if [ -d /run/systemd/system ]; then
        "${sudo[@]}" systemctl start docker
    else
        "${sudo[@]}" sh -c 'setsid dockerd >/var/log/dockerd.log 2>&1 &'
    fi
    timeout 60 sh -c 'until docker info >/dev/null 2>&1; do sleep 1; done' ||
        {
            echo "The Docker Engine does not start:"
            tail -n 3 /var/log/dockerd.log 2>/dev/null || journalctl --no-pager --lines 3 --unit docker
            exit 1
        } >&2
fi
docker --version && docker compose version
