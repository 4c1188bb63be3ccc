"""Runs `provenance check`: all images in parallel, one exit code."""

import argparse
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from bot.cli.asked_images import AskedImages, ImageScope, asked_images, assumed_notes
from bot.cli.baselines import baseline_choice, doubts
from bot.cli.event_loop import result_of
from bot.cli.exit_codes import FAILED, OK, UNCHECKED
from bot.cli.gathering import Gathering, LookedImages
from bot.cli.named_images import named_images
from bot.cli.output import display_of, write
from bot.cli.saving import require_writable, save
from bot.errors import RegistryError
from bot.oci.reference import Reference
from bot.render.formats import render

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bot.policy import Policies
    from bot.report import Report
    from bot.settings import Settings


def run_checks(arguments: argparse.Namespace) -> int:
    """Check, print, and return the exit code. Raises UsageError and SettingsError before any request."""
    logging.getLogger("bot").addHandler(logging.NullHandler())  # the report has everything that matters
    require_writable(arguments.save)
    scope = ImageScope(arguments.all_tags, arguments.last)
    asked, wider = asked_images(named_images(arguments.images), scope)
    is_one = len(asked.images) == 1 and not wider
    choice = baseline_choice(arguments.baseline, since=arguments.since_baseline, asked=asked, is_one=is_one)
    from bot.settings_source import load  # noqa: PLC0415 - not for wrong usage

    settings = load()
    policies = _policies(arguments.policy or settings.policy)
    looked = result_of(Gathering(settings, policies, arguments).look(asked, wider, scope, choice))
    reports = _reports(looked, asked, policies(), settings, arguments)
    save(arguments.save, reports)
    told = render(arguments.format, reports, display_of(verbose=arguments.verbose, quiet=arguments.quiet))
    write(told, arguments.format)
    return exit_code(reports, strict=arguments.strict)


def exit_code(reports: Sequence["Report"], *, strict: bool) -> int:
    """1 if an image failed, else 3 if one could not be checked, else 0. With `strict`, 1 unless all pass."""
    verdicts = {report.verdict.value for report in reports}
    if "fail" in verdicts or (strict and verdicts != {"pass"}):
        return FAILED
    return UNCHECKED if "unknown" in verdicts else OK


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


def _reports(
    looked: LookedImages, asked: AskedImages, policies: "Policies", settings: "Settings", arguments: argparse.Namespace
) -> list["Report"]:
    """One report for each image, in their order."""
    from datetime import UTC, datetime  # noqa: PLC0415 - as all of these, only now

    now = datetime.now(UTC)
    reports = _judged(looked, policies, settings, now, with_workflow=arguments.workflow)
    if arguments.since_baseline:
        reports = _since(reports, looked, policies, settings, now)
    return [
        report.model_copy(update={"notes": tuple(_notes(image, report, looked, asked, policies))})
        for image, report in reports.items()
    ]


def _judged(
    looked: LookedImages, policies: "Policies", settings: "Settings", now: "datetime", *, with_workflow: bool
) -> dict[Reference, "Report"]:
    from bot.check import report_on, unchecked  # noqa: PLC0415
    from bot.cli.contexts import contexts  # noqa: PLC0415

    asked = contexts(looked.seen, policies, {image: looked.earlier[one] for image, one in looked.baselines.items()})
    if with_workflow:
        from bot.cli.code_host import conclude_all  # noqa: PLC0415 - heavy

        reports = iter(result_of(conclude_all(asked, settings, now)))
    else:
        told = [report_on(context, policy, now=now, server=settings.github_server) for context, policy in asked]
        reports = iter(told)
    return {
        image: unchecked(image, one, policies.for_image(image), now=now)
        if isinstance(one, RegistryError)
        else next(reports)
        for image, one in looked.seen.items()
    }


def _since(
    reports: dict[Reference, "Report"],
    looked: LookedImages,
    policies: "Policies",
    settings: "Settings",
    now: "datetime",
) -> dict[Reference, "Report"]:
    """The reports, in which only what got worse since their baselines counts. Without a baseline everything counts."""
    from bot.report.since import since  # noqa: PLC0415

    earlier = _judged(LookedImages(seen=looked.earlier), policies, settings, now, with_workflow=False)
    known = {image: earlier[one] for image, one in looked.baselines.items() if one in earlier}
    return {image: since(one, known[image]) if image in known else one for image, one in reports.items()}


def _notes(
    image: Reference, report: "Report", looked: LookedImages, asked: AskedImages, policies: "Policies"
) -> Iterator[str]:
    yield from report.notes
    yield from assumed_notes(image, asked, looked.tags)
    if why := looked.without.get(image):
        yield f"It is compared with nothing, so every failure counts: {why}."
    if (baseline := looked.baselines.get(image)) is not None:
        yield from doubts(image, baseline, policies)
        if isinstance(error := looked.earlier[baseline], RegistryError):
            yield f"The baseline {baseline} could not be read: {error}."
