"""What only pull requests run publishes nothing that people use."""

from pathlib import Path

import pytest

from bot.workflows.conditions import decided
from bot.workflows.events import EVENTS_MAX, Known
from bot.workflows.find import lint_text
from tests.workflows.looking import WORKFLOW, build, job, run
from tests.workflows.test_surroundings import ACTION, BUILD, CALLED, CALLER, CI, action, rules

PUSHED = build("push: true", "tags: quay.io/acme/app:1")
MEDIUM = {"medium", "high", "critical"}


def severe(text: str) -> set[str]:
    return {one.rule for one in lint_text(WORKFLOW, text) if one.severity in MEDIUM}


def triggered(on: str, steps: str = PUSHED) -> str:
    return job(steps).replace("on: push", f"on: {on}")


@pytest.mark.parametrize(
    "on", ["pull_request", "[pull_request, merge_group]", "{ pull_request_target: {} }", "issue_comment"]
)
def test_a_workflow_for_pull_requests_alone(on: str) -> None:
    assert not severe(triggered(on))


@pytest.mark.parametrize("on", ["push", "[push, pull_request]", "{ workflow_call: {} }", "workflow_dispatch"])
def test_a_workflow_for_more_than_that(on: str) -> None:
    assert severe(triggered(on))


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("github.event_name == 'pull_request'", False),
        ("${{ github.event_name == 'pull_request' && contains(github.event.pull_request.labels, 'x') }}", False),
        ("github.event.pull_request.head.repo.full_name == github.repository", False),
        ("github.event.pull_request.head.repo.full_name != github.repository", True),
        ("github.event_name == 'push' || github.event.pull_request.base.ref == github.ref", True),
        ("github.event.pull_request", False),
        ("github.head_ref != ''", False),
        ("github.event.label.name == 'try it'", False),
        ("github.event.number == 7", False),
        ("github.event_name == 'release'", False),  # which does not start this workflow
        ("github.event_name != 'pull_request'", True),
        ("github.event_name == 'push' || github.event_name == 'pull_request'", True),
        ("startsWith(github.ref, 'refs/tags/')", True),
    ],
)
@pytest.mark.parametrize("where", ["step", "job"])
def test_conditions_of_steps_and_jobs(condition: str, where: str, *, told: bool) -> None:
    text = triggered("[push, pull_request]")
    if where == "step":
        text = text.replace("- uses:", f'- if: "{condition}"\n        uses:')
    else:
        text = text.replace("    runs-on:", f'    if: "{condition}"\n    runs-on:')
    assert bool(severe(text)) is told


@pytest.mark.parametrize(
    ("push", "told"),
    [("github.event_name == 'pull_request'", False), ("github.event_name != 'pull_request'", True)],
)
def test_an_expression_that_says_whether_to_push(push: str, *, told: bool) -> None:
    steps = build("push: ${{ " + push + " }}", "tags: quay.io/acme/app:1")
    assert bool(severe(triggered("[push, pull_request]", steps))) is told


def test_commands_in_pull_requests() -> None:
    pull = run("docker pull quay.io/a/b:1", "docker tag quay.io/a/b:1 quay.io/a/b:2", "docker push quay.io/a/b:2")
    assert lint_text(WORKFLOW, triggered("push", pull))
    assert not lint_text(WORKFLOW, triggered("pull_request", pull))


def test_a_called_workflow_is_for_what_its_callers_are_for(tmp_path: Path) -> None:
    from tests.workflows.test_project import put  # noqa: PLC0415 - only here

    called = job(BUILD).replace("on: push", "on: workflow_call")
    put(tmp_path, {CI: CALLER.replace("on: push", "on: pull_request"), CALLED: called})
    assert not rules(tmp_path)
    put(tmp_path, {".github/workflows/main.yml": CALLER})
    assert rules(tmp_path)


def test_an_action_is_for_what_the_steps_that_use_it_are_for(tmp_path: Path) -> None:
    from tests.workflows.test_project import put  # noqa: PLC0415 - only here

    use = "- if: github.event_name == 'pull_request'\n  uses: ./.github/actions/image\n"
    put(tmp_path, {CI: triggered("[push, pull_request]", use), ACTION: action(PUSHED)})
    assert not rules(tmp_path)
    put(tmp_path, {CI: triggered("[push, pull_request]", use.replace("==", "!="))})
    assert rules(tmp_path)


def test_of_more_events_than_there_are_no_condition_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each condition was decided for each of them: five thousand of both took minutes."""
    asked = list[str]()

    def counted(condition: str, known: Known) -> bool | None:
        asked.append(condition)
        return decided(condition, known)

    monkeypatch.setattr("bot.workflows.events.decided", counted)
    names = ", ".join(f"event-{at}" for at in range(EVENTS_MAX + 1))
    text = triggered(f"[{names}]").replace("- uses:", "- if: github.event_name == 'push'\n        uses:")
    assert severe(text)
    assert len(asked) < EVENTS_MAX
