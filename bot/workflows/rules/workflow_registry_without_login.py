"""A registry that a job pushes to, or pulls from where that needs an account, and never logs in to."""

from collections.abc import Iterator

from bot.file_rule import Remediation, Severity
from bot.workflows.builds import Build
from bot.workflows.images import Name
from bot.workflows.logins import is_clear, is_hosted, registries_of
from bot.workflows.model import FileKind, Job, Step
from bot.workflows.operations import ImageOperation, ImagePush, Merge, Pull
from bot.workflows.rule import LintContext, LintFinding, LintRule
from bot.workflows.text import Place
from bot.workflows.unresolved import known
from bot.workflows.versions import BUILD_PUSH, FORKED_BUILDS

rule = LintRule(
    __name__,
    title="A registry is used without a login",
    severity=Severity.HIGH,
    rationale=(
        "No registry takes a push from a stranger, and some give nothing to strangers either. The step fails, and what "
        "comes after it, signing among it, does not happen."
    ),
    remediation=Remediation(
        "Log in before the step.",
        "      - uses: docker/login-action@v4\n        with:\n          registry: quay.io\n"
        "          username: ${{ vars.QUAY_USER }}\n          password: ${{ secrets.QUAY_TOKEN }}",
        "yaml",
    ),
    explains=frozenset({"provenance-missing", "signature-missing", "tag-registries-differ"}),
    references=("https://github.com/docker/login-action",),
)

PRIVATE = frozenset({"dhi.io", "registry.redhat.io"})
"""Registries that need an account to pull anything."""


@rule
def check(context: LintContext) -> Iterator[LintFinding]:
    """Every registry of a job on GitHub's runners that logs in to others, and all of whose steps are known.

    A job without any login is left alone: it gets its credentials in a way that we do not see.
    """
    for job in context.file.jobs if context.file.kind is FileKind.GITHUB else ():
        logins = registries_of(job) if is_hosted(job) else None
        if logins is None:
            continue
        said = set(logins)
        for place, registry, why in _used(context, job):
            if registry not in said and (logins or registry in PRIVATE):
                said.add(registry)
                yield rule.at(context, place, f"{registry} {why}, and no step of this job logs in to it")


def _used(context: LintContext, job: Job) -> Iterator[tuple[Place, str, str]]:
    for step in job.steps:
        for one in step.operations:
            yield from ((one.place, name.registry, "is pushed to") for name in _pushed(one) if is_clear(name))
            if isinstance(one, Pull) and one.name.registry in PRIVATE:
                yield one.place, one.name.registry, "gives images to its users only"
        yield from _bases(context, step)


def _pushed(operation: ImageOperation) -> tuple[Name, ...]:
    match operation:
        case Build(names=names, push=push) if push is not False:
            return names or ()
        case ImagePush(names=names) | Merge(names=names):
            return names
        case _:
            return ()


def _bases(context: LintContext, step: Step) -> Iterator[tuple[Place, str, str]]:
    """The base images of the Dockerfile that a build step names, or that lies in its context."""
    if step.uses is None or step.uses.name not in {BUILD_PUSH, *FORKED_BUILDS} or step.inputs is None:
        return
    where = step.inputs.text("context") or "."
    path = step.inputs.text("file") or f"{where}/Dockerfile"
    if not known(path) or ":" in path or path.startswith("/"):
        return
    file = context.follow("./" + path.removeprefix("./"))
    pulls = [one for job in file.jobs for one in job.operations if isinstance(one, Pull)] if file else []
    for pull in pulls:
        if pull.name.registry in PRIVATE:
            yield step.uses.place, pull.name.registry, "has the base image, gives images to its users only"
