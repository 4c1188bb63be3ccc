#!/bin/sh
# Draws the standard threads as Slack does (npm's slack-blocks-to-jsx, in Chromium), measures them, and leaves the
# pictures in .e2e/drawn.
set -eu
cd "$(dirname "$0")/.."
tools=.e2e/drawing
if [ ! -d "$tools/node_modules/slack-blocks-to-jsx" ]; then
  mkdir -p "$tools"
  echo '{ "private": true }' > "$tools/package.json"
  (cd "$tools" && npm install --silent --no-audit --no-fund slack-blocks-to-jsx@1.1.1 react@18.3.1 react-dom@18.3.1)
fi
cp tests/slack/draw.mjs "$tools/"
exec .venv/bin/pytest -m browser tests/slack/test_drawn.py --basetemp=.e2e/drawn "$@"
