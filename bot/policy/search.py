"""The search for one image's signatures: roots from the settings, keys from the policy that counts for the image."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from bot.evidence.options import GatherOptions
from bot.oci.reference import Reference
from bot.policy.policy import Policies
from bot.signatures.finder import SignatureFinder
from bot.signatures.options import RootOptions, SearchLimits

if TYPE_CHECKING:
    from bot.signatures.roots.root import Trust


class Searching:
    """Makes searches. Roots and policies are read when the first signature is met, and then kept."""

    def __init__(
        self,
        roots: RootOptions,
        policies: Callable[[], Policies],
        *,
        options: GatherOptions | None = None,
    ) -> None:
        self._roots = roots
        self._policies = cache(policies)
        self._limits = SearchLimits(options.statement_max, options.sbom_max) if options else SearchLimits()

    def for_image(self, image: Reference) -> SignatureFinder:
        """The search for that image's signatures."""
        return SignatureFinder(lambda: self.trust(image), limits=self._limits)

    def trust(self, image: Reference) -> "Trust":
        """What that image's signatures are checked against; without readable roots, what they say of themselves."""
        from bot.signatures.roots.load import Roots, trusted_roots  # noqa: PLC0415
        from bot.signatures.roots.root import Trust  # noqa: PLC0415 - heavy

        try:
            roots = trusted_roots(self._roots)
        except SettingsError as error:  # told at start, see `prepare`; a file may go bad later
            roots = Roots((), str(error))
        policy = self._policies().for_image(image)
        return Trust(roots.roots, policy.keys, policy.certificates, roots.problem)

    def prepare(self) -> None:
        """Read the roots that somebody named. Raises SettingsError that says which file is none."""
        if self._roots.files or self._roots.tuf:
            from bot.signatures.roots.load import trusted_roots  # noqa: PLC0415 - heavy

            trusted_roots(self._roots)
