#!/usr/bin/env bash
# Installs the program from its sources, with the locked dependencies: install.sh SOURCES ENVIRONMENT
set -euo pipefail
sources="$1" environment="$2"
python3 -m venv "$environment"
pip=("$environment/bin/python" -m pip install --quiet --disable-pip-version-check)
"${pip[@]}" --require-hashes -r "$sources/requirements.txt" -r "$sources/requirements-build.txt"
"${pip[@]}" --no-deps --no-build-isolation "$sources"
