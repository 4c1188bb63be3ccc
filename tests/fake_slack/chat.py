"""chat.*: post, update, delete, ephemeral, permalink."""

from typing import Any

from tests.fake_slack.guard import broken
from tests.fake_slack.limits import problems
from tests.fake_slack.messages import check_message, has_rich_text
from tests.fake_slack.workspace import Channel, SlackError, Workspace


def post_message(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    space.need("chat:write")
    channel = space.writable(str(args.get("channel", "")))
    check_message(args)
    thread = args.get("thread_ts")
    if thread is not None and thread not in channel.messages:
        raise SlackError("thread_not_found")
    if args.get("reply_broadcast") and thread is None:
        raise SlackError("invalid_arguments")
    ts = space.stamp()
    message = {
        "type": "message",
        "ts": ts,
        "user": space.bot_user,
        "bot_id": space.bot,
        "app_id": space.app,
        "text": args["text"],
        **{key: args[key] for key in ("blocks", "metadata", "thread_ts") if args.get(key)},
        **({"subtype": "thread_broadcast"} if args.get("reply_broadcast") else {}),
    }
    channel.messages[ts] = message
    return {"channel": channel.id, "ts": ts, "message": message}


def update(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    space.need("chat:write")
    channel = space.writable(str(args.get("channel", "")))
    if args.get("channel") not in space.channels:
        raise SlackError("channel_not_found")  # an update takes no names
    message = _own(space, channel, str(args.get("ts", "")))
    if args.get("reply_broadcast"):
        raise SlackError("no_dual_broadcast_content_update")
    check_message(args, update=True)
    if has_rich_text(message) and not has_rich_text(args):
        raise SlackError("block_mismatch")
    message["text"] = args["text"]
    message.pop("blocks", None)
    if args.get("blocks"):
        message["blocks"] = args["blocks"]
    if "metadata" in args:
        message["metadata"] = args["metadata"]
    message["edits"] = message.get("edits", 0) + 1
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"]}


def delete(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    space.need("chat:write")
    channel = space.writable(str(args.get("channel", "")))
    message = _own(space, channel, str(args.get("ts", "")))
    del channel.messages[message["ts"]]
    return {"channel": channel.id, "ts": message["ts"]}


def post_ephemeral(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    space.need("chat:write")
    channel = space.writable(str(args.get("channel", "")))
    check_message(args)
    if not channel.has(str(args.get("user", ""))):
        raise SlackError("user_not_in_channel")
    space.ephemerals.append({**args, "channel": channel.id})
    return {"message_ts": space.stamp()}


def get_permalink(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    channel, ts = space.find(str(args.get("channel", ""))), str(args.get("message_ts", ""))
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    return {
        "channel": channel.id,
        "permalink": f"https://microcks.slack.com/archives/{channel.id}/p{ts.replace('.', '')}",
    }


def unfurl(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    """Previews for links that stand in the message; others are refused."""
    space.need("links:write")
    channel = space.find(str(args.get("channel", "")))
    message = channel.messages.get(str(args.get("ts", "")))
    if message is None:
        raise SlackError("cannot_unfurl_message")
    unfurls = args.get("unfurls")
    if not isinstance(unfurls, dict) or not unfurls:
        raise SlackError("missing_unfurls")
    for url, preview in unfurls.items():
        if url not in message["text"]:
            raise SlackError("cannot_unfurl_url")
        if found := problems(preview.get("blocks")):
            raise SlackError("invalid_blocks", errors=found)
        if leaks := broken("", preview["blocks"]):
            raise SlackError("fake_slack_unescaped", errors=leaks)
    message["unfurls"] = message.get("unfurls", {}) | unfurls
    return {}


def _own(space: Workspace, channel: Channel, ts: str) -> dict[str, Any]:
    message = channel.messages.get(ts)
    if message is None:
        raise SlackError("message_not_found")
    if message.get("bot_id") != space.bot:
        raise SlackError("cant_update_message")
    return message
