"""What is to be pasted where no image is known: examples for all but the image's own name."""

import re
from collections.abc import Mapping
from typing import Final

EXAMPLES: Final[Mapping[str, str]] = {
    "REGISTRY": "quay.io",
    "PLATFORMS": "linux/amd64,linux/arm64",
    "EACH_PLATFORM": '"REPOSITORY@$LINUX_AMD64" "REPOSITORY@$LINUX_ARM64"',
    "ISSUER": "https://token.actions.githubusercontent.com",
    "SUBJECT": r"https://github\.com/acme/app/\.github/workflows/release\.yml@refs/tags/.+",
    "SOURCES": r"https://github\.com/acme/app",
    "KEY": "cosign",
    "SISTER": "docker.io/acme/app:1.2.3",
    "LACKING": "docker.io/acme/app:1.2.3",
    "MISSING": "quay.io/acme/worker:1.2.3",
    "FIRST_DIGEST": "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    "UNTIL": "2027-12-31",
}
"""By what stands for them; IMAGE, IMAGE@DIGEST and REPOSITORY are the reader's to fill in."""

_PLACE: Final = re.compile(rf"\b(?:{'|'.join(EXAMPLES)})\b")


def as_example(text: str) -> str:
    """The snippet or the commands, as they are shown when nobody asked about an image."""
    return _PLACE.sub(lambda place: EXAMPLES[place[0]], text)
