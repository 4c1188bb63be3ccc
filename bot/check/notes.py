"""What is said under the verdict: things that no rule is about, but that the reader should know."""

from collections.abc import Iterable, Iterator

from bot.evidence import Evidence, NotAsked
from bot.policy import Policy
from bot.report import Result
from bot.rules import Outcome
from bot.rules.shown import shown


def notes(evidence: Evidence, results: Iterable[Result], policy: Policy) -> tuple[str, ...]:
    """Sentences, none of them twice."""
    return tuple(dict.fromkeys((*map(shown, evidence.notes), *_configs(evidence), *_expired(results, policy))))


def _configs(evidence: Evidence) -> Iterator[str]:
    """Content rules read the image's configuration, too; say so when it was left alone."""
    for platform in evidence.platforms:
        match platform.config:
            case NotAsked(reason):
                yield f"The image's configuration was not read: {reason}"
            case _:
                continue


def _expired(results: Iterable[Result], policy: Policy) -> Iterator[str]:
    for result in results:
        waiver = policy.waiver(result.rule) if result.outcome is Outcome.FAIL else None
        if waiver is not None:
            yield f"The waiver of {result.rule} ended on {waiver.until.isoformat()}: {waiver.reason}"
