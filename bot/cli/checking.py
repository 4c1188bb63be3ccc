"""Runs `provenance check`: all images in parallel, one exit code.

The first requests are sent before the rules and the renderer are imported, so that the import costs no extra time.
"""

import argparse
import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from bot.cli.exit_codes import FAILED, OK, UNCHECKED
from bot.cli.output import display_of, write
from bot.cli.progress import shown
from bot.errors import RegistryError, UsageError
from bot.oci.asked import bare, parse_asked
from bot.oci.pasted import without_command
from bot.oci.reference import Reference
from bot.render.formats import render

if TYPE_CHECKING:
    from pathlib import Path

    from bot.evidence import Evidence
    from bot.evidence.options import GatherOptions
    from bot.oci.registry import Registry
    from bot.policy import Policies
    from bot.policy.search import Searching
    from bot.report import Report
    from bot.settings import Settings
    from bot.signatures.search import SignatureSearch

AT_ONCE: Final = 8
"""Images that are checked at the same time."""


def run_checks(arguments: argparse.Namespace) -> int:
    """Check, print, and return the exit code. Raises UsageError and SettingsError before any request."""
    logging.getLogger("bot").addHandler(logging.NullHandler())  # the report has everything that matters
    asked = dict(_named(image) for image in _images(arguments.images))
    from bot.settings import load  # noqa: PLC0415 - not for wrong usage

    settings = load()
    policies = _policies(arguments.policy or settings.policy)
    baseline = _baseline(arguments.baseline, asked)
    looked_at = asyncio.run(_look_at(asked | baseline, settings, policies, arguments))
    seen = dict(zip(asked | baseline, looked_at, strict=True))
    earlier = next((seen.pop(image) for image in baseline), None)
    reports = _reports(seen, earlier, policies(), settings, workflow=arguments.workflow)
    _print(reports, arguments)
    return exit_code(reports, strict=arguments.strict)


def exit_code(reports: Sequence["Report"], *, strict: bool) -> int:
    """1 if an image failed, else 3 if one could not be checked, else 0. With `strict`, 1 unless all pass."""
    verdicts = {report.verdict.value for report in reports}
    if "fail" in verdicts or (strict and verdicts != {"pass"}):
        return FAILED
    return UNCHECKED if "unknown" in verdicts else OK


def _images(words: Sequence[str]) -> Sequence[str]:
    """What is to be checked. With nothing to check, exit code 0 would say that all is well."""
    images = without_command(words)
    if not images:
        raise UsageError(f"no image is named after {' '.join(words)!r}; for example: quay.io/a/b:1.0")
    return images


def _named(text: str) -> tuple[Reference, RegistryError | None]:
    """The image, and the error if a layout could not be read."""
    try:
        return parse_asked(text, layouts=True), None
    except RegistryError as error:
        return Reference(bare(text), ""), error


def _baseline(
    text: str | None, asked: Mapping[Reference, RegistryError | None]
) -> dict[Reference, RegistryError | None]:
    """The image to compare with. Raises UsageError when it is not one image that another one is compared with."""
    if text is None:
        return {}
    image, error = _named(text)
    if len(asked) != 1:
        raise UsageError(f"--baseline is for one image, and {len(asked)} are named")
    if image in asked:
        raise UsageError(f"--baseline: {text} is the image itself; name an earlier release")
    return {image: error}


def _policies(file: "Path | None") -> "Callable[[], Policies]":
    """The policies. A file is read at once, so that its errors are reported before any request.

    The built-in policy imports every rule, so it is loaded while the requests are running.
    """

    def read() -> "Policies":
        from bot.policy.source import policies_from  # noqa: PLC0415

        return policies_from(file)

    if file is None:
        return read
    policies = read()
    return lambda: policies


async def _look_at(
    images: Mapping[Reference, RegistryError | None],
    settings: "Settings",
    policies: "Callable[[], Policies]",
    arguments: argparse.Namespace,
) -> list["Evidence | RegistryError"]:
    """The evidence about each image, or the error."""
    from bot.oci.registries import open_registries  # noqa: PLC0415 - not for wrong usage

    async with open_registries(settings.registry_options(local=True)) as registry:
        gate, options = asyncio.Semaphore(AT_ONCE), _options(settings, arguments)
        searching = _searching(settings, policies, options)
        looks = [
            _look(image, registry, options, gate, error or searching.for_image(image))
            for image, error in images.items()
        ]
        tasks = [asyncio.create_task(look) for look in looks]
        async with shown(tasks, wanted=not arguments.quiet):
            found = await asyncio.gather(*tasks)
    return await _with_attestations(found, settings, policies, searching)


async def _with_attestations(
    seen: Sequence["Evidence | RegistryError"],
    settings: "Settings",
    policies: "Callable[[], Policies]",
    searching: "Searching",
) -> list["Evidence | RegistryError"]:
    """The same, with what the code hosts of the images' sources hold about them."""
    from bot.cli.code_host import add_attestations  # noqa: PLC0415 - heavy

    found = [one for one in seen if not isinstance(one, RegistryError)]
    more = iter(await add_attestations(found, policies(), searching, settings))
    return [one if isinstance(one, RegistryError) else next(more) for one in seen]


async def _look(
    image: Reference,
    registry: "Registry",
    options: "GatherOptions",
    gate: asyncio.Semaphore,
    search: "SignatureSearch | RegistryError",
) -> "Evidence | RegistryError":
    """`search` for the image's signatures, or what kept us from finding the image at all."""
    from bot.evidence.gather import gather  # noqa: PLC0415

    if isinstance(search, RegistryError):
        return search
    async with gate:
        try:
            return await gather(image, registry, options, search=search)
        except RegistryError as error:
            return error


def _searching(settings: "Settings", policies: "Callable[[], Policies]", options: "GatherOptions") -> "Searching":
    from bot.policy.search import Searching  # noqa: PLC0415

    searching = Searching(settings.root_options(), policies, options=options)
    searching.prepare()
    return searching


def _options(settings: "Settings", arguments: argparse.Namespace) -> "GatherOptions":
    from bot.evidence.options import GatherOptions  # noqa: PLC0415

    return GatherOptions(
        config=arguments.config,
        statement_max=settings.statement_max,
        sbom_max=settings.sbom_max,
    )


def _reports(
    seen: Mapping[Reference, "Evidence | RegistryError"],
    baseline: "Evidence | RegistryError | None",
    policies: "Policies",
    settings: "Settings",
    *,
    workflow: bool,
) -> list["Report"]:
    """One report for each image, in their order."""
    from datetime import UTC, datetime  # noqa: PLC0415 - as all of these, only now

    from bot.check import report_on, unchecked  # noqa: PLC0415
    from bot.cli.contexts import contexts  # noqa: PLC0415

    now = datetime.now(UTC)
    asked = contexts(seen, policies, baseline)
    if workflow:
        from bot.cli.code_host import conclude_all  # noqa: PLC0415 - heavy

        reports = iter(asyncio.run(conclude_all(asked, settings, now)))
    else:
        told = [report_on(context, policy, now=now, server=settings.github_server) for context, policy in asked]
        reports = iter(told)
    return [
        unchecked(image, one, policies.for_image(image), now=now) if isinstance(one, RegistryError) else next(reports)
        for image, one in seen.items()
    ]


def _print(reports: Sequence["Report"], arguments: argparse.Namespace) -> None:
    write(render(arguments.format, reports, display_of(verbose=arguments.verbose, quiet=arguments.quiet)))
