"""Bundles that GitHub's attestations API holds: the same documents as in a registry, found elsewhere (stored.py)."""

from dataclasses import replace

from bot.signatures.bundles import procedure as bundles
from bot.signatures.discovery import Source

layout = replace(bundles.layout, recognise=lambda layer: layer.source is Source.GITHUB_API)
"""Layout `github-api`."""
