"""What Slack refuses in blocks, as a table. Written from the reference, apart from what the product believes.

https://docs.slack.dev/reference/block-kit/blocks
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

Check: TypeAlias = Callable[[object, str], Iterator[str]]

MESSAGE_BLOCKS, VIEW_BLOCKS, ALL_TEXT, TOP_TEXT, UPDATE_TEXT = 50, 100, 9_000, 40_000, 4_000


def problems(blocks: object, *, most: int = MESSAGE_BLOCKS, root: str = "/blocks") -> list[str]:
    """Every complaint about a list of blocks, each with its JSON pointer; empty when Slack would take them."""
    if not isinstance(blocks, list) or not blocks:
        return [f"must be a list of blocks [json-pointer:{root}]"]
    found = list(listed(most, block)(blocks, root))
    ids = [item.get("block_id") for item in blocks if isinstance(item, dict) and item.get("block_id")]
    found += [f"duplicate block_id {name} [json-pointer:{root}]" for name in {i for i in ids if ids.count(i) > 1}]
    if sum(isinstance(item, dict) and item.get("type") == "table" for item in blocks) > 1:
        found.append(f"only one table [json-pointer:{root}]")
    return found


def complaint(text: str, at: str) -> str:
    return f"{text} [json-pointer:{at}]"


def string(most: int, least: int = 1) -> Check:
    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield complaint("must be a string", at)
        elif len(value) > most:
            yield complaint(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            yield complaint(f"must be more than {least - 1} characters", at)

    return check


def is_bool(value: object, at: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield complaint("must be a boolean", at)


def one_of(*words: str) -> Check:
    def check(value: object, at: str) -> Iterator[str]:
        if value not in words:
            yield complaint(f"must be one of {', '.join(words)}", at)

    return check


def text(most: int, *kinds: str) -> Check:
    """A text object; mrkdwn or plain_text unless one of them is named."""

    def check(value: object, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in (kinds or ("mrkdwn", "plain_text")):
            yield complaint(f"unsupported text type {kind}", at)
            return
        own: dict[str, Check] = {"verbatim": is_bool} if kind == "mrkdwn" else {"emoji": is_bool}
        yield from shape({"text": string(most)}, own)(value, at)

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """An object of exactly these keys, `type` besides."""

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield complaint("must be an object", at)
            return
        for key in required.keys() - value.keys():
            yield complaint(f"missing required field: {key}", at)
        for key, part in value.items():
            rule = required.get(key) or optional.get(key)
            if rule:
                yield from rule(part, f"{at}/{key}")
            elif key != "type":
                yield complaint(f"no more fields allowed: {key}", at)

    return check


def listed(most: int, item: Check, least: int = 1) -> Check:
    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield complaint("must be a list", at)
            return
        if not least <= len(value) <= most:
            yield complaint(f"must have {least} to {most} items, not {len(value)}", at)
        for index, part in enumerate(value):
            yield from item(part, f"{at}/{index}")

    return check


def kinds(table: Mapping[str, Check], what: str) -> Check:
    """One of several types of object, each with its own rule."""

    def check(value: object, at: str) -> Iterator[str]:
        kind = str(value.get("type")) if isinstance(value, dict) else ""
        if kind not in table:
            yield complaint(f"unsupported {what} type: {kind}", at)
        else:
            yield from table[kind](value, at)

    return check


def web_url(value: object, at: str) -> Iterator[str]:
    yield from string(3000)(value, at)
    if not re.match(r"https?://", str(value)):
        yield complaint("invalid url", at)


def all_texts(thing: object) -> Iterator[str]:
    """Every text inside blocks, for the limit on all of them together."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from all_texts(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from all_texts(value)


def block(value: object, at: str) -> Iterator[str]:
    from tests.fake_slack.block_kit import BLOCKS  # noqa: PLC0415 - the table is made of the rules above

    yield from kinds(BLOCKS, "block")(value, at)
