#!/bin/sh
# Molecule looks for its scenarios below the directory it is started in.
set -eu
cd "$(dirname "$0")/../../extensions"
exec molecule test --scenario-name default
