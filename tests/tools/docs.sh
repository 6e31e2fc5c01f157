#!/bin/sh
# Render the documentation of every module and role to HTML, below .build/docs.
set -eu
cd "$(dirname "$0")/../.."

site=.build/docs
rm -rf "$site"
mkdir -p "$site/rst"
antsibull-docs sphinx-init --use-current --lenient --sphinx-theme alabaster --dest-dir "$site" rollout.posthog >"$site/log"
antsibull-docs --config-file "$site/antsibull-docs.cfg" collection --use-current --dest-dir "$site/rst" rollout.posthog
# Without the network the references into Ansible's own documentation stay plain text: worth a line in the log, no more.
sphinx-build -Q -w "$site/log" -b html -c "$site" "$site/rst" "$site/html"
echo "Open $site/html/collections/rollout/posthog/index.html"
