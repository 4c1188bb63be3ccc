"""Values that hold unless somebody gives others: which of them are taken as what runs.

Most are not: whoever publishes gives a version or a registry of their own.
"""

import re
from typing import Final

from bot.workflows.doubts import Doubt
from bot.workflows.images import read_name
from bot.workflows.purposes import doubts_of

_PROGRAM: Final = re.compile(r"(?:docker|podman|nerdctl|buildah|skopeo|crane|cosign)(?:[ -](?:buildx|compose))?")
_ATTESTS: Final = re.compile(r"--(?:provenance|sbom|attest)\b")


def is_taken(value: str) -> bool:
    """Whether a default is taken.

    One that only names a program is. So is one that says something about attestations: nobody gives such flags anew
    who does not mean them. So is one that names a registry on this machine or for staging: nothing is published unless
    somebody says so.
    """
    return bool(_ATTESTS.search(value) or _PROGRAM.fullmatch(value.strip())) or _is_not_for_use(value)


def _is_not_for_use(registry: str) -> bool:
    name = read_name(f"{registry}/x")
    return name.is_local or Doubt.STAGING in doubts_of((name,))
