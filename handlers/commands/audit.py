"""`/provenance audit <repository…> [tags:GLOB] [last:N]`: a table of versions; the answer is only for that person."""

import re
from typing import Final

from bot.check.audit.scope import remote_repository
from bot.errors import InvalidReferenceError
from bot.intake.question import NAMES_MAX, VERSIONS_MAX, QuestionJob
from bot.render.slack.escape import code, prose
from handlers.commands.questions import queued
from handlers.commands.slash_command import CommandContext, SlashCommand

HELP: Final = "audit <repository> [--tags GLOB] [--last N]: which versions have provenance, SBOM and signature"
USAGE: Final = (
    f"Which repositories (at most {NAMES_MAX})? For example: `/provenance audit quay.io/acme/app --last 5`, or with"
    " `--tags 1.*`"
)
_DASH: Final = re.compile(r"[\u2012-\u2015]+")  # what some keyboards make of `--`
_LAST: Final = 5


async def run(asked: SlashCommand, desk: CommandContext) -> str:
    """The first answer, after the question is stored."""
    words = [_DASH.sub("--", word, count=1) for word in asked.words()]
    try:
        names, tags, last = _read(words)
        repositories = [remote_repository(name).name for name in names]
    except InvalidReferenceError as error:
        return prose(str(error))
    except ValueError as error:
        return f"{error} {USAGE}"
    if not 1 <= len(repositories) <= NAMES_MAX:
        return USAGE
    question = QuestionJob(
        kind="audit",
        names=tuple(repositories),
        tags=tuple(tags),
        last=last,
        user=asked.user,
        response_url=asked.response_url,
    )
    shown = ", ".join(code(name, 200) for name in repositories)
    return await queued(question, desk, f"Looking at {shown}. The table follows, only for you…")


def _read(words: list[str]) -> tuple[list[str], list[str], int]:
    """Repositories, globs and the number of versions. Raises ValueError with a sentence of ours."""
    names, tags, last = [], list[str](), _LAST
    rest = iter(words)
    for word in rest:
        if word == "--tags":
            tags.append(next(rest, ""))
        elif word == "--last":
            last = _number(next(rest, ""))
        elif word.startswith("--"):
            raise ValueError("There is no such option.")
        else:
            names.append(word)
    if len(tags) > NAMES_MAX or not all(tags):
        raise ValueError(f"`--tags` takes a glob, at most {NAMES_MAX} of them.")
    return names, tags, last


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= VERSIONS_MAX:  # noqa: PLR2004
        return int(text)
    raise ValueError(f"`--last` takes a number from 1 to {VERSIONS_MAX}.")
