"""What all processes that share a store know of registries' hosts."""

from typing import Protocol

from msgspec import Struct

from bot.oci.referrer_list import ApiRefusal


class KnownApi(Struct, frozen=True):
    """How a place refuses the referrers API, None when it has it, and for how many seconds that is taken for true."""

    refusal: ApiRefusal | None
    seconds: float

    @property
    def has(self) -> bool:
        """Whether the API is there."""
        return self.refusal is None


class SharedHosts(Protocol):
    """Knowledge of hosts that outlives a process. Every method may raise StoreError."""

    async def referrers_api(self, place: str) -> KnownApi | None:
        """Whether the place has the referrers API; None when nobody knows."""

    async def keep_referrers_api(self, place: str, *, refusal: ApiRefusal | None) -> None:
        """A registry's answer showed that: None when it was a list.

        That the API is lacking is shared only after two answers, some minutes apart, with the later one.
        """

    async def share(self, host: str, most: int, *, refused: bool = False) -> int:
        """How many of `most` requests at once this process may have; `refused` when the host has answered 429."""
