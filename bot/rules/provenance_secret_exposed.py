"""Credentials that everybody with pull access can read."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from bot.attestations.provenance import Exposed, Provenance
from bot.attestations.secrets import Leak, leaks_in, patterns_in, shown
from bot.context import Context
from bot.evidence import ImageConfig, PlatformEvidence
from bot.remedies import build
from bot.rules.config import unread_config
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_parts, unread_provenance
from bot.unreadable import UnknownReason

KEY_MAX: Final = 100
"""Characters of a name in a finding; it may be of any length."""

rule = Rule(
    __name__,
    title="A secret can be read from the image",
    severity=Severity.CRITICAL,
    asks_to_revoke=True,
    rationale=(
        "Build arguments, environment variables and Dockerfile texts are published: in the provenance, in the image's"
        " configuration, in its history. Everybody with pull access can read a credential that was passed through"
        " one of them, from every mirror, as long as a copy exists."
    ),
    remediation=Remediation(
        "Revoke the credential now: it stays readable in what was pushed, and lowering the provenance mode only"
        " hides it. Then pass it to the build as a secret mount: only its name is recorded, so mode=max can stay.",
        build.NO_SECRETS,
        "yaml",
        build.SEE_HERE,
    ),
    references=(build.DOCS_SECRETS, build.DOCS_PROVENANCE),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """The value stays behind here: a finding has its place, name, kind and length."""
    evidence = context.evidence
    yield from unread_parts(rule, evidence)
    texts = dict.fromkeys(exposed.value for platform in evidence.platforms for exposed in _readable(platform))
    patterns = patterns_in(texts)
    # The platforms of a build share most of their texts.
    leaks = cache(lambda exposed: tuple(leaks_in(exposed, patterns)))
    for platform in evidence.platforms:
        yield from unread_provenance(rule, evidence, platform)
        yield from unread_config(rule, platform)
        for reason in dict.fromkeys(_unread(platform)):
            yield rule.unknown(platform, UnknownReason.OVER_LIMIT, reason)
        for leak in dict.fromkeys(leak for exposed in _readable(platform) for leak in leaks(exposed)):
            yield rule.fail(platform, _told(leak))


def _unread(platform: PlatformEvidence) -> Iterator[str]:
    for provenance in _provenances(platform):
        yield from provenance.unread
    if isinstance(platform.config, ImageConfig):
        yield from platform.config.unread


def _readable(platform: PlatformEvidence) -> Iterator[Exposed]:
    for provenance in _provenances(platform):
        yield from provenance.exposed
    if isinstance(platform.config, ImageConfig):
        yield from platform.config.exposed


def _provenances(platform: PlatformEvidence) -> Iterator[Provenance]:
    for provenance in platform.everything_told or (platform.provenance,):
        if isinstance(provenance, Provenance):
            yield provenance


def _told(leak: Leak) -> str:
    what = shown(leak.key[:KEY_MAX]) or "a text"
    return f"{leak.place}: {what} looks like a secret ({leak.kind}, {leak.length} characters)"
