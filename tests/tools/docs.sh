#!/bin/sh
# Render the documentation of every module and role to HTML, below .build/docs.
set -eu
cd "$(dirname "$0")/../.."

rm -rf .build/docs
mkdir -p .build/docs/rst
antsibull-docs sphinx-init --use-current --lenient --sphinx-theme alabaster --dest-dir .build/docs rollout.posthog
# The references into Ansible's own documentation need the network; without it they stay plain text.
antsibull-docs --config-file .build/docs/antsibull-docs.cfg collection --use-current --dest-dir .build/docs/rst rollout.posthog
sphinx-build -q -b html -c .build/docs .build/docs/rst .build/docs/html
echo "Open .build/docs/html/collections/rollout/posthog/index.html"
