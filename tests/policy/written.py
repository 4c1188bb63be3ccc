"""Policy files written for a test."""

from pathlib import Path

from bot.oci.reference import Reference
from bot.policy import Policy
from bot.policy.file import FilePolicies, read_policy

ONE = """\
images:
  - match: "quay.io/acme/*"
"""


def written(folder: Path, text: str) -> FilePolicies:
    """That text as policy.yaml, read."""
    file = folder / "policy.yaml"
    file.write_text(text)
    return read_policy(file)


def for_image(folder: Path, text: str, image: str = "quay.io/acme/app:1.2.3") -> Policy:
    return written(folder, text).for_image(Reference.parse(image))
