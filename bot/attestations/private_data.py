"""Personal and internal data in provenance: the CI event as a whole, e-mail addresses."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.attestations.provenance import Exposed, RecordPlace
from bot.attestations.slsa_parts import PredicateParts

_EMAIL: Final = re.compile(
    r"(?<![\w.+:/@-])(?!git@)[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w@])", re.ASCII
)
_PUBLISHED: Final = frozenset({RecordPlace.DOCKERFILE, RecordPlace.LABEL, RecordPlace.STEP_FILE, RecordPlace.CI_EVENT})
"""Places whose e-mail addresses are in the repository anyway, or in an event that is reported as a whole."""


def private_places(parts: PredicateParts, texts: Iterable[Exposed]) -> Iterator[str]:
    """Where such data is, each place once; never the data itself."""
    if parts.environment.get("github_event_payload"):
        yield "the whole CI event (github_event_payload)"
    places = {
        exposed.place
        for exposed in texts
        if exposed.place not in _PUBLISHED and "@" in exposed.value and _EMAIL.search(exposed.value)
    }
    yield from (f"an e-mail address ({place})" for place in sorted(places))
