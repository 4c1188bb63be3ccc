"""What all processes that share a store know of registries' hosts."""

from typing import Protocol

from msgspec import Struct


class KnownApi(Struct, frozen=True):
    """Whether a place has the referrers API, and for how many seconds that is taken for true."""

    has: bool
    seconds: float


class SharedHosts(Protocol):
    """Knowledge of hosts that outlives a process. Every method may raise StoreError."""

    async def referrers_api(self, place: str) -> KnownApi | None:
        """Whether the place has the referrers API; None when nobody knows."""

    async def keep_referrers_api(self, place: str, *, has: bool) -> None:
        """A registry's answer showed that. That it is lacking is shared only after two answers, some minutes apart."""

    async def share(self, host: str, most: int, *, refused: bool = False) -> int:
        """How many of `most` requests at once this process may have; `refused` when the host has answered 429."""
