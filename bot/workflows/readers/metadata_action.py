"""The names and tags that docker/metadata-action makes.

https://github.com/docker/metadata-action#inputs
"""

from bot.workflows.readers.docker_actions import Used


def images_of(used: Used) -> tuple[str, ...]:
    """The image names that docker/metadata-action makes tags for."""
    return tuple(one.get("name") or next(iter(one)) for one in map(_fields, used.lines("images")))


def tags_of(used: Used) -> tuple[str, ...]:
    """The tags that docker/metadata-action makes, as far as they are written; what only it knows stands as `$`."""
    flavor = [fields.get(part, "") for fields in map(_fields, used.filled("flavor")) for part in ("prefix", "suffix")]
    lines = [fields for fields in map(_fields, used.filled("tags")) if fields.get("enable") != "false"]
    return tuple("-".join(filter(None, [*_tag(fields), *flavor])) for fields in lines or [{"type": "ref"}])


def _fields(line: str) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in line.split(","))


def _tag(fields: dict[str, str]) -> tuple[str, ...]:
    if "type" not in fields:
        return (next(iter(fields)),)
    fixed = fields.get("value", "$") if fields["type"] == "raw" else "pr" if fields.get("event") == "pr" else "$"
    return (fields.get("prefix", ""), fixed, fields.get("suffix", ""))
