#!/usr/bin/env bash
# A real swarm of two managers on this machine, beside its own engine: two_nodes.sh up|down DIRECTORY
#
# Each node is a dockerd with a network namespace, a host name and data of its own, and its own DIRECTORY/home; a cable
# (veth) joins them. DIRECTORY/node1/sh is a shell on the first, for which docker is the engine of that node. They reach
# the registry of the tests at 127.0.0.1:5055 as the machine does, by a socket in the directory: no packet leaves.
set -euo pipefail

place=$2
nodes=(1 2)
engine() { docker --host "unix://$place/node$1/docker.sock" "${@:2}"; }
# A process of its own that outlives this script, known by a file with its number.
lasting() { setsid "${@:2}" </dev/null >"$place/$1.log" 2>&1 & echo $! >"$place/$1.pid"; }

down() {
    local number file
    for number in "${nodes[@]}"; do
        file=$place/node$number/pid
        [ ! -e "$file" ] || kill "$(cat "$file")" 2>/dev/null || true
        # The engine takes the file away when its mounts are gone.
        timeout 60 sh -c "while [ -e $file ]; do sleep 0.2; done"
    done
    for file in "$place"/*.pid; do
        [ ! -e "$file" ] || kill -- -"$(cat "$file")" 2>/dev/null || true
    done
    for number in "${nodes[@]}"; do ip netns del "rollout-node$number" 2>/dev/null || true; done
    rm -rf "$place"
}

up() {
    down # what an earlier run has left
    mkdir -p "$place"
    for number in "${nodes[@]}"; do ip netns add "rollout-node$number"; done
    ip link add eth0 netns rollout-node1 type veth peer name eth0 netns rollout-node2
    lasting registry socat "UNIX-LISTEN:$place/registry.sock,fork" TCP:127.0.0.1:5055
    for number in "${nodes[@]}"; do
        ip -n "rollout-node$number" link set lo up
        ip -n "rollout-node$number" link set eth0 up
        ip -n "rollout-node$number" address add "10.99.0.1$number/24" dev eth0
        mkdir -p "$place/node$number/home" "$place/home"
        cat >"$place/node$number/sh" <<SCRIPT
#!/bin/sh
export DOCKER_HOST=unix://$place/node$number/docker.sock
exec nsenter --target "\$(cat $place/node$number/pid)" --mount --net --uts sh "\$@"
SCRIPT
        chmod +x "$place/node$number/sh"
        # Engines share nothing but the kernel: /run is where they would meet.
        lasting "engine$number" nsenter --net="/var/run/netns/rollout-node$number" unshare --mount --uts sh -c "
            hostname node$number && mount --bind $place/node$number/home $place/home &&
            mount -t tmpfs none /run && mkdir -p /run/docker &&
            exec dockerd --data-root $place/node$number/data --exec-root /run/docker --pidfile $place/node$number/pid \
                --host unix://$place/node$number/docker.sock"
        lasting "forward$number" nsenter --net="/var/run/netns/rollout-node$number" \
            socat TCP-LISTEN:5055,bind=127.0.0.1,fork,reuseaddr "UNIX-CONNECT:$place/registry.sock"
    done
    for number in "${nodes[@]}"; do
        timeout 60 sh -c "until docker --host unix://$place/node$number/docker.sock info >/dev/null 2>&1; do sleep 0.2; done" ||
            { tail -n 3 "$place/engine$number.log"; exit 1; }
    done
    engine 1 swarm init --advertise-addr 10.99.0.11 >/dev/null
    engine 2 swarm join --token "$(engine 1 swarm join-token --quiet manager)" 10.99.0.11:2377 >/dev/null
    engine 1 node ls
}

"$1"
