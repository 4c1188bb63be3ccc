"""A secret comes with the base image: its environment holds it, and every image that is built from it inherits it."""

import re
from collections.abc import Iterator
from typing import Final

from bot.attestations.provenance import Exposed, RecordPlace
from bot.attestations.secrets import looks_secret, shown
from bot.causes.cause import CauseRule, Indication, likely
from bot.causes.failure import Failure
from bot.causes.platforms import provenances
from bot.context import Context
from bot.evidence import ImageConfig, PlatformEvidence
from bot.remedies import build as general

NAMES_MAX: Final = 3
"""Variables and base images that the sentence names."""

_ENVIRONMENT: Final = frozenset({RecordPlace.STEP_ENVIRONMENT, RecordPlace.IMAGE_ENVIRONMENT})

cause = CauseRule(
    __name__,
    explains=frozenset({"provenance-secret-exposed"}),
    fix=(
        "Revoke the credential now. Then build the base image without it, or build from another one: an ENV of your own"
        " hides it in your image, but the base image still holds it."
    ),
    verify=general.SEE_HERE,
)


@cause
def look(context: Context, _: Failure) -> Indication | None:
    """A variable that looks secret, and that neither the Dockerfile nor a build argument names."""
    names = sorted({name for platform in context.evidence.platforms for name in _inherited(platform)})
    if not names:
        return None
    found = provenances(context.evidence.platforms)
    bases = list(dict.fromkeys(shown(base) for provenance in found for base in provenance.base_images))
    of = f" ({', '.join(bases[:NAMES_MAX])})" if bases else ""
    what = f"variable {names[0]} is" if len(names) == 1 else f"variables {', '.join(names[:NAMES_MAX])} are"
    return likely(f"The {what} in the environment, and the Dockerfile does not set it: the base image{of} does.")


def _inherited(platform: PlatformEvidence) -> Iterator[str]:
    texts = [text for provenance in provenances((platform,)) for text in provenance.exposed]
    dockerfiles = [text.value for text in texts if text.place == RecordPlace.DOCKERFILE and not text.key]
    if not dockerfiles:  # nothing tells what the Dockerfile sets
        return
    given = {text.key for text in texts if text.place == RecordPlace.BUILD_ARGUMENT}
    config = platform.config.exposed if isinstance(platform.config, ImageConfig) else ()
    for text in (*texts, *config):
        is_set_here = text.key in given or _is_named(text, dockerfiles)
        if text.place in _ENVIRONMENT and not is_set_here and looks_secret(text):
            yield shown(text.key)[:80]


def _is_named(text: Exposed, dockerfiles: list[str]) -> bool:
    name = re.compile(rf"(?<!\w){re.escape(text.key)}(?!\w)")
    return any(name.search(dockerfile) for dockerfile in dockerfiles)
