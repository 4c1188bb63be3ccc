#!/bin/sh
# Prints where axe-core's script is, for the tests of the pages' accessibility; gets it with npm, once. Prints nothing, and
# says why, where that is not possible: then those tests are skipped.
set -eu
cd "$(dirname "$0")/.."
version=4.10.3
sha512=5e6edba515e70d25f6604d9815f064d859c5d1ea7ab661bbc4f87c88779ef0c21cae0abbeb636471ef39e9d62d2582e4b88a1866f19f4ecfcf6d986275e4dc12
script=.tools/axe/package/axe.min.js

cannot() { echo "axe-core: not used: $1" >&2; exit 0; }

if [ ! -e "$script" ]; then
  command -v npm >/dev/null || cannot "npm is not installed"
  mkdir -p .tools/axe
  archive=".tools/axe/axe-core-$version.tgz"
  (cd .tools/axe && npm pack --silent "axe-core@$version" >/dev/null) || cannot "npm cannot get axe-core@$version"
  echo "$sha512  $archive" | sha512sum --check --quiet || { rm -f "$archive"; echo "axe-core: the package is not the known one" >&2; exit 1; }
  tar -xzf "$archive" -C .tools/axe package/axe.min.js package/LICENSE
  rm "$archive"
fi
echo "$PWD/$script"
