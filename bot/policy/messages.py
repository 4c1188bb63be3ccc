"""Error messages for a policy file: what is wrong, and what is expected instead."""

from difflib import get_close_matches
from typing import Final

from pydantic_core import ErrorDetails

from bot.policy.entry import FilePart, IdentityEntry, KeyFile, PolicyEntry, PolicyFile, WaiverEntry

_TABLES: Final[dict[str, type[FilePart]]] = {
    one.__name__: one for one in (PolicyEntry, IdentityEntry, KeyFile, PolicyFile, WaiverEntry)
}

_PLACES: Final[dict[type[FilePart], str]] = {
    PolicyFile: "the file itself",
    PolicyEntry: "an entry of `images`",
    IdentityEntry: "an entry of `identities`",
    KeyFile: "an entry of `keys`",
    WaiverEntry: "an entry of `waivers`",
}
"""Where the keys of each table are written."""

_SENTENCES: Final = {
    "string_type": "expected text",
    "string_too_short": "must not be empty",
    "too_short": "expected at least one",
    "dict_type": "expected a table: { name: value }",
}


_MISSING: Final = {
    "images": "a list of entries, each with `match`",
    "match": "which images, e.g. quay.io/acme/*",
    "issuer": "who issues the signer's identity, e.g. https://token.actions.githubusercontent.com",
    "subject": "a pattern for the signer, e.g. 'https://github\\.com/acme/app/.+'",
    "name": "the key's name in reports",
    "rule": "which rule may fail",
    "image": "for which images, e.g. quay.io/acme/app:*-native",
    "reason": "why the rule may fail",
    "until": "the last day on which it may fail, e.g. 2027-01-31",
}


def sentence(error: ErrorDetails) -> str:
    """What is wrong."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return f"is missing: {_MISSING[str(error['loc'][-1])]}"
    if kind == "extra_forbidden":
        return f"unknown key{_close(str(error['loc'][-1]))}"
    if kind == "model_type":
        keys = [name for name, field in _TABLES[context["class_name"]].model_fields.items() if field.is_required()]
        return f"expected a table with the keys {', '.join(keys)}"
    if kind in {"enum", "literal_error"}:
        return f"expected one of {context['expected']}"
    return _SENTENCES.get(kind, error["msg"].removeprefix("Value error, "))


def _close(key: str) -> str:
    if places := [place for table, place in _PLACES.items() if key in table.model_fields]:
        return f" here; {key!r} stands in {' or in '.join(places)}"
    names = [name for table in _TABLES.values() for name in table.model_fields]
    close = get_close_matches(key.lower(), names, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
