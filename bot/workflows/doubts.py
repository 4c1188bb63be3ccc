"""Why it is not certain that a finding matters.

Medium or worse is only said when an image that people use is certainly published by the step in question, and when
what is said of it is literally true. Each doubt lowers a finding to low, and the finding says the reason.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from bot.file_rule import Severity


class Doubt(StrEnum):
    """A reason, as a code; `SAID` has the words."""

    NOT_RUN = "not-run"
    NOT_PUSHED = "not-pushed"
    NAME_UNKNOWN = "name-unknown"
    WHEN_UNKNOWN = "when-unknown"
    TRIAL = "trial"
    TOOLING = "tooling"
    STAGING = "staging"
    OFF_MAIN = "off-main"
    RUNNER = "runner"
    ONE_COMMIT = "one-commit"
    JOINED = "joined"
    ATTACHED_LATER = "attached-later"
    SOURCES_BARE = "sources-bare"
    SOURCES_UNKNOWN = "sources-unknown"
    SHORT_LIVED = "short-lived"
    MADE_PUBLIC = "made-public"
    FAILS = "fails"
    NO_LOGIN = "no-login"
    ELSEWHERE = "elsewhere"
    LAMBDA = "lambda"
    BY_VARIABLE = "by-variable"
    LOADED = "loaded"
    APART = "apart"
    NAMED_LAMBDA = "named-lambda"
    OLD_BUILDKIT = "old-buildkit"
    NOT_KEPT = "not-kept"
    DOCKERFILE_UNKNOWN = "dockerfile-unknown"


SAID: Final[dict[Doubt, str]] = {
    Doubt.NOT_RUN: "no CI file that was read runs it",
    Doubt.NOT_PUSHED: "nothing that was read surely pushes it",
    Doubt.NAME_UNKNOWN: "only the run knows under which name it is pushed, and to which registry",
    Doubt.WHEN_UNKNOWN: "of this CI system, only the scripts are read, and not when they run",
    Doubt.TRIAL: "by its name, the image is for development or tests",
    Doubt.TOOLING: "by its name, the image is a tool for builds",
    Doubt.STAGING: "the registry is for staging, and what people use is copied from there",
    Doubt.OFF_MAIN: "it runs for other branches than the main one, and another step builds for that",
    Doubt.RUNNER: "the runner is not one of GitHub's, so its buildx may be older",
    Doubt.ONE_COMMIT: "by its name, the tag is of this run alone, so nothing else moves it",
    Doubt.JOINED: "docker manifest create takes the image, which it refuses to do with one that has attestations",
    Doubt.ATTACHED_LATER: "something else attaches it later",
    Doubt.SOURCES_BARE: "the builds here ask for neither",
    Doubt.SOURCES_UNKNOWN: "whether its sources have any is not known",
    Doubt.SHORT_LIVED: "the token is not valid any more when the job has ended",
    Doubt.MADE_PUBLIC: "by its name, the key is made to be public",
    Doubt.FAILS: "GitHub no longer runs this job to its end: its runner, an action's version or a command is gone",
    Doubt.NO_LOGIN: "a registry that it is pushed to is not logged in to, so the push fails",
    Doubt.ELSEWHERE: "its condition names another repository than this one",
    Doubt.BY_VARIABLE: "a variable of the repository, which nobody can read here, decides whether it runs",
    Doubt.LAMBDA: "the file deploys to AWS Lambda, which takes no image with attestations",
    Doubt.LOADED: "the build is loaded or written to an archive, too, which has no room for attestations",
    Doubt.APART: "several outputs push it by digest, and with attestations each has another digest",
    Doubt.NAMED_LAMBDA: "by its name or its Dockerfile's, it is for AWS Lambda, which takes no image with attestations",
    Doubt.OLD_BUILDKIT: "the file names a BuildKit older than 0.11, which makes no attestations, and refuses to",
    Doubt.NOT_KEPT: "the stages that make the image do not use it, and the provenance has no build arguments",
    Doubt.DOCKERFILE_UNKNOWN: "whether its Dockerfile keeps it is not known, and the provenance has no build arguments",
}

_MOST: Final = Severity.LOW
_ORDER: Final = tuple(Severity)


def lowered(severity: Severity, doubts: Iterable[Doubt]) -> Severity:
    """At most low, where there is a doubt."""
    return max(severity, _MOST, key=_ORDER.index) if tuple(doubts) else severity


def with_reasons(message: str, doubts: Iterable[Doubt]) -> str:
    """The message, with the reasons why it is not more than low."""
    return "; ".join((message, *(SAID[one] for one in doubts)))
