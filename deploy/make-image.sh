#!/bin/sh
# Builds deploy/Dockerfile with Debian's buildah, where no BuildKit is at hand: make-image.sh NAME
# BASE= names the base image; without it, and without a registry, Debian's own packages make one (mmdebstrap).
set -eu
name="$1"
cd "$(dirname "$0")/.."
export STORAGE_DRIVER="${STORAGE_DRIVER:-vfs}" BUILDAH_ISOLATION="${BUILDAH_ISOLATION:-chroot}"
if [ -z "${BASE:-}" ]; then
  BASE=localhost/debian:bookworm-slim
  if ! buildah inspect --type image "$BASE" >/dev/null 2>&1; then
    folder="$(mktemp -d)"
    mmdebstrap --quiet --variant=minbase --mode=root bookworm "$folder/root.tar" /etc/apt/sources.list.d/*.sources \
      --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
      --dpkgopt='path-exclude=/usr/share/locale/*'
    container="$(buildah from scratch)"
    buildah add -q "$container" "$folder/root.tar" /
    buildah commit -q "$container" "$BASE"
    buildah rm "$container" >/dev/null
    rm -rf "$folder"
  fi
fi
# This machine's certificates: its way to the packages may have an authority of its own.
pip="$(mktemp)"
trap 'rm -f "$pip"' EXIT
printf '[global]\ncert = /run/host-ca.crt\n' >"$pip"
buildah build --format docker --file deploy/Dockerfile --ignorefile deploy/Dockerfile.dockerignore \
  --volume /etc/ssl/certs/ca-certificates.crt:/run/host-ca.crt:ro --volume "$pip:/etc/pip.conf:ro" \
  --build-arg BASE="$BASE" --build-arg COMMIT="$(git rev-parse HEAD)" --tag "$name" .
