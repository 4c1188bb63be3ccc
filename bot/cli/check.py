"""`provenance check`: look at images in registries or layouts, and say what is wrong with them."""

import argparse
from pathlib import Path
from typing import Final

HELP: Final = "check images: provenance, SBOM, what leaks, and what to do about it"

EXAMPLES: Final = """\
IMAGE is a name as for `docker pull`, or oci:PATH[:TAG] for an image layout on disk.

  provenance check quay.io/microcks/microcks:1.15.0
  provenance check --format json alpine:3.20 oci:./build/image

exit code: 0 pass or warn, 1 fail, 2 wrong usage, 3 could not be checked; with --strict, all but pass is 1
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Images, and how to tell about them."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="what to check; several are checked at once")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text", help="default: text")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="what is asked; default: PROVENANCE_POLICY")
    parser.add_argument(
        "--workflow",
        action="store_true",
        help="also read the workflow that built a failing image, and show what to change in it (GitHub's API is asked;"
        " PROVENANCE_GITHUB_TOKEN for what is not public)",
    )
    parser.add_argument("--strict", action="store_true", help="a warning, or what could not be checked, fails too")
    parser.add_argument(
        "--config",
        choices=("auto", "always", "never"),
        default="auto",
        help="read the image's configuration; auto: only where the provenance does not record the same",
    )
    loud = parser.add_mutually_exclusive_group()
    loud.add_argument("-v", "--verbose", action="store_true", help="also show the rules that passed or were not asked")
    loud.add_argument("-q", "--quiet", action="store_true", help="one line an image, no progress")


def run(arguments: argparse.Namespace) -> int:
    """Check them all; the exit code of the worst. Raises UsageError before anything is asked of a registry."""
    from bot.cli.checking import run_checks  # noqa: PLC0415 - not for --help

    return run_checks(arguments)
