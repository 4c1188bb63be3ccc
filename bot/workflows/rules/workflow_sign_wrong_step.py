"""A sign step that takes its digest from another step than the one that built what it names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from bot.rules import Remediation, Severity
from bot.workflows.builds import Build
from bot.workflows.edits import Edit, Fix
from bot.workflows.happenings import Sign
from bot.workflows.holes import HOLE, job_output, step_output
from bot.workflows.images import Name
from bot.workflows.model import CiFile, Job, Step
from bot.workflows.rules._rule import Finding, LintRule, Scene
from bot.workflows.text import Place, SourceText

rule = LintRule(
    __name__,
    title="The wrong digest is signed",
    severity=Severity.CRITICAL,
    rationale=(
        "cosign signs the digest, and does not care for the tag in front of it. The step succeeds, the other image is "
        "signed twice, and the one that the step is about is never signed."
    ),
    remediation=Remediation(
        "Take the digest from the step that built the image.",
        "        env:\n          DIGEST: ${{ steps.build-next.outputs.digest }}",
        "yaml",
        "cosign verify --certificate-oidc-issuer ISSUER --certificate-identity-regexp ID IMAGE@DIGEST",
    ),
    explains=frozenset({"signature-missing", "signature-lost", "tag-registries-differ"}),
)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is read, why that is wrong, and what to read instead ("" = we cannot tell); e.g. steps.a.outputs.digest."""

    read: str
    why: str
    right: str = ""


@rule
def check(scene: Scene) -> Iterator[Finding]:
    """Every sign step whose images were built by another step of the same job, or of a job that it needs."""
    for job, step in scene.steps():
        for sign in step.happenings:
            if not isinstance(sign, Sign) or sign.images is None:
                continue
            verdicts: dict[_Wrong | None, list[str]] = {}
            for name, _ in sign.images:
                verdicts.setdefault(_judge(scene.file, job, step, name), []).append(name.tagged)
            for wrong, names in verdicts.items():
                if wrong:
                    reads = _reads(scene.file.source, step, wrong.read)
                    fix = Fix(tuple(Edit(place, wrong.right) for place in reads)) if reads and wrong.right else None
                    alone = len(verdicts) == 1
                    place = reads[0] if reads else sign.place
                    yield rule.at(scene, place, _message(wrong, names), fix=fix if alone else None)


def _message(wrong: _Wrong, names: list[str]) -> str:
    use = f": use ${{{{ {wrong.right} }}}}" if wrong.right else ""
    return f"signing {' and '.join(names)}: {wrong.why}{use}"


def _judge(file: CiFile, job: Job, step: Step, name: Name) -> _Wrong | None:
    if needed := job_output(name.digest):
        return _judge_needed(file, job, needed, name)
    output = step_output(name.digest)
    return _judge_step(job, job.steps[: job.steps.index(step)], output[0], name) if _is_digest(output) else None


def _is_digest(output: tuple[str, str] | None) -> TypeGuard[tuple[str, str]]:
    return output is not None and output[1] == "digest"


def _judge_step(job: Job, earlier: tuple[Step, ...], id_: str, name: Name) -> _Wrong | None:
    builds = [one for step in earlier for one in step.happenings if isinstance(one, Build) and one.step]
    read, right = f"steps.{id_}.outputs.digest", _maker(builds, name)
    instead = f"steps.{right}.outputs.digest" if right else ""
    used = job.step(id_)
    if used is None:
        return _Wrong(read, f"no step of the job {job.name} has the id {id_}, so the digest is empty", instead)
    if used not in earlier:
        return _Wrong(read, f"the step {id_} has not run yet, so the digest is empty", instead)
    built = [one for one in used.happenings if isinstance(one, Build)]
    if len(built) != 1 or built[0].names is None or _makes(built[0], name) or right in {"", id_}:
        return None
    return _Wrong(read, f"the step {right} built that, but the digest is that of {id_}", instead)


def _judge_needed(file: CiFile, job: Job, needed: tuple[str, str], name: Name) -> _Wrong | None:
    """A digest that another job hands over."""
    id_, output = needed
    read, other = f"needs.{id_}.outputs.{output}", file.job(id_)
    if id_ not in job.needs:
        return _Wrong(read, f"the job {job.name} does not need {id_}, so the digest is empty")
    if other is None or other.calls:
        return None
    said = dict(other.outputs)
    if output not in said:
        return _Wrong(read, f"the job {id_} has no output {output}, so the digest is empty")
    inner = step_output(said[output])
    wrong = _judge_step(other, other.steps, inner[0], name) if _is_digest(inner) else None
    if wrong is None:
        return None
    right = next((one for one, text in said.items() if wrong.right and text == f"${{{{ {wrong.right} }}}}"), "")
    return _Wrong(read, wrong.why, f"needs.{id_}.outputs.{right}" if right else "")


def _maker(builds: list[Build], name: Name) -> str:
    """The id of the one step that makes that name; "" when none or several do."""
    exact = [build.step for build in builds if any(made.tagged == name.tagged for made in build.names or ())]
    by_repository = [
        build.step for build in builds if any(made.repository == name.repository for made in build.names or ())
    ]
    found = exact or by_repository
    return found[0] if len(found) == 1 else ""


def _makes(build: Build, name: Name) -> bool:
    """Whether this build makes that name; a tag that is only a hole may be any."""
    return any(
        made.repository == name.repository
        and (not name.tag or not made.tag or made.tag == name.tag or _whole_list(made.tag))
        for made in build.names or ()
    )


def _whole_list(tag: str) -> bool:
    return (output := step_output(tag)) is not None and output[1] != "version" and HOLE.fullmatch(tag) is not None


def _reads(source: SourceText, step: Step, read: str) -> list[Place]:
    if step.node is None:
        return []
    pattern = re.compile(rf"(?<![\w.-]){re.escape(read)}(?![\w-])")
    found = pattern.finditer(source.text, step.node.place.start, step.node.place.end)
    return [Place(one.start(), one.end()) for one in found]
