"""`provenance check`: check images in registries or OCI layouts."""

import argparse
from pathlib import Path
from typing import Final

from bot.cli.saving import saved_format
from bot.render.formats import FORMATS

HELP: Final = "check provenance, SBOM, signatures and leaked secrets of images"

EXAMPLES: Final = """\
IMAGE is a name as for `docker pull`, oci:PATH[:TAG] for an image layout on disk, a glob such as quay.io/acme/*
where the registry lists its repositories (their newest versions are checked), or a file that names images:
compose.yaml, Kubernetes manifests, @list.txt, a folder or a Helm chart as @FOLDER, and - for stdin.

  provenance check quay.io/microcks/microcks:1.15.0
  provenance check quay.io/acme/app:1.2.3 --baseline quay.io/acme/app:1.2.2    # also: what was lost since
  provenance check quay.io/acme/app:1.2.3 --since-baseline                     # fails only on what got worse
  provenance check quay.io/acme/app:1.2.3 docker.io/acme/app:1.2.3             # also: whether they differ
  provenance check --last 3 quay.io/acme/app                                   # the newest versions of a repository
  provenance check -q 'quay.io/acme/*' compose.yaml
  helm template chart | provenance check -
  provenance check --format github --save sarif=check.sarif --save json=check.json alpine:3.20

exit code: 0 pass or warn, 1 fail, 2 wrong usage, 3 could not be checked; with --strict, 1 for everything but pass
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The images, the policy and the output."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="an image to check; several are checked in parallel")
    _results(parser)
    _judging(parser)
    loud = parser.add_mutually_exclusive_group()
    loud.add_argument(
        "-v",
        "--details",
        "--verbose",
        dest="verbose",
        action="store_true",
        help="also why, how to verify, and the rules that passed or were skipped",
    )
    loud.add_argument("-q", "--quiet", action="store_true", help="one line per image, no progress display")


def _results(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help=f"default: {FORMATS[0]}")
    parser.add_argument(
        "--save",
        type=saved_format,
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="also write the result to a file, in that format; may be repeated",
    )


def _judging(parser: argparse.ArgumentParser) -> None:
    """By what the images are judged, and which."""
    parser.add_argument("--policy", type=Path, metavar="FILE", help="the policy file; default: PROVENANCE_POLICY")
    parser.add_argument(
        "--baseline", metavar="IMAGE", help="an earlier release of the image; what was lost since then fails"
    )
    parser.add_argument(
        "--since-baseline",
        action="store_true",
        help="what failed in the baseline already is only advised; without --baseline, that is the newest earlier"
        " version of each image",
    )
    wanted = parser.add_mutually_exclusive_group()
    wanted.add_argument("--all-tags", action="store_true", help="a name without a tag means all tags of the repository")
    wanted.add_argument(
        "--last", type=_count, default=0, metavar="N", help="the same for the newest N versions of each family of tags"
    )
    parser.add_argument(
        "--workflow",
        action="store_true",
        help="also read the workflow that built a failing image, and show what to change in it (uses GitHub's API;"
        " set PROVENANCE_GITHUB_TOKEN for private repositories)",
    )
    parser.add_argument(
        "--strict", action="store_true", help="exit with 1 on warnings and on images that could not be checked, too"
    )
    parser.add_argument(
        "--config",
        choices=("always", "never"),
        default="always",
        help="never: the image's configuration is not read, and rules about secrets and labels are unknown",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check all images; returns the exit code of the worst. Raises UsageError before any request."""
    from bot.cli.checking import run_checks  # noqa: PLC0415 - not for --help

    return run_checks(arguments)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:10]) <= 1_000:  # noqa: PLR2004
        raise argparse.ArgumentTypeError("expected a number from 1 to 1000")
    return int(text)
