#!/bin/sh
# The tests against local-slack, a server that plays Slack (npm, MIT). It listens on all addresses, so everything runs in
# a private network namespace without an outside network.
# Exit code 77: this machine cannot run them; the line before says why.
set -eu
cd "$(dirname "$0")/.."
version=0.1.8
sha512=d810932b129a8e364d5824828fae89ab954349c503369199d65037dbcd48f11be90c4e3f50b0b00b6e9395c5baff8b0f6d24ecd364372a34e296d269dd9044be
binary=.e2e/package/bin/local-slack

cannot() { echo "e2e: not run: $1" >&2; exit 77; }

[ "$(uname -sm)" = "Linux x86_64" ] || cannot "local-slack-linux-x64 is for Linux on x86-64"
unshare -rn true 2>/dev/null || cannot "this system does not allow network namespaces (unshare -rn)"
command -v ip >/dev/null || cannot "ip is not installed (iproute2)"
if [ ! -x "$binary" ]; then
  command -v npm >/dev/null || cannot "npm is not installed, and $binary is not there"
  mkdir -p .e2e
  (cd .e2e && npm pack --silent "local-slack-linux-x64@$version" >/dev/null) || cannot "npm cannot get local-slack-linux-x64@$version"
  archive=".e2e/local-slack-linux-x64-$version.tgz"
  echo "$sha512  $archive" | sha512sum --check --quiet || { rm -f "$archive"; echo "e2e: the package is not the known one" >&2; exit 1; }
  tar -xzf "$archive" -C .e2e
  rm "$archive"
fi
[ $# -gt 0 ] || set -- tests/e2e
exec unshare -rn sh -c 'ip link set lo up && exec "$@"' sh .venv/bin/pytest -m e2e "$@"
