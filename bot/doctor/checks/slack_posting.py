"""What Slack needs before the bot can post: the token, its scopes, and the bot in every channel."""

from collections.abc import AsyncIterator

from bot.doctor.check import DoctorCheck, DoctorLine, LineOutcome, Patient, error, ok, unknown, warning
from bot.jobs.slack_setup import SlackSetup
from bot.render.counted import counted
from bot.slack.inspect import inspect
from bot.slack.problems import advice, says
from bot.slack.scopes import OPTIONAL_SCOPES
from bot.store.slack_problems import ProblemCode, SlackProblem
from bot.store.undelivered import Undelivered, UndeliveredPost


async def look(patient: Patient) -> AsyncIterator[DoctorLine]:
    """Ask Slack about the token and each channel that the settings, the policy or a watch name."""
    if patient.settings.slack_client_id:
        return  # each workspace has a token of its own (slack_workspaces.py)
    if patient.slack is None:
        yield ok("Slack is not configured: there are only the pages")
        return
    if patient.store is None:
        yield unknown("could not be looked at without the store")
        return
    waiting = await Undelivered(patient.store).all()
    setup = SlackSetup(
        patient.slack, patient.store, _leave, patient.settings.slack_channel, patient.policies.channels()
    )
    facts = await inspect(patient.slack, patient.store, await setup.channels(waiting))
    if facts.team:
        yield ok(f"the bot token is of {facts.bot_name} in the workspace {facts.team_name}")
    if facts.scopes is None and facts.team:
        yield unknown("Slack did not say which scopes the token has")
    for missing in sorted(OPTIONAL_SCOPES - facts.scopes) if facts.scopes is not None else ():
        yield warning(
            f"without the scope {missing}, nobody can know whether a message is there whose answer was lost: "
            "it is not posted again, and may be missing",
            "grant it when you install the app again, or leave it",
        )
    for channel in facts.channels:
        yield ok(f"the bot is in {channel}")
    for problem in facts.problems:
        yield line(problem)
    if waiting:
        posts = counted(len(waiting), "post waits", "posts wait")
        yield warning(f"{posts} until this is repaired", "posted then, without anything to do")


def line(problem: SlackProblem) -> DoctorLine:
    """What to say of a problem."""
    if problem.code is ProblemCode.NO_CHANNEL:
        return warning(says(problem), advice(problem))
    if problem.code is ProblemCode.UNREACHABLE:
        return DoctorLine(LineOutcome.UNKNOWN, says(problem), advice(problem))
    return error(says(problem), advice(problem))


async def _leave(post: UndeliveredPost) -> None:
    """The doctor queues nothing."""


check = DoctorCheck("slack", 40, look)
