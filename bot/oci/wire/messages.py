"""What is asked of a registry in one exchange, and what comes back."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct, field
from multidict import CIMultiDictProxy
from yarl import URL

from bot.values import Hiding

Gate = Literal["", "tags", "token"]


class RegistryRequest(Hiding, Struct, frozen=True, kw_only=True):
    """One request. `what` names it in messages, e.g. "quay.io/a/b:1"."""

    HIDDEN = frozenset({"headers", "form"})

    registry: str  # its name in references
    what: str
    url: URL
    method: Literal["GET", "HEAD", "POST"] = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    limit: int = 64 * 1024  # bytes of a good answer's body
    size: int | None = None  # bytes, where a descriptor says it
    algorithm: str = "sha256"  # of the hash over the body
    pull: bool = False  # Docker Hub counts it
    led_by: URL | None = None  # the registry's own URL, when its answer named this one
    gate: Gate = ""  # asked one at a time


class Response(Hiding, Struct, frozen=True, kw_only=True):
    """A whole answer. `digest` is the hash of the body."""

    HIDDEN = frozenset({"headers", "body"})

    ask: RegistryRequest
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes = b""
    digest: str = ""
    tried: int = 1

    @property
    def media_type(self) -> str:
        """The Content-Type without parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


class Trouble(Struct, frozen=True):
    """No answer. `reason` is a sentence for people; `passing` when another try may help."""

    reason: str
    passing: bool = True


OK: Final = 200
