"""Who may announce pushes, one product a file: how it proves itself, how it reads, what its operator pastes where.

To add one: a file here with a RECEIVER, a line in `RECEIVERS`, and a fixture in tests/fixtures/webhooks that says what
must come of it. `provenance webhooks --markdown` prints the table in docs/webhooks.md.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

from handlers.webhooks.receiver import Receiver


class Receivers(Mapping[str, Receiver]):
    """The receivers by kind. A file is imported when its kind is asked for: most bots hear of one or two of them."""

    def __init__(self, *kinds: str) -> None:
        self._kinds = dict.fromkeys(kinds)
        self._imported: dict[str, Receiver] = {}

    def __getitem__(self, kind: str) -> Receiver:
        """The file's name is the kind, with underscores. Raises KeyError, and TypeError for a file without RECEIVER."""
        if kind in self._imported:  # asked for at each delivery
            return self._imported[kind]
        if kind not in self._kinds:
            raise KeyError(kind)
        module = import_module(f"{__name__}.{kind.replace('-', '_')}")
        found = getattr(module, "RECEIVER", None)
        if not isinstance(found, Receiver):
            raise TypeError(f"{module.__name__} does not define RECEIVER as a Receiver")
        self._imported[kind] = found
        return found

    def __contains__(self, kind: object) -> bool:
        """Whether there is such a kind; nothing is imported."""
        return kind in self._kinds

    def __iter__(self) -> Iterator[str]:
        """The kinds, in their order; nothing is imported."""
        return iter(self._kinds)

    def __len__(self) -> int:
        """How many kinds there are."""
        return len(self._kinds)


RECEIVERS: Final = Receivers(
    "acr",
    "aliyun",
    "artifact-registry",
    "artifactory",
    "cdevents",
    "cloudevents",
    "distribution",
    "dockerhub",
    "ecr",
    "gitea",
    "github",
    "harbor",
    "nexus",
    "quay",
    "zot",
)
"""By the `kind` of a source."""
