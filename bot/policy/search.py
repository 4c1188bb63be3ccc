"""Searches for the signatures of one image: trusted roots from the settings, keys from the image's policy."""

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
    """Makes a finder for each image. Roots and policies are read once, when the first signature needs them."""

    def __init__(
        self,
        roots: RootOptions,
        policies: Callable[[], Policies],
        *,
        options: GatherOptions | None = None,
    ) -> None:
        self._roots = roots
        self._policies = cache(policies)
        self._options = options
        self._limits = SearchLimits(options.statement_max, options.sbom_max) if options else SearchLimits()

    def for_image(self, image: Reference) -> SignatureFinder:
        """The finder of that image's signatures."""
        return SignatureFinder(lambda: self.trust(image), limits=self._limits)

    def under(self, policies: Policies) -> "Searching":
        """The same roots with the keys of other policies."""
        return Searching(self._roots, lambda: policies, options=self._options)

    def trust(self, image: Reference) -> "Trust":
        """The roots, keys and certificates for that image. If the roots cannot be read, `problem` says why."""
        from bot.signatures.roots.load import Roots, trusted_roots  # noqa: PLC0415
        from bot.signatures.roots.root import Trust  # noqa: PLC0415 - heavy

        try:
            roots = trusted_roots(self._roots)
        except SettingsError as error:  # `prepare` reports this at start; a file may also break later
            roots = Roots((), str(error))
        policy = self._policies().for_image(image)
        return Trust(roots.roots, policy.keys, policy.certificates, roots.problem)

    def prepare(self) -> None:
        """Read the configured roots. Raises SettingsError that names a file that is not a trusted root."""
        if self._roots.are_told:
            from bot.signatures.roots.load import trusted_roots  # noqa: PLC0415 - heavy

            trusted_roots(self._roots)
