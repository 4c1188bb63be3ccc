"""Which registries a job logs in to, when all its steps are known to do nothing else.

https://github.com/docker/login-action
"""

import re
from collections.abc import Iterable

from bot.workflows.images import Name, read_name
from bot.workflows.model import Job, Step
from bot.workflows.unresolved import known

LOGIN = "docker/login-action"
_HARMLESS = re.compile(
    r"actions/(?:checkout|cache|setup-[a-z]+|upload-artifact|download-artifact|attest[a-z-]*|github-script)"
    r"|docker/(?:setup-(?:buildx|qemu)|metadata|build-push|bake|scout)-action"
    r"|sigstore/cosign-installer|azure/setup-helm|anchore/sbom-action|aquasecurity/trivy-action"
)
"""Actions that log in to nothing."""

_MAY_LOG_IN = re.compile(
    r"log-?in|auth|\.docker\b|DOCKER_CONFIG|config\.json|credential|make |\./|\.sh\b", re.IGNORECASE
)


def is_refused(job: Job, names: Iterable[Name]) -> bool:
    """Whether a job that logs in to some registries surely does not log in to one of those of these names."""
    wanted = {name.registry for name in names if is_clear(name)}
    logins = registries_of(job) if wanted and is_hosted(job) else None
    return bool(logins) and not wanted <= (logins or frozenset())


def is_hosted(job: Job) -> bool:
    """Whether it runs on one of GitHub's own runners: others may be logged in already."""
    return job.node is not None and job.node.text("runs-on").startswith("ubuntu-") and not job.node.get("container")


def is_clear(name: Name) -> bool:
    """Whether it is known which registry a name means."""
    return bool(name.registry) and not name.is_local and "." in name.registry


def registries_of(job: Job) -> frozenset[str] | None:
    """The registries; None when some step may log in anywhere."""
    return job.once(_registries, None)


def _registries(job: Job, _: None) -> frozenset[str] | None:
    found = set[str]()
    for step in job.steps:
        if step.node is None:  # never runs
            continue
        if step.uses and step.uses.name == LOGIN:
            registry = _registry(step)
            if registry is None:
                return None
            found.add(registry)
        elif step.local or not _is_harmless(step):
            return None
    return frozenset(found)


def _registry(step: Step) -> str | None:
    inputs = step.inputs
    if inputs is None or inputs.get("registry-auth") is not None:
        return None
    text = inputs.text("registry").strip().removeprefix("https://").rstrip("/") or "docker.io"
    return read_name(f"{text}/x/x").registry if known(text) else None


def _is_harmless(step: Step) -> bool:
    if step.uses:
        return _HARMLESS.fullmatch(step.uses.name) is not None
    run = step.node.text("run") if step.node else ""
    return bool(run) and not _MAY_LOG_IN.search(run)
