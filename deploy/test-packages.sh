#!/bin/sh
# Installs the Debian packages for make test-real and make test-browser, if they are missing.
set -eu
missing=""
for pair in docker-registry:docker-registry skopeo:skopeo redis-server:redis-server nginx:nginx-light caddy:caddy faketime:faketime chromium:chromium zsh:zsh fish:fish; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
[ -z "$missing" ] && exit 0
sudo=""
[ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get update -qq
# Packaged services must not start: the tests start their own, on their own ports.
$sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $missing
