#!/usr/bin/env bash
# One check for CI: annotations on stdout, a summary for people, SARIF and JSON as files, and the worst exit code.
# It reads PROGRAM, REPORTS (a folder), IMAGES, LINT, POLICY, SINCE_BASELINE, STRICT, UPLOAD_SARIF and TOKEN, and writes to
# GITHUB_OUTPUT and GITHUB_STEP_SUMMARY where these are set. It ends with 0: whoever calls it decides by `exit-code`.
set -euo pipefail
: "${PROGRAM:=provenance}" "${REPORTS:=provenance-reports}" "${IMAGES:=}" "${LINT:=}" "${POLICY:=}"
: "${SINCE_BASELINE:=false}" "${STRICT:=false}" "${UPLOAD_SARIF:=false}"
: "${GITHUB_OUTPUT:=/dev/null}" "${GITHUB_STEP_SUMMARY:=/dev/null}"
# Without a token, GitHub answers 60 questions an hour to all who share the runner's address.
[ -n "${PROVENANCE_GITHUB_TOKEN:-}" ] || [ -z "${TOKEN:-}" ] || export PROVENANCE_GITHUB_TOKEN="$TOKEN"
mkdir -p "$REPORTS"
# What an earlier step left there is about other images.
rm -f -- "$REPORTS"/lint.sarif "$REPORTS"/check.{json,sarif,markdown}
# A program that was killed (137) or could not start (127) has checked nothing, like 3.
# GitHub takes summaries of 1 MiB and drops larger ones.
summary_max=1000000
known() { case "$1" in 0 | 1 | 2 | 3) echo "$1" ;; *) echo 3 ;; esac; }
code=0
# 1 (fail) outweighs 3 (could not be checked); 2 (wrong usage) outweighs both.
worse() {
  local found one
  found="$(known "$1")"
  for one in 2 1 3; do
    if [ "$found" = "$one" ] || [ "$code" = "$one" ]; then code="$one" && return; fi
  done
}
# Words are split on spaces and lines; nothing in them is expanded.
set -f
images=($IMAGES)
paths=($LINT)
set +f

wrong() { echo "::error::$1"; code=2; }
# `yes` is true for some YAML and false for other: an input that is neither would be ignored without a word.
for input in since-baseline strict upload-sarif; do
  name="$(echo "$input" | tr a-z- A-Z_)"
  case "${!name}" in
    true | false) ;;
    True | TRUE) printf -v "$name" true ;;
    False | FALSE) printf -v "$name" false ;;
    *) wrong "$input is neither true nor false" ;;
  esac
done

# An empty output of another step must not make the job green.
if [ "${#images[@]}" -eq 0 ] && [ "${#paths[@]}" -eq 0 ]; then
  wrong "nothing to check: neither images nor files to lint are named"
elif [ "${#images[@]}" -eq 0 ] && { [ -n "$POLICY" ] || [ "$SINCE_BASELINE" = true ]; }; then
  wrong "policy and since-baseline are about images, and images is empty"
fi

if [ "${#paths[@]}" -gt 0 ]; then
  lint=(lint)
  [ "$STRICT" = true ] && lint+=(--strict)
  found=0
  "$PROGRAM" "${lint[@]}" --format sarif -- "${paths[@]}" >"$REPORTS/lint.sarif" || found=$?
  worse "$found"
  "$PROGRAM" "${lint[@]}" --format github -- "${paths[@]}" || true
  [ -s "$REPORTS/lint.sarif" ] && echo "lint-sarif=$REPORTS/lint.sarif" >>"$GITHUB_OUTPUT"
fi

if [ "${#images[@]}" -gt 0 ]; then
  check=(check --format github)
  for format in json sarif markdown; do check+=(--save "$format=$REPORTS/check.$format"); done
  [ -n "$POLICY" ] && check+=(--policy "$POLICY")
  [ "$SINCE_BASELINE" = true ] && check+=(--since-baseline)
  [ "$STRICT" = true ] && check+=(--strict)
  found=0
  "$PROGRAM" "${check[@]}" -- "${images[@]}" || found=$?
  worse "$found"
  if [ -s "$REPORTS/check.json" ]; then
    if [ "$(wc -c <"$REPORTS/check.markdown")" -gt "$summary_max" ]; then
      echo "Too long for a summary: the report of the ${#images[@]} arguments is in the log." >>"$GITHUB_STEP_SUMMARY"
    else
      cat "$REPORTS/check.markdown" >>"$GITHUB_STEP_SUMMARY"
    fi
    # -I: a json.py of the repository is not Python's.
    verdict="$(python3 -I - "$REPORTS/check.json" <<'PYTHON'
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    found = json.load(file)
verdicts = {one["verdict"] for one in (found if isinstance(found, list) else [found])}
print(next(word for word in ("fail", "unknown", "warn", "pass") if word in verdicts))
PYTHON
)"
    echo "verdict=$verdict" >>"$GITHUB_OUTPUT"
    echo "report=$REPORTS/check.json" >>"$GITHUB_OUTPUT"
    [ -s "$REPORTS/check.sarif" ] && echo "check-sarif=$REPORTS/check.sarif" >>"$GITHUB_OUTPUT"
  fi
fi
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
