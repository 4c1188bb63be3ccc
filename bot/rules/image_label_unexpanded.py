"""Labels with a placeholder that was not replaced."""

import re
from collections.abc import Iterator
from typing import Final

from bot.context import Context
from bot.remedies import build
from bot.rules.config import labels, unread_config
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_parts

VALUE_MAX: Final = 1024
"""Characters; longer labels are documents of build tools, and their braces are their own."""

PLACEHOLDER: Final = re.compile(
    r"\$\{\{?\s*(?P<shell>[A-Za-z_][\w.\-]{0,80})[^{}]{0,200}\}"  # ${GITHUB_SHA}  ${VERSION:-dev}  ${{ github.sha }}
    r"|\{\{-?\s*(?P<template>[.$A-Za-z_][\w.\-]{0,80})[^{}]{0,200}\}\}"  # {{ .Version }}
    r"|\$\((?P<command>[A-Za-z_][\w.\-]{0,80})[^()]{0,200}\)"  # $(git rev-parse HEAD)
    r"|^\$(?P<bare>[A-Za-z_]\w{0,80})$"  # $VERSION
    r"|^@(?P<maven>[A-Za-z_][\w.\-]{0,80})@$",  # @project.version@
    re.ASCII,
)

COMMANDS: Final = frozenset({"cmd", "debug", "devel", "help", "install", "params", "run", "test", "uninstall", "usage"})
"""Last words of labels that hold commands for people to run, placeholders included (label-schema, atomic)."""

rule = Rule(
    __name__,
    title="A label holds a placeholder instead of a value",
    severity=Severity.LOW,
    rationale=(
        "Labels carry source, revision and version into registries and scanners. With a literal ${GITHUB_SHA},"
        " nobody can find the commit that the image was built from."
    ),
    remediation=Remediation(
        "No shell expands values under `with:`, so shell variables are not replaced. Use the CI's own expressions,"
        " or build in a `run:` step.",
        build.LABELS,
        "yaml",
        build.SEE_CONFIG,
    ),
    references=(build.SPEC_ANNOTATIONS,),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Names label and placeholder, not the rest of the value: a default may be a secret."""
    evidence = context.evidence
    yield from unread_parts(rule, evidence)
    for platform in evidence.platforms:
        yield from unread_config(rule, platform)
        for key, value in labels(platform).items():
            if name := unexpanded(key, value):
                yield rule.fail(platform, f"label {key} holds the placeholder {name}, not its value")


def unexpanded(key: str, value: str) -> str:
    """The name in the first placeholder of a label's value; "" when there is none, or when it belongs there."""
    if len(value) > VALUE_MAX or re.split(r"[./_-]", key.lower())[-1] in COMMANDS:
        return ""
    found = PLACEHOLDER.search(value.strip())
    return next((name for name in found.groups() if name), "") if found else ""
