"""What an image is for, as far as its name, its tags and the command that makes it tell."""

import re
from collections.abc import Iterator

from bot.workflows.doubts import Doubt
from bot.workflows.images import Name
from bot.workflows.kept import kept
from bot.workflows.unresolved import UNRESOLVED, known

_EDGE = r"(?:^|[-_./])"
_END = r"(?:$|[-_./])"
_WORDS_ON_TEST = ("contest", "protest", "attest", "latest", "fastest", "greatest", "speedtest", "pytest", "unittest")
_TEST_IMAGE = re.compile(rf"{_EDGE}(?:e2e|tests?|testing|test-runner|testdata){_END}")
_TRIAL_TAG = re.compile(
    r"(?:.*[-_.])?(?:dev|devel|develop|development|demo|tests?|testing|loadtest|stress|perf|bench|benchmark|e2e|debug"
    r"|local|ci|tmp|temp|cache|buildcache|pr|preview|feature|feat|branch|canary|experimental|sandbox|ephemeral|wip|qa"
    r"|staging|deprecated)(?:[-_.].*)?"
)
_TOOLING_TAG = re.compile(r"(?:.*[-_.])?(?:build|builder|buildenv|build-env|toolchain|base|base[-_]image)")
_OF_A_REQUEST = re.compile(r"github\.(?:event\.(?:pull_request\b|number\b)|head_ref\b)")
_TRIAL_IMAGE = re.compile(
    rf"{_EDGE}(?:dev|devel|development|demos?|examples?|samples?|sandbox|mock|fake|dummy|preview|feature|canary"
    rf"|load-?tests?|stress-?tests?|test-?env(?:ironment)?|perf|bench|benchmarks?|debug|staging|e2e|pr){_END}"
)
_NO_OWNER_FOR_TESTS = "".join(f"(?<!{word})" for word in _WORDS_ON_TEST)
_TRIAL_NAMESPACE = re.compile(
    rf"{_EDGE}(?:tests?|testing|sandbox|e2e){_END}|\w{{3,}}test{_NO_OWNER_FOR_TESTS}s?(?:$|/)"
)
_TRIAL_DOCKERFILE = re.compile(rf"{_EDGE}(?:dev|devel|development|tests?|testing|e2e|debug|ci|local|bench){_END}")
_TOOLING_DOCKERFILE = re.compile(
    rf"{_EDGE}(?:builder|build-?env|build-?tools?|toolchain|dev-?containers?|ci-?tools?){_END}"
)
_TOOLING_IMAGE = re.compile(
    rf"{_EDGE}(?:ci|continuous-integration|builder|buildenv|build-(?:env|tools?|image|base|container)|devcontainers?|dev-?container|dev-?kits?|dev-?tools?|toolchain"
    rf"|build|cross|lint(?:er)?|cache|buildcache|test-?infra|golang-cross){_END}"
)
_STAGING = re.compile(r"(?:[\w.-]+/)?k8s-staging(?:-[\w-]+)?(?:/|$)")
_TRIAL_COMMAND = re.compile(r"(?:^|[-_./: ])(?:dev|devel|demo|local|kind|minikube|e2e|tests?|debug|ci|pr)(?:$|[-_./:])")


def is_test_image(names: tuple[Name, ...]) -> bool:
    """Whether all names of what is built say that it is for tests."""
    return bool(names) and all(_TEST_IMAGE.search(_last(name)) for name in names)


def is_trial_command(name: str) -> bool:
    """Whether the name of a make target or a script says that it is for development or tests."""
    return _TRIAL_COMMAND.search(name.lower()) is not None


_TRIAL_BRANCH = re.compile(
    r"(?:feat|features?|fix|hotfix|dev|devel|develop|development|tests?|preview|wip|poc)(?:[-_/*].*)?"
)


def is_trial_branch(name: str) -> bool:
    """Whether a branch, or a pattern of them, is for changes that are not released, by its name."""
    return _TRIAL_BRANCH.fullmatch(name.lower()) is not None


_WORDS = re.compile(r"[a-z0-9]+")
_TRIAL_WORDS = {
    "e2e",
    "dev",
    "develop",
    "development",
    "experimental",
    "sandbox",
    "playground",
    "bench",
    "benchmark",
    "benchmarks",
    "loadtest",
    "preview",
    "previews",
    "staging",
    "demo",
}
_BRANCH_WORDS = {"branch", "branches", "feature", "features", "pr", "prs", "canary"}
_MAIN_WORDS = {"main", "master", "default", "release", "releases", "stable", "tag", "tags", "all", "push"}
_TEST_WORDS = {"test", "tests", "testing", "testbench"}
_PUBLISHING_WORDS = {"build", "publish", "release", "push", "deploy", "docker", "image", "images", "ci", "main"}


@kept
def is_trial_job(name: str) -> bool:
    """Whether the name of a workflow or of a job says that it is for tests, and not beside for what is published."""
    words = set(_WORDS.findall(UNRESOLVED.sub(" ", name).lower()))
    if words & _TRIAL_WORDS or ("integration" in words and "continuous" not in words):
        return True
    if words & _BRANCH_WORDS and not words & _MAIN_WORDS and known(name):
        return True
    if name.lower().endswith(("-check", " check")) and words & _PUBLISHING_WORDS - _MAIN_WORDS:
        return True
    first, *_, last = _WORDS.findall(name.lower()) * 2 or ["", ""]
    named_so = {first, last} & _TEST_WORDS and not words & {"and", "publish", "release", "push", "deploy"}
    return bool(named_so) or (bool(words & _TEST_WORDS) and not words & _PUBLISHING_WORDS)


def doubts_of(names: tuple[Name, ...]) -> Iterator[Doubt]:
    """Why people may not use an image of these names; none where one of them is for use."""
    if not names:
        return
    if all(_is_trial(name) for name in names):
        yield Doubt.TRIAL
    elif all(_is_tooling(name) for name in names):
        yield Doubt.TOOLING
    if all(_STAGING.match(name.repository) for name in names):
        yield Doubt.STAGING


def doubts_of_dockerfile(texts: tuple[str, ...]) -> Iterator[Doubt]:
    """The same by the Dockerfile that an image is built from, and the stage of it."""
    parts = [text.lower().removeprefix("./") for text in texts]
    if any(_TOOLING_DOCKERFILE.search(part) for part in parts):
        yield Doubt.TOOLING
    elif any(_TRIAL_DOCKERFILE.search(part.rpartition("/")[2]) for part in parts):
        yield Doubt.TRIAL


def _is_trial(name: Name) -> bool:
    tagged = _TRIAL_TAG.fullmatch(UNRESOLVED.sub("x", name.tag).lower()) or _OF_A_REQUEST.search(name.tag)
    path = name.repository.lower().partition("/")[2].rpartition("/")[0]
    return bool(
        tagged or _TRIAL_IMAGE.search(_last(name)) or _TEST_IMAGE.search(_last(name)) or _TRIAL_NAMESPACE.search(path)
    )


def _is_tooling(name: Name) -> bool:
    tagged = _TOOLING_TAG.fullmatch(UNRESOLVED.sub("x", name.tag).lower())
    return bool(tagged or _TOOLING_IMAGE.search(_last(name)))


def _last(name: Name) -> str:
    return name.repository.rpartition("/")[2].lower()
