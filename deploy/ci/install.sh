#!/usr/bin/env bash
# Installs the program from its sources, with the locked dependencies: install.sh SOURCES ENVIRONMENT
# `-I`: it runs in the folder of the repository that is checked, whose files must not be taken for Python's own modules.
set -euo pipefail
if [ "${RUNNER_OS:-}" = Windows ]; then
  echo "::error::provenance-bot runs on Linux and macOS runners; run it in a job of its own with \`runs-on: ubuntu-latest\`"
  exit 1
fi
sources="$1" environment="$2"
python3 -I -m venv "$environment"
pip=("$environment/bin/python" -I -m pip install --quiet --disable-pip-version-check)
"${pip[@]}" --require-hashes -r "$sources/requirements.txt" -r "$sources/requirements-build.txt"
"${pip[@]}" --no-deps --no-build-isolation "$sources"
