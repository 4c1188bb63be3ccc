"""A file that many jobs call, or with many inputs, takes lint no more than its size."""

from pathlib import Path

import pytest

from bot.workflows.callers import INPUTS_MAX
from bot.workflows.doubts import Doubt
from bot.workflows.images import Name
from bot.workflows.lint_context import LintContext
from bot.workflows.model import Job
from bot.workflows.operations import ImageOperation
from bot.workflows.project import Project
from tests.workflows.looking import job, run
from tests.workflows.test_project import put

SIGNED = "workflow-image-never-signed"
HERE = "./.github/workflows/push.yml"


def test_a_push_that_many_jobs_call_is_judged_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five thousand calls of three hundred pushes took minutes."""
    judged = list[str]()
    whole = LintContext.doubts_of_used

    def counted(context: LintContext, caller: Job, push: ImageOperation, names: tuple[Name, ...]) -> tuple[Doubt, ...]:
        judged.append(caller.name)
        return whole(context, caller, push, names)

    monkeypatch.setattr(LintContext, "doubts_of_used", counted)
    pushes = job(run(*["docker push quay.io/acme/app:1"] * 30)).replace("on: push", "on: workflow_call")
    callers = "".join(f"  j{at}:\n    uses: {HERE}\n" for at in range(30))
    put(tmp_path, {HERE: pushes, ".github/workflows/ci.yml": f"on: push\njobs:\n{callers}"})
    found = [one for file in Project(tmp_path).lint([tmp_path]) for one in file.findings if one.rule == SIGNED]
    assert [one.severity.value for one in found] == ["medium"]
    assert len(judged) <= 2


@pytest.mark.parametrize(("count", "run_"), [(INPUTS_MAX, False), (INPUTS_MAX + 1, True)])
def test_of_more_inputs_than_anybody_writes_none_is_known(tmp_path: Path, count: int, *, run_: bool) -> None:
    """Each condition was decided with all of them: ten thousand took minutes."""
    inputs = "".join(f"      i{at}: {{type: string}}\n" for at in range(count))
    steps = job("- if: inputs.i0 == 'yes'\n  run: docker push quay.io/acme/app:1")
    called = steps.replace("on: push", f"on:\n  workflow_call:\n    inputs:\n{inputs}".rstrip())
    caller = f"on: push\njobs:\n  j:\n    uses: {HERE}\n    with: {{i0: 'no'}}\n"
    put(tmp_path, {HERE: called, ".github/workflows/ci.yml": caller})
    found = [one for file in Project(tmp_path).lint([tmp_path]) for one in file.findings if one.rule == SIGNED]
    assert bool(found) is run_
