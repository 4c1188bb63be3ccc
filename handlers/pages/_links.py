"""Addresses of our pages. All values are quoted, although references have only safe characters."""

from urllib.parse import quote


def image_url(image: str) -> str:
    """The page of an image's newest report."""
    if image.endswith(".json"):  # a tag, not a format
        return f"/report?image={quote(image, safe='')}"
    return f"/reports/{quote(image, safe='/:@')}"


def image_page_url(row: str) -> str:
    """The page of an image with all its versions: a row of the board."""
    return f"/image?name={quote(row, safe='')}"


def release_url(subject: str) -> str:
    """The page of a release."""
    return f"/release?name={quote(subject, safe='')}"


def report_url(image: str, digest: str) -> str:
    """The page of the report on that digest; without a digest, of the newest report."""
    if not digest or "@" in image:
        return image_url(image)
    return f"/reports/{quote(image, safe='/:@')}@{quote(digest, safe=':')}"


def json_url(image: str, digest: str) -> str:
    """The same as JSON."""
    at = f"@{digest}" if digest and "@" not in image else ""
    return f"/reports/{quote(image + at, safe='/:@')}.json"
