"""What publishes an image in a way that is not read: a workflow or an action of another repository, or another tool."""

import re
from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import Asked, Build, OtherBuild
from bot.workflows.doubts import Doubt
from bot.workflows.editors.flags import FlagEditor
from bot.workflows.events import only_requests
from bot.workflows.model import CiFile, FileKind, Job, Step
from bot.workflows.operations import Copy, ImagePush, Pull, UnreadPush
from bot.workflows.purposes import is_trial_job
from bot.workflows.readers.github_steps import RELEASER
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.tools.build_tools import PODMAN_PUSH
from bot.workflows.tools.unread import ABOUT_IMAGES
from bot.workflows.unresolved import only_unresolved

rule = LintRule(
    __name__,
    title="What builds the image was not read",
    severity=Severity.INFO,
    rationale=(
        "A workflow or an action of another repository, or a tool whose files are not read, seems to publish an image. "
        "Whether it has provenance, an SBOM and a signature is decided there: that nothing is found here says nothing "
        "about it."
    ),
    remediation=Remediation(
        "Look at what builds it in the same way, and check an image that it has pushed.",
        "provenance lint .\nprovenance check REGISTRY/NAME:TAG",
        "sh",
        "provenance check REGISTRY/NAME:TAG",
    ),
    once=True,
    references=("https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows",),
)

_ELSEWHERE = re.compile(r"([\w.-]+/[\w.-]+)/\.(?:github|gitea|forgejo)/workflows/([^@]+)@")
_ABOUT_IMAGES = re.compile(
    r"(?:^|[-_./ ])(?:images?|docker|dockerfile|docker-?hub|containers?|ghcr|quay|oci|registry|ecr|gar|gcr|acr"
    r"|apko|buildah|kaniko|ko|jib)(?:[-_./ ]|$)"
)
_ABOUT_OTHER_THINGS = re.compile(
    r"(?:^|[-_./ ])(?:scan(?:s|ner|ning)?|trivy|grype|snyk|codeql|tests?|testing|e2e|integration|lint|verify|checks?"
    r"|deploy|clean(?:up)?|prune|delete|retention|retain)(?:[-_./ ]|$)"
)
_MAKES = re.compile(
    r"(?:^|[-_./ ])(?:build(?:er|s|x|ah)?|push(?:es)?|publish(?:er)?|snapshot|release|promote|merge|manifest|mirror"
    r"|copy)(?:[-_./ ]|$)"
)
_WHOLE = frozenset({FileKind.GITHUB, FileKind.GITLAB})
_FROM_STORE = frozenset({"docker push", PODMAN_PUSH, "crane push"})
_BRINGS = (Build, OtherBuild, Pull, Copy, UnreadPush)
"""What brings an image, or is a finding already."""
_SET_UP = frozenset({"crazy-max/ghaction-docker-buildx"})
"""Actions that only install something, though their names are those of what builds."""
_PREPARES = re.compile(
    r"(?:^|[-_./ ])(?:set-?up|install(?:er)?|log-?in|auth|meta(?:data)?|cache|config(?:ure)?|description|tags?|version"
    r"|matrix|pull|wait|inspect|notify|sign|sbom|attest(?:ation)?)(?:[-_./ ]|$)"
)
_LOGS_IN = re.compile(
    r"docker/login-action|podman-login|docker-login|ecr-login|configure-docker|DOCKER_AUTH_CONFIG"
    r"|\b(?:docker|podman|skopeo|buildah|nerdctl|ko|crane[ \t]+auth|regctl[ \t]+registry)[ \t]+login\b"
    r"|\b(?:DOCKER|DOCKERHUB|GHCR|QUAY|REGISTRY)\w*_(?:TOKEN|PASSWORD)\b"
)


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Each such call, action and command of a job that is not for pull requests or tests alone, once a job."""
    for job in context.file.jobs:
        if job.fails or only_requests(job.events):
            continue
        yield from _called(context, job)
        if not _is_doubtful(context, job):
            yield from _actions(context, job)
            yield from _commands(context, job)
            yield from _releases(context, job)
            yield from _pushed(context, job)
    yield from _flags(context)


def _is_doubtful(context: LintContext, job: Job) -> bool:
    return bool({*context.doubts(job)} - {Doubt.WHEN_UNKNOWN}) or any(map(is_trial_job, (job.name, job.title)))


def _called(context: LintContext, job: Job) -> Iterator[LintFinding]:
    called = _ELSEWHERE.match(job.calls)
    uses = job.node.scalar("uses") if job.node else None
    if called is None or uses is None or job.operations:
        return
    repository, path = called.groups()
    if repository.lower() != context.around.repository.lower() and _is_about_images(job, path):
        yield rule.at(context, uses.place, f"{job.calls} was not read: it is not one of the files here")


def _is_about_images(job: Job, path: str) -> bool:
    tables = [table for name in ("with", "secrets") if job.node and (table := job.node.mapping(name))]
    names, keys = (path, job.name, job.title), [key.value for table in tables for key, _ in table.entries()]
    if any(_ABOUT_OTHER_THINGS.search(name.lower()) for name in names):
        return False
    may_push = job.permissions is not None and not job.permissions.every and job.permissions.grants("packages") is True
    return may_push or any(_ABOUT_IMAGES.search(word.lower()) for word in (*names, *keys))


def _actions(context: LintContext, job: Job) -> Iterator[LintFinding]:
    """By the name of the action alone: its inputs may be about an image that it only looks at."""
    said = set[str]()
    for step in job.steps:
        if step.uses and step.uses.name not in said and not step.for_requests and _publishes(context, step):
            said.add(step.uses.name)
            message = f"the action {step.uses.name} was not read: it is not one of the files here"
            yield rule.at(context, step.uses.place, message)


def _publishes(context: LintContext, step: Step) -> bool:
    owner, _, path = step.uses.name.lower().partition("/") if step.uses else ("", "", "")
    here = context.around.repository.lower()
    if (
        f"{owner}/{path}" in _SET_UP
        or step.operations
        or owner in {"docker", "actions", ""}
        or (here and f"{owner}/{path}".startswith(f"{here}/"))
    ):
        return False
    others = _ABOUT_OTHER_THINGS.search(path) or _PREPARES.search(path)
    return not others and _MAKES.search(path) is not None and _ABOUT_IMAGES.search(path) is not None


def _commands(context: LintContext, job: Job) -> Iterator[LintFinding]:
    """Commands that may push something, where they say that it is an image, or where the job logs in to a registry."""
    said = set[str]()
    for one in job.publishing:
        if isinstance(one, UnreadPush) and one.what not in said and not _is_read(context, one.what):
            said.add(one.what)
            if context.file.kind is FileKind.UNREAD:
                yield rule.at(context, one.place, f"the file seems to push an image ({one.what}), and is not read")
            elif _is_told(context, one.what):
                continue
            elif one.named or ABOUT_IMAGES.search(one.what) or job.once(_logs_in, context.file):
                yield rule.at(context, one.place, f"{one.what} may push an image, and what it does was not read")


def _releases(context: LintContext, job: Job) -> Iterator[LintFinding]:
    """What GoReleaser releases where its configuration is not there, or is made when it runs."""
    for step in job.steps:
        words = step.inputs.text("args").split() if step.uses and step.uses.name == RELEASER and step.inputs else []
        if "release" in words and "--snapshot" not in words and not (step.for_requests or context.around.configured):
            message = "what GoReleaser publishes was not read: its configuration is not among the files here"
            yield rule.at(context, step.node.place if step.node else job.place, message)


def _pushed(context: LintContext, job: Job) -> Iterator[LintFinding]:
    """An image that a workflow pushes out of the local store, where no build of the file can have put it."""
    if context.file.kind not in _WHOLE or context.file.once(_builds) or "provenance" in context.attached():
        return
    happens = [one for _, one in context.everything(job)]
    push = next((one for one in job.publishing if isinstance(one, ImagePush) and one.tool in _FROM_STORE), None)
    if push and not any(isinstance(one, _BRINGS) for one in happens):
        name = push.names[0]
        is_named = not only_unresolved(name.repository.removeprefix("docker.io/library/"))
        message = f"{name.tagged if is_named else 'an image'} is pushed from here, and what builds it was not found"
        yield rule.at(context, push.place, message)


def _builds(file: CiFile) -> bool:
    return any(isinstance(one, Build | OtherBuild) for job in file.jobs for one in job.operations)


def _flags(context: LintContext) -> Iterator[LintFinding]:
    """Builds that push, or may, with flags of which nobody knows what they ask for."""
    for job, build in context.builds():
        unknown = build.provenance.asked is Asked.UNKNOWN is build.sbom.asked and build.provenance.place is None
        may_push = build.push or (build.push is None and build.tool == "docker buildx build")
        if not unknown or not may_push or not isinstance(build.editor, FlagEditor):
            continue
        if not {*context.doubts_of_build(job, build)} - {Doubt.NOT_PUSHED, Doubt.RUNNER, Doubt.WHEN_UNKNOWN}:
            where = job.name.rpartition("/")[2]
            message = f"{build.tool} in {where} takes flags that only the run knows: what it asks for was not read"
            yield rule.at(context, build.place, message)


def _is_read(context: LintContext, what: str) -> bool:
    """Whether it is a script of the repository, which is looked at by itself."""
    return "/" in what and context.follow(f"./{what.removeprefix('./')}") is not None


def _is_told(context: LintContext, what: str) -> bool:
    """Whether it is a task of a file that is looked at by itself; the names of those that take that in come first."""
    words = what.split()
    program, parts = words[0], words[-1].replace("::", ":").split(":")
    tails = {":".join(parts[at:]) for at in range(len(parts))}
    return program in context.around.tasks or any(f"{program} {tail}" in context.around.tasks for tail in tails)


def _logs_in(job: Job, file: CiFile) -> bool:
    text = file.source.text[job.node.place.start : job.node.place.end] if job.node else job.script or file.source.text
    return _LOGS_IN.search(text) is not None
