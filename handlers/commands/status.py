"""`/provenance status [<image> | <release>]`: the last verdicts, from memory; nothing is looked at anew."""

import asyncio
from collections.abc import Iterable
from typing import Final

import structlog

from bot.errors import InvalidReferenceError, MalformedError, StoreError
from bot.oci.asked import parse_asked
from bot.releases import Member, Release, ReleaseName, ReleaseState
from bot.render.counted import counted
from bot.render.slack.escape import code, date, link, prose
from bot.render.slack.words import VERDICTS, report_page, short_digest
from bot.report import Report, Verdict
from bot.store import Store
from bot.store.releases import Releases
from bot.store.reports import Past, Reports
from handlers.commands.slash_command import CommandContext, SlashCommand
from handlers.slack_request import STORE_TIME

HELP: Final = "status [<image> or <release>]: the last verdicts, e.g. of quay.io/acme/app:1.2.3 or of acme/app 1.2.3"
USAGE: Final = (
    "Type an image (`/provenance status quay.io/acme/app:1.2.3`), a release (`/provenance status acme/app 1.2.3`), or"
    " nothing for the newest reports."
)
UNAVAILABLE: Final = "The store did not answer. Please try again in a minute."
NEWEST: Final = 10
"""Reports and versions in one answer."""

CHANGES: Final = 5
"""Earlier verdicts of one image."""

MEMBERS: Final = 30
"""Members of one release; the largest known has 24."""

_ORDER: Final = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WARN, Verdict.PASS)

log = structlog.get_logger(__name__)


async def run(asked: SlashCommand, context: CommandContext) -> str:
    """The answer."""
    words = asked.words()
    if context.store is None:
        return UNAVAILABLE
    try:
        async with asyncio.timeout(STORE_TIME):
            return await _answer(words, context.store, context.base_url)
    except (StoreError, TimeoutError) as error:
        log.warning("status not read", error=str(error) or type(error).__name__)
        return UNAVAILABLE


async def _answer(words: list[str], store: Store, base_url: str) -> str:
    match words:
        case []:
            return _newest(await Reports(store).newest(NEWEST), base_url)
        case [group, version]:
            return await _release(group, version, store)
        case [name] if _is_group(name) and (versions := await Releases(store).versions(name)):
            shown = ", ".join(code(version, 100) for version in versions[:NEWEST])
            return f"Versions of {code(name, 200)}, newest first: {shown}. Add one for its members."
        case [name]:
            return await _image(name, store, base_url)
        case _:
            return USAGE


def _is_group(name: str) -> bool:
    return ":" not in name and "@" not in name


def _newest(reports: Iterable[Report], base_url: str) -> str:
    lines = [
        f"{_mark(report.verdict)} {_named(report.image, base_url)}, {date(report.checked_at)}" for report in reports
    ]
    return "\n".join(lines) or "Nothing was checked yet. Type `/provenance check` and an image."


async def _image(name: str, store: Store, base_url: str) -> str:
    try:
        image = str(parse_asked(name))
    except InvalidReferenceError as error:
        return prose(str(error))
    latest = await Reports(store).latest(image)
    if latest is None:
        return f"{code(image, 500)} has no report yet. Type `/provenance check` and its name."
    report = latest.report
    failing = [result.rule for result in report.failing() if result.required]
    lines = [
        f"{_mark(report.verdict)} {_named(image, base_url)}, {short_digest(report.digest)}, {date(report.checked_at)}"
    ]
    lines += [f"Failing: {', '.join(code(rule, 80) for rule in failing[:NEWEST])}"] if failing else []
    history = await Reports(store).history(image, CHANGES + 1)
    return "\n".join([*lines, *map(_past, history[1:])])


def _past(past: Past) -> str:
    return f"before: {_mark(past.verdict)} {short_digest(past.digest)}, since {date(past.since)}"


async def _release(group: str, version: str, store: Store) -> str:
    try:
        names = [ReleaseName.parse(f"{group} {version}"), ReleaseName.parse(f"{group} {version} (rolling)")]
    except MalformedError as error:
        return prose(str(error))
    releases = Releases(store)
    for name in names:
        release = await releases.load(name)
        if release is not None:
            return await _members(release, store)
    return f"The release {code(names[0].title, 300)} is not known. It is once one of its images was pushed."


async def _members(release: Release, store: Store) -> str:
    now = await store.now()
    verdict = _mark(_whole(release, release.verdict)) if release.verdict else "no verdict yet:"
    title = f"{verdict} *{prose(release.name.title, 300)}*"
    arriving = "arriving, " if release.state(now) is ReleaseState.ARRIVING else ""
    members = sorted(release.members, key=_worst_first)
    failing = [member for member in members if member.verdict is Verdict.FAIL]
    why = await _problems(failing[:NEWEST], Reports(store))
    lines = [
        f"{_mark(member.verdict) if member.verdict else prose(member.state(now).value)} {code(str(member.image), 300)}"
        f"{why.get(str(member.image), '')}"
        for member in members[:MEMBERS]
    ]
    more = len(members) - MEMBERS
    head = f"{title}, {arriving}{_how_many(len(failing), len(members))}"
    return "\n".join([head, *lines, *([f"and {more} more"] if more > 0 else [])])


def _how_many(failing: int, members: int) -> str:
    some = failing and members > 1
    return f"{failing} of {members} images not ready" if some else counted(members, "image")


def _worst_first(member: Member) -> int:
    """What fails is never among those that are only counted."""
    return _ORDER.index(member.verdict) if member.verdict else _ORDER.index(Verdict.UNKNOWN)


async def _problems(failing: Iterable[Member], reports: Reports) -> dict[str, str]:
    """What is wrong with each image, in words."""
    found = {}
    for report in await reports.latest_of([str(member.image) for member in failing]):
        titles = dict.fromkeys(result.title for result in report.failing() if result.required)
        found[report.image] = f": {prose('; '.join(titles), 200)}" if titles else ""
    return found


def _whole(release: Release, verdict: Verdict) -> Verdict:
    """UNKNOWN while an image has no verdict, unless another one fails: the release passes when all of it does."""
    is_whole = all(member.verdict for member in release.members)
    return verdict if is_whole or verdict is Verdict.FAIL else Verdict.UNKNOWN


def _mark(verdict: Verdict) -> str:
    sign, word = VERDICTS[verdict]
    return f"{sign} {word}:"


def _named(image: str, base_url: str) -> str:
    page = report_page(base_url, image)
    return f"{code(image, 300)} ({link(page, 'report')})" if page.startswith("https://") else code(image, 300)
