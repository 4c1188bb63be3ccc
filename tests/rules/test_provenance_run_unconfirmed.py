"""The CI run that the provenance names, and what the code host knows of it."""

from typing import Any

import pytest

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.workflow_run import named_build
from bot.evidence import CiRun, Evidence, Unreadable
from bot.policy import default_policy
from bot.rules import Outcome, SkippedReason
from bot.rules.provenance_run_unconfirmed import rule
from bot.unreadable import UnknownReason
from bot.values import replace
from tests.making import COMMIT, image, is_silent, platform, provenance, says

OTHER, PATH = "f" * 40, ".github/workflows/release.yml"
APP = "https://github.com/acme/app"
RUN = f"{APP}/actions/runs/7"
BUILT = provenance(run=f"{RUN}/attempts/2", workflow=PATH)
THERE = CiRun(APP, COMMIT, PATH, 2, "push")


def told(answer: CiRun | Unreadable | None, built: Provenance = BUILT) -> Evidence:
    return image(platform(provenance=built), ci_runs=((named_build(built), answer),))


def made(**changes: Any) -> Provenance:  # noqa: ANN401 - any field
    return provenance(**({"run": RUN, "workflow": PATH} | changes))


def test_confirmed() -> None:
    is_silent(rule, told(THERE))
    is_silent(rule, told(CiRun(APP, COMMIT, PATH), made(revision=f"{COMMIT[:12]}-dirty", workflow="")))


def test_a_run_that_does_not_exist() -> None:
    says(rule, told(None), Outcome.FAIL, RUN, "does not exist")


def test_another_commit() -> None:
    says(rule, told(replace(THERE, commit=OTHER)), Outcome.FAIL, COMMIT[:12], OTHER[:12])


@pytest.mark.parametrize("event", ["workflow_dispatch", "schedule", "workflow_run", "repository_dispatch"])
def test_a_run_that_no_commit_started_may_check_out_another_one(event: str) -> None:
    """A timer on main builds each maintained branch again; GitHub's own provenance names the run's commit for sure."""
    answer = replace(THERE, commit=OTHER, event=event)
    says(rule, told(answer), Outcome.SKIPPED, event, "may check out another commit")
    is_silent(rule, told(replace(answer, commit=COMMIT)))
    says(rule, told(answer, made(mode=Mode.FOREIGN)), Outcome.FAIL, COMMIT[:12], OTHER[:12])


def test_another_workflow() -> None:
    other = ".github/workflows/test.yml"
    says(rule, told(CiRun(APP, COMMIT, other, 2)), Outcome.FAIL, PATH, other)


def test_an_attempt_that_does_not_exist() -> None:
    says(rule, told(CiRun(APP, COMMIT, PATH, 1)), Outcome.FAIL, "attempts/2", "started once")


def test_one_of_several_attempts() -> None:
    """Jobs that failed are started again, and what the others built names the first attempt."""
    for number in (1, 2):
        is_silent(rule, told(THERE, made(run=f"{RUN}/attempts/{number}")))
    says(rule, told(THERE, made(run=f"{RUN}/attempts/3")), Outcome.FAIL, "attempts/3", "started 2 times")


def test_a_workflow_file_that_does_not_exist_at_that_revision() -> None:
    built = made(run="", mode=Mode.FOREIGN)
    says(rule, told(None, built), Outcome.FAIL, PATH, COMMIT[:12])
    is_silent(rule, told(CiRun(APP, workflow=PATH), built))


@pytest.mark.parametrize(
    ("answer", "changes"),
    [
        (CiRun(APP, "", PATH), {}),  # of a pull request
        (CiRun("https://github.com/acme/builds", OTHER, PATH), {}),
        (THERE, {"source_from": "labels"}),
        (THERE, {"revision": "v1.2.3"}),
    ],
)
def test_a_commit_that_says_nothing_about_the_sources_is_no_confirmation(
    answer: CiRun, changes: dict[str, Any]
) -> None:
    says(rule, told(answer, made(**changes)), Outcome.SKIPPED, "the run exists")


def test_unreadable() -> None:
    late = Unreadable("GitHub's rate limit", UnknownReason.CODE_HOST, passing=True)
    assert says(rule, told(late), Outcome.UNKNOWN, "rate limit").reason is UnknownReason.CODE_HOST
    says(rule, image(platform(provenance=Unreadable("timed out")), ci_runs=()), Outcome.UNKNOWN, "timed out")


def test_nobody_is_asked() -> None:
    for evidence in (image(platform()), image(platform(), ci_runs=())):
        assert says(rule, evidence, Outcome.SKIPPED).skipped is SkippedReason.NO_CODE_HOST


def test_the_built_in_policy_leaves_it_out() -> None:
    policy = default_policy()
    assert rule.id not in policy.require | policy.advise
