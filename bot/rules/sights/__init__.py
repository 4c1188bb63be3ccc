"""What each tool that the policy names finds of the image: its signature, its provenance, its SBOM.

What is there is what the other rules go by: verified signatures, and statements about the platform. Without a policy
that names readers nobody imports this.
"""

from bot.rules.sights.tools import ReaderSights, sentences, sights

__all__ = ["ReaderSights", "sentences", "sights"]
