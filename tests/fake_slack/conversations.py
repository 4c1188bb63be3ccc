"""conversations.*, views.*, and the few other reads."""

import json
from typing import Any

from tests.fake_slack.guard import broken
from tests.fake_slack.limits import VIEW_BLOCKS, problems, string
from tests.fake_slack.workspace import Channel, SlackError, Workspace

VIEW_BYTES = 250_000


def info(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    space.need("channels:read", "groups:read")
    return {"channel": _about(space.find(str(args.get("channel", ""))))}


def list_(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    """Paged like Slack's; a private channel is shown to its members only."""
    space.need("channels:read", "groups:read")
    shown = [_about(c) for c in space.channels.values() if c.is_member or not c.is_private]
    if str(args.get("exclude_archived", "")).lower() in ("true", "1"):
        shown = [channel for channel in shown if not channel["is_archived"]]
    start, size = int(args.get("cursor") or 0), int(args.get("limit") or 100)
    more = str(start + size) if start + size < len(shown) else ""
    return {"channels": shown[start : start + size], "response_metadata": {"next_cursor": more}}


def history(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    """Newest first; replies do not stand here."""
    channel = _readable(space, args)
    top = [message for message in channel.messages.values() if "thread_ts" not in message]
    return _page(sorted(top, key=lambda message: str(message["ts"]), reverse=True), args)


def replies(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    """The parent first, then the thread, oldest first."""
    channel, root = _readable(space, args), str(args.get("ts", ""))
    if root not in channel.messages:
        raise SlackError("thread_not_found")
    thread = [message for message in channel.messages.values() if root in (message["ts"], message.get("thread_ts"))]
    return _page(sorted(thread, key=lambda message: str(message["ts"])), args)


def open_(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    space.need("im:write")
    return {"channel": {"id": f"D{str(args.get('users', ''))[1:]}"}}


def views_open(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    space.spend_trigger(str(args.get("trigger_id", "")))
    return keep_view(space, args, f"V{len(space.views):06d}")


def views_update(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    if args.get("view_id") not in space.views:
        raise SlackError("not_found")
    return keep_view(space, args, str(args["view_id"]))


def users_conversations(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    """The channels that a person is in, and that the bot can see."""
    space.need("channels:read", "groups:read")
    user = str(args.get("user", ""))
    seen = [c for c in space.channels.values() if c.id[0] in "CG" and c.has(user) and (c.is_member or not c.is_private)]
    start, size = int(args.get("cursor") or 0), int(args.get("limit") or 100)
    more = str(start + size) if start + size < len(seen) else ""
    shown = [_about(channel) for channel in seen[start : start + size]]
    return {"channels": shown, "response_metadata": {"next_cursor": more}}


def views_publish(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    before = space.views.get(f"H{args.get('user_id')}")
    if args.get("hash") and before is not None and args["hash"] != before.get("hash"):
        raise SlackError("hash_conflict")
    if not isinstance(args.get("view"), dict) or args["view"].get("type") != "home":
        raise SlackError("invalid_arguments")
    args["view"]["hash"] = space.stamp()
    return keep_view(space, args, f"H{args.get('user_id')}")


def validate_blocks(_: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    if found := problems(args.get("blocks")):
        raise SlackError("invalid_blocks", errors=found)
    return {}


def usergroups(space: Workspace, _: dict[str, Any]) -> dict[str, Any]:
    space.need("usergroups:read")
    return {"usergroups": []}


def auth_test(space: Workspace, _: dict[str, Any]) -> dict[str, Any]:
    return {
        "url": "https://microcks.slack.com/",
        "team": "Microcks",
        "team_id": space.team,
        "user_id": space.bot_user,
        "bot_id": space.bot,
        "app_id": space.app,
    }


def _readable(space: Workspace, args: dict[str, Any]) -> Channel:
    channel = space.channels.get(str(args.get("channel", "")))
    if channel is None:
        raise SlackError("channel_not_found")
    space.need("groups:history" if channel.is_private else "channels:history")
    if not channel.is_member:
        raise SlackError("not_in_channel")
    return channel


def _page(messages: list[dict[str, Any]], args: dict[str, Any]) -> dict[str, Any]:
    oldest, inclusive = float(args.get("oldest") or 0), _is_true(args.get("inclusive"))
    kept = [m for m in messages if float(m["ts"]) > oldest or (inclusive and float(m["ts"]) == oldest)]
    start, size = int(args.get("cursor") or 0), min(int(args.get("limit") or 100), 999)
    shown = [dict(message) for message in kept[start : start + size]]
    if not _is_true(args.get("include_all_metadata")):
        for message in shown:
            message.pop("metadata", None)
    more = str(start + size) if start + size < len(kept) else ""
    return {"messages": shown, "has_more": bool(more), "response_metadata": {"next_cursor": more}}


def _is_true(value: object) -> bool:
    return str(value).lower() in ("true", "1")


def _about(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_member": channel.is_member,
        "is_archived": channel.is_archived,
        "is_private": channel.is_private,
    }


def keep_view(space: Workspace, args: dict[str, Any], view_id: str) -> dict[str, Any]:
    view = args.get("view")
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments")
    found = problems(view.get("blocks"), most=VIEW_BLOCKS, root="/view/blocks")
    for key in ("title", "submit", "close"):
        if key in view:
            found += list(string(24)(view[key].get("text"), f"/view/{key}/text"))
    if view.get("type") != "home" and "title" not in view:
        found.append("missing required field: title [json-pointer:/view/title]")
    found += list(string(3000, 0)(view.get("private_metadata", ""), "/view/private_metadata"))
    found += list(string(255, 0)(view.get("callback_id", ""), "/view/callback_id"))
    if leaks := broken("", view.get("blocks")):
        raise SlackError("fake_slack_unescaped", errors=leaks)
    if found:
        raise SlackError("invalid_arguments", response_metadata={"messages": found})
    if len(json.dumps(view)) > VIEW_BYTES:
        raise SlackError("view_too_large")
    space.views[view_id] = view
    return {"view": {**view, "id": view_id}}
