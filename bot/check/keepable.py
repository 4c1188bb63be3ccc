"""Which documents of an image may be kept: never one that holds a secret, nor one that nobody has looked through."""

from collections.abc import Collection, Iterable

from bot.attestations.provenance import Exposed, Provenance
from bot.attestations.secrets.leaks import leaks_in, patterns_in, shown
from bot.evidence import Evidence, ImageConfig
from bot.oci.manifest import Content


def may_keep(evidence: Evidence) -> bool:
    """Whether anything of the image may be kept. Takes time, so it is asked in a thread."""
    for platform in evidence.platforms:
        for part in (platform.provenance, *platform.everything_told, platform.config):
            if isinstance(part, Provenance | ImageConfig) and (part.unread or _any_secret(part.exposed)):
                return False
    return True


def secret_documents(contents: Iterable[Content]) -> set[str]:
    """The digests of those in whose bytes something looks like a credential, wherever it stands. Takes time, too."""
    return {content.digest for content in contents if _holds_secret(content.data.decode(errors="replace"))}


def _any_secret(texts: Collection[Exposed]) -> bool:
    patterns = patterns_in(exposed.value for exposed in texts)
    return any(leak is not None for exposed in texts for leak in leaks_in(exposed, patterns))


def _holds_secret(text: str) -> bool:
    return shown(text) != text
