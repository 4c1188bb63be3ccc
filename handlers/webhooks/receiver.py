"""One kind of sender: how it proves itself, how its payload reads, and what its operator pastes where."""

from collections.abc import Callable

from msgspec import Struct

from bot.intake.push import Parsed, RetryBehaviour
from handlers.webhooks.delivery import WEBHOOK_BODY_MAX, Delivery
from handlers.webhooks.proof import OriginProof, SecretInPath


class Receiver(Struct, frozen=True):
    """`parse` raises MalformedDeliveryError, and gets only what `proof` has verified.

    `setup` is a text for the sender's operator, with $url, $secret, $host, $account and $audience in it.
    `own_names`: payloads name the product's own repositories, and the source's `repositories` says which images
    they are. `body_max` in bytes; a longer one than usual only for a proof that needs no body. `asks_first`: some
    senders of that kind ask whether they may (Door.permit).
    """

    title: str
    proof: OriginProof
    parse: Callable[[Delivery], Parsed]
    retries: RetryBehaviour
    setup: str
    own_names: bool = False
    body_max: int = WEBHOOK_BODY_MAX
    asks_first: bool = False

    @property
    def in_path(self) -> bool:
        """Whether the secret stands in the path."""
        return isinstance(self.proof, SecretInPath)

    @property
    def needs(self) -> frozenset[str]:
        """The keys of WebhookSource that a source of this kind must have, beside id, kind and hosts."""
        return self.proof.needs | ({"repositories"} if self.own_names else set())
