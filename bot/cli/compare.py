"""`provenance compare`: what the second image has lost, gained or changed."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.cli.exit_codes import FAILED, OK, UNCHECKED
from bot.render.difference import FORMATS

if TYPE_CHECKING:
    from bot.oci.reference import Reference
    from bot.report.difference import Difference

HELP: Final = "compare two images: what was lost, gained or changed"

EXAMPLES: Final = """\
A and B are names as for `docker pull`, with a tag or a digest, or oci:PATH[:TAG] for an image layout on disk.

  provenance compare quay.io/microcks/microcks:1.14.0 quay.io/microcks/microcks:1.15.0
  provenance compare quay.io/acme/app:1.2.3 docker.io/acme/app:1.2.3       # the same tag in two registries
  provenance compare --format markdown acme/app:1.2.2 acme/app:1.2.3 >> notes.md

Packages come from the SBOMs. "Lost" means that both images could be read: A has it and B does not.

exit code: 0 nothing lost, 1 something lost, 2 wrong usage, 3 an image, or something that may be lost, could not be read
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The two images, the policy and the output."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("before", metavar="A", help="the earlier image")
    parser.add_argument("after", metavar="B", help="the later one")
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help=f"default: {FORMATS[0]}")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="the policy file; default: PROVENANCE_POLICY")
    loud = parser.add_mutually_exclusive_group()
    loud.add_argument("-v", "--verbose", action="store_true", help="list all packages that differ, up to 1000")
    loud.add_argument("-q", "--quiet", action="store_true", help="one line, no progress display")


def run(arguments: argparse.Namespace) -> int:
    """Compare and print. Raises UsageError, SettingsError, and RegistryError when an image could not be read."""
    import logging  # noqa: PLC0415 - as all of these, not for --help

    from bot.cli.event_loop import result_of  # noqa: PLC0415
    from bot.cli.output import display_of, write  # noqa: PLC0415
    from bot.oci.asked import parse_asked  # noqa: PLC0415
    from bot.render.difference import render  # noqa: PLC0415

    logging.getLogger("bot").addHandler(logging.NullHandler())  # the result has everything that matters
    before, after = (parse_asked(text, layouts=True) for text in (arguments.before, arguments.after))
    difference = result_of(_compare(before, after, arguments))
    display = display_of(verbose=arguments.verbose, quiet=arguments.quiet)
    write(render(arguments.format, difference, display), arguments.format)
    return exit_code(difference)


def exit_code(difference: "Difference") -> int:
    """1 if something was lost, else 3 if something may be lost that could not be read, else 0."""
    from bot.report.difference import DifferenceKind  # noqa: PLC0415

    if difference.of(DifferenceKind.LOST):
        return FAILED
    return OK if difference.is_certain else UNCHECKED


async def _compare(before: "Reference", after: "Reference", arguments: argparse.Namespace) -> "Difference":
    import asyncio  # noqa: PLC0415
    from datetime import UTC, datetime  # noqa: PLC0415

    from bot.late_authorities import import_client  # noqa: PLC0415

    import_client()
    from bot.cli.looking import open_looker  # noqa: PLC0415
    from bot.cli.progress import shown  # noqa: PLC0415
    from bot.policy.source import policies_from  # noqa: PLC0415
    from bot.settings_source import load  # noqa: PLC0415

    settings = load()
    policies = policies_from(arguments.policy or settings.policy)
    async with open_looker(settings, policies) as looker:
        task = asyncio.create_task(looker.compare(before, after, datetime.now(UTC)))
        async with shown([task], wanted=not arguments.quiet, what="comparing 2 images"):
            return await task
