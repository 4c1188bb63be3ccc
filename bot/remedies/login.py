"""How a workflow logs in to the image's registry: GitHub's own takes the job's token, others a user and a secret."""

from typing import Final

GITHUB_REGISTRY: Final = "ghcr.io"

_GITHUB_LOGIN: Final = (
    ("${{ vars.REGISTRY_USER }}", "${{ github.actor }}"),
    ("${{ secrets.REGISTRY_TOKEN }}", "${{ secrets.GITHUB_TOKEN }}"),
)
_GITLAB_LOGIN: Final = (
    ('"$CI_REGISTRY_USER"', '"$REGISTRY_USER"'),
    ('"$CI_REGISTRY_PASSWORD"', '"$REGISTRY_PASSWORD"'),
    ('"$CI_REGISTRY"', "REGISTRY"),
)
_PACKAGES: Final = "  packages: write\n"
"""A permission that only GitHub's own registry asks for."""


def for_registry(text: str, registry: str) -> str:
    """The snippet with the login for that registry, instead of the CI's own."""
    if registry == GITHUB_REGISTRY:
        for usual, github in _GITHUB_LOGIN:
            text = text.replace(usual, github)
    else:
        text = text.replace(_PACKAGES, "")
    if "gitlab" not in registry:
        for gitlab, usual in _GITLAB_LOGIN:
            text = text.replace(gitlab, usual)
    return text


def for_any_registry(text: str) -> str:
    """The snippet without what `for_registry` makes different, to see whether two snippets are the same change."""
    text = text.replace(_PACKAGES, "")
    for usual, github in _GITHUB_LOGIN:
        text = text.replace(github, usual)
    for gitlab, usual in _GITLAB_LOGIN[:2]:
        text = text.replace(gitlab, usual)
    return text.replace('"$CI_REGISTRY"', "REGISTRY")
