"""What an image is for, as far as its name, its tags and the command that makes it tell."""

import re
from collections.abc import Iterator

from bot.workflows.builds import Build
from bot.workflows.doubts import Doubt
from bot.workflows.images import Name
from bot.workflows.unresolved import UNRESOLVED

_EDGE = r"(?:^|[-_./])"
_END = r"(?:$|[-_./])"
_TEST_IMAGE = re.compile(rf"{_EDGE}(?:e2e|tests?|testing|test-runner|testdata){_END}")
_TRIAL_TAG = re.compile(
    r"(?:.*[-_.])?(?:dev|devel|development|demo|tests?|testing|e2e|debug|local|ci|tmp|temp|cache|buildcache|pr)(?:[-_.].*)?"
)
_OF_A_REQUEST = re.compile(r"github\.(?:event\.(?:pull_request\b|number\b)|head_ref\b)")
_TRIAL_IMAGE = re.compile(rf"{_EDGE}(?:dev|devel|development|demos?|examples?|samples?|sandbox|mock|fake|dummy){_END}")
_TOOLING_IMAGE = re.compile(
    rf"{_EDGE}(?:ci|continuous-integration|builder|buildenv|build-(?:env|tools?|image|base|container)|devcontainers?|dev-?container|toolchain"
    rf"|build|cross|lint(?:er)?|cache|buildcache|test-?infra|golang-cross){_END}"
)
_STAGING = re.compile(r"(?:[\w.-]+/)?k8s-staging(?:-[\w-]+)?(?:/|$)")
_TRIAL_COMMAND = re.compile(rf"(?:^|[-_./ ])(?:dev|devel|demo|local|kind|minikube|e2e|tests?|debug|ci|pr){_END}")


def is_test_image(build: Build) -> bool:
    """Whether all names of what is built say that it is for tests."""
    names = build.names or ()
    return bool(names) and all(_TEST_IMAGE.search(_last(name)) for name in names)


def is_trial_command(name: str) -> bool:
    """Whether the name of a make target or a script says that it is for development or tests."""
    return _TRIAL_COMMAND.search(name.lower()) is not None


_WORDS = re.compile(r"[a-z0-9]+")
_TRIAL_WORDS = {
    "e2e",
    "dev",
    "development",
    "experimental",
    "sandbox",
    "playground",
    "bench",
    "benchmark",
    "benchmarks",
}
_TEST_WORDS = {"test", "tests", "testing", "testbench"}
_PUBLISHING_WORDS = {"build", "publish", "release", "push", "deploy", "docker", "image", "images", "ci", "main"}


def is_trial_job(name: str) -> bool:
    """Whether the name of a workflow or of a job says that it is for tests, and not beside for what is published."""
    words = set(_WORDS.findall(name.lower()))
    if words & _TRIAL_WORDS or ("integration" in words and "continuous" not in words):
        return True
    first = next(iter(_WORDS.findall(name.lower())), "")
    named_first = first in _TEST_WORDS and not words & {"and", "publish", "release", "push", "deploy"}
    return named_first or (bool(words & _TEST_WORDS) and not words & _PUBLISHING_WORDS)


def doubts_of(names: tuple[Name, ...]) -> Iterator[Doubt]:
    """Why people may not use an image of these names; none where one of them is for use."""
    if not names:
        return
    if all(_is_trial(name) for name in names):
        yield Doubt.TRIAL
    elif all(_TOOLING_IMAGE.search(_last(name)) for name in names):
        yield Doubt.TOOLING
    if all(_STAGING.match(name.repository) for name in names):
        yield Doubt.STAGING


def _is_trial(name: Name) -> bool:
    tagged = _TRIAL_TAG.fullmatch(UNRESOLVED.sub("x", name.tag).lower()) or _OF_A_REQUEST.search(name.tag)
    return bool(tagged) or _TRIAL_IMAGE.search(_last(name)) is not None


def _last(name: Name) -> str:
    return name.repository.rpartition("/")[2].lower()
