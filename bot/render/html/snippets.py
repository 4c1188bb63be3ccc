"""What to paste to show an image's state elsewhere: a badge in Markdown, links for Artifact Hub."""

import json

from bot.board import BoardCell


def badge_markdown(badge: str, page: str) -> str:
    """For a README: the badge, which leads to the image's page."""
    return f"[![provenance]({badge})]({page})"


def artifact_hub(name: str, cells: tuple[BoardCell, ...], page: str) -> str:
    """Annotations for a Chart.yaml: https://artifacthub.io/docs/topics/annotations/helm.

    JSON strings are YAML strings, so that no name can be read as something else.
    """
    images = "".join(f"    - name: {json.dumps(name)}\n      image: {json.dumps(cell.image)}\n" for cell in cells[:1])
    return (
        "annotations:\n"
        f"  artifacthub.io/images: |\n{images}"
        f"  artifacthub.io/links: |\n    - name: Provenance report\n      url: {json.dumps(page)}\n"
    )
