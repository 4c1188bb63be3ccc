#!/bin/sh
# Debian packages that the tests with real parts need. Installs only what is not there yet.
set -eu
missing=""
for pair in docker-registry:docker-registry skopeo:skopeo redis-server:redis-server chromium:chromium; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
[ -z "$missing" ] && exit 0
sudo=""
[ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get update -qq
# A packaged service must not start by itself: the tests start their own, on ports of their own.
$sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $missing
