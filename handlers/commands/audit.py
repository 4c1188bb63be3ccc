"""`/provenance audit <repository…> [--tags GLOB] [--last N]`: a table of versions, for that person."""

from typing import Final

from bot.check.audit.scope import remote_repository
from bot.errors import InvalidReferenceError, UsageError
from bot.intake.question import NAMES_MAX, VERSIONS_MAX, QuestionJob
from bot.render.slack.escape import advice, code, prose
from handlers.commands.options import parse
from handlers.commands.questions import queued
from handlers.commands.slash_command import CommandContext, SlashCommand

HELP: Final = "audit <repository> [--tags GLOB] [--last N]: which versions have provenance, SBOM and signature"
USAGE: Final = (
    f"Which repositories (at most {NAMES_MAX})? For example: `/provenance audit quay.io/acme/app --last 5`, or with"
    " `--tags 1.*`"
)
_LAST: Final = 5


async def run(asked: SlashCommand, context: CommandContext) -> str:
    """The first answer, after the question is stored."""
    try:
        words = parse(asked.words(), valued=("--tags", "--last"))
        last = _number(words.value("--last") or str(_LAST))
        repositories = [remote_repository(name).name for name in words.names]
    except InvalidReferenceError as error:
        return prose(str(error))
    except UsageError as error:
        return f"{advice(str(error))} {USAGE}"
    tags = words.values.get("--tags", ())
    if len(tags) > NAMES_MAX:
        return f"`--tags` takes a glob, at most {NAMES_MAX} of them. {USAGE}"
    if not 1 <= len(repositories) <= NAMES_MAX:
        return USAGE
    question = QuestionJob(
        kind="audit",
        names=tuple(repositories),
        tags=tags,
        last=last,
    )
    shown = ", ".join(code(name, 200) for name in repositories)
    return await queued(question, asked, context, f"Looking at {shown}. The table follows, only for you…")


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= VERSIONS_MAX:  # noqa: PLR2004
        return int(text)
    raise UsageError(f"`--last` takes a number from 1 to {VERSIONS_MAX}.")
