"""What is said under the verdict: things that no rule is about, but that the reader should know."""

from collections.abc import Iterable, Iterator

from bot.attestations.secrets import shown
from bot.evidence import Evidence, ImageConfig, NotAsked
from bot.policy import Policy
from bot.report import Result
from bot.rules import Outcome, SkippedReason, catalogue
from bot.values import replace


def notes(evidence: Evidence, results: Iterable[Result], policy: Policy) -> tuple[str, ...]:
    """Sentences, none of them twice."""
    results = tuple(results)
    own = (*map(shown, evidence.notes), *_other_platforms(evidence), *_configs(evidence))
    return tuple(dict.fromkeys((*own, *_never_asked(results, policy), *_expired(results, policy))))


def _other_platforms(evidence: Evidence) -> Iterator[str]:
    """No rule is about it: runtimes choose by the index, and what they start is made for something else."""
    for platform in evidence.platforms:
        config = platform.config
        if not isinstance(config, ImageConfig) or config.platform in {"", platform.platform}:
            continue
        from bot.rules.twins import contradict  # noqa: PLC0415 - only where the names are not the same

        if contradict(platform.platform, config.platform):
            yield (
                f"The index calls it {platform.platform}, and its own configuration says {shown(config.platform)}:"
                " runtimes choose it by the index, and start what was built for the other"
            )


def _configs(evidence: Evidence) -> Iterator[str]:
    """Content rules read the image's configuration, too; say so when it was left alone."""
    for platform in evidence.platforms:
        match platform.config:
            case NotAsked(reason):
                yield f"The image's configuration was not read: {reason}"
            case _:
                continue


def _never_asked(results: Iterable[Result], policy: Policy) -> Iterator[str]:
    """What the policy requires of no image, since it does not say what to compare with: a pass does not mean that."""
    expected = replace(policy.expected, is_release=bool(policy.releases))
    skipped = {result.rule for result in results if result.required and result.code == SkippedReason.NOT_EXPECTED}
    for rule in (one for one in catalogue() if one.id in skipped and not one.asked(expected)):
        yield f"The policy requires {rule.id} and names no {rule.wants}, so it was not asked"


def _expired(results: Iterable[Result], policy: Policy) -> Iterator[str]:
    for result in results:
        waiver = policy.waiver(result.rule) if result.outcome is Outcome.FAIL else None
        if waiver is not None:
            yield f"The waiver of {result.rule} ended on {waiver.until.isoformat()}: {waiver.reason}"
