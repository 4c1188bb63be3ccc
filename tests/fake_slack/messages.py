"""What is checked of every message before it is taken: text, blocks, metadata, the last guard."""

from typing import Any

from tests.fake_slack.guard import broken
from tests.fake_slack.limits import ALL_TEXT, TOP_TEXT, UPDATE_TEXT, all_texts, problems
from tests.fake_slack.workspace import SlackError

METADATA_BYTES = 8_000
KNOWN = frozenset(
    {"channel", "text", "blocks", "metadata", "thread_ts", "ts", "parse", "unfurl_links", "unfurl_media", "user"}
    | {"reply_broadcast"}
)
"""The arguments that a message of ours may have."""


def check_message(args: dict[str, Any], *, update: bool = False) -> None:
    """Raise as Slack would, and a little earlier: our own house rules are checked too."""
    if unknown := args.keys() - KNOWN:
        raise SlackError("invalid_arguments", messages=[f"unknown argument {name}" for name in sorted(unknown)])
    text, blocks = args.get("text"), args.get("blocks")
    if not isinstance(text, str) or not text.strip():
        raise SlackError("no_text")
    if len(text) > (UPDATE_TEXT if update else TOP_TEXT):
        raise SlackError("msg_too_long")
    if blocks is not None:
        if found := problems(blocks):
            raise SlackError("invalid_blocks", errors=found, response_metadata={"messages": found})
        if sum(map(len, all_texts(blocks))) > ALL_TEXT:
            raise SlackError("msg_blocks_too_long")
    if leaks := broken(text, blocks):
        raise SlackError("fake_slack_unescaped", errors=leaks)
    if args.get("metadata"):
        check_metadata(args["metadata"])


def check_metadata(metadata: object) -> None:
    if not isinstance(metadata, dict) or metadata.keys() != {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_format")
    name, payload = metadata["event_type"], metadata["event_payload"]
    if not isinstance(name, str) or not 0 < len(name) <= 50 or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_format")
    if not all(_is_flat(value) for value in payload.values()):
        raise SlackError("invalid_metadata_schema")
    if len(str(metadata)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")


def _is_flat(value: object) -> bool:
    """String, number, boolean, one nested object of these, or an array of such objects: no array of strings."""
    if isinstance(value, dict):
        return all(isinstance(part, str | int | float | bool) for part in value.values())
    if isinstance(value, list):
        return all(isinstance(part, dict) and _is_flat(part) for part in value)
    return isinstance(value, str | int | float | bool)


def has_rich_text(message: dict[str, Any]) -> bool:
    return any(block["type"] == "rich_text" for block in message.get("blocks") or [])
