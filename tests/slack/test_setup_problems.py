"""What keeps the bot from posting: each problem has a sentence, says what to do, and is noted where /readyz looks."""

import pytest

from bot.errors import PostingError
from bot.slack.problems import advice, problem_of, says, socket_problem
from bot.slack.transport import Refused, RetryLater
from bot.store import Store
from bot.store.slack_problems import ProblemCode, SlackProblem, SlackProblems
from handlers.slack import note_socket
from tests.fake_slack import FakeSlack
from tests.fake_slack.faults import Fault
from tests.slack.parts import Office, failing, report


@pytest.mark.parametrize("code", ProblemCode)
def test_every_problem_has_a_sentence_and_what_to_do(code: ProblemCode) -> None:
    problem = SlackProblem(code=code, where="#releases", needed="chat:write")
    assert says(problem)
    assert advice(problem)
    assert "{" not in says(problem)


def test_a_refusal_of_the_content_is_not_a_problem_of_the_setup() -> None:
    assert problem_of(Refused("invalid_blocks"), "C1") is None
    assert problem_of(Refused("restricted_action_thread_only_channel"), "C1") == SlackProblem(
        code=ProblemCode.CHANNEL_RESTRICTED, where="C1"
    )


@pytest.mark.parametrize(
    "code", ["accesslimited", "ekm_access_denied", "no_permission", "org_login_required", "team_access_not_granted"]
)
async def test_what_the_workspace_does_not_allow_waits_for_its_admins(
    office: Office, slack: FakeSlack, store: Store, code: str
) -> None:
    """Such a post was dropped with a line in the log."""
    slack.fail("chat.postMessage", Fault.REFUSED, code=code)
    await office.publish(report(failing("sbom-missing")))
    assert office.held == ["the workspace does not let the bot post"]
    assert [one.code for one in await SlackProblems(store).all()] == [ProblemCode.WORKSPACE_RESTRICTED]
    await office.publish(report(failing("sbom-missing")))
    assert len(office.texts()) == 2


@pytest.mark.parametrize("code", ["message_limit_exceeded", "team_added_to_org"])
async def test_what_passes_by_itself_is_tried_again(office: Office, slack: FakeSlack, store: Store, code: str) -> None:
    slack.fail("chat.postMessage", Fault.REFUSED, code=code)
    with pytest.raises(PostingError) as caught:
        await office.publish(report(failing("sbom-missing")))
    assert caught.value.retry_after
    assert await SlackProblems(store).all() == ()


async def test_the_state_of_the_socket_is_noted_where_readyz_looks(store: Store) -> None:
    problems = SlackProblems(store)
    await note_socket(problems, Refused("invalid_auth"))
    assert [one.code for one in await problems.all()] == [ProblemCode.APP_TOKEN_REFUSED]
    await note_socket(problems, Refused("link_disabled"))
    assert [one.code for one in await problems.all()] == [ProblemCode.SOCKET_MODE_OFF]
    await note_socket(problems, RetryLater(1.0, "x"))
    assert [one.is_broken for one in await problems.all()] == [False]
    await note_socket(problems, None)
    assert await problems.all() == ()
    assert socket_problem(Refused("missing_scope")).code is ProblemCode.APP_TOKEN_REFUSED
