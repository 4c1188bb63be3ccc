"""What does not fit in a policy file, as a sentence for the person who wrote it: what was expected there instead."""

from difflib import get_close_matches
from typing import Final

from pydantic_core import ErrorDetails

from bot.policy.entry import Entry, Identity, KeyFile, Part, PolicyFile, WaiverEntry

_TABLES: Final[dict[str, type[Part]]] = {
    one.__name__: one for one in (Entry, Identity, KeyFile, PolicyFile, WaiverEntry)
}

_SENTENCES: Final = {
    "string_type": "text is expected",
    "string_too_short": "must not be empty",
    "too_short": "at least one is expected",
    "dict_type": "a table is expected: { name: value }",
}


_MISSING: Final = {
    "images": "what is asked of which images, a list of entries with `match`",
    "match": "which images, e.g. quay.io/acme/*",
    "issuer": "who vouches for the signer, e.g. https://token.actions.githubusercontent.com",
    "subject": "a pattern for the signer, e.g. 'https://github\\.com/acme/app/.+'",
    "name": "what the key is called in reports",
    "rule": "which rule may fail",
    "image": "for which images, e.g. quay.io/acme/app:*-native",
    "reason": "why the rule may fail",
    "until": "the last day on which it may fail, e.g. 2027-01-31",
}


def sentence(error: ErrorDetails) -> str:
    """What is wrong there."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return f"is missing: {_MISSING[str(error['loc'][-1])]}"
    if kind == "extra_forbidden":
        return f"there is no such key{_close(str(error['loc'][-1]))}"
    if kind == "model_type":
        keys = [name for name, field in _TABLES[context["class_name"]].model_fields.items() if field.is_required()]
        return f"a table with keys is expected: {', '.join(keys)}"
    if kind == "enum":
        return f"expected is one of {context['expected']}"
    return _SENTENCES.get(kind, error["msg"].removeprefix("Value error, "))


def _close(key: str) -> str:
    names = [name for table in _TABLES.values() for name in table.model_fields]
    close = get_close_matches(key, names, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
