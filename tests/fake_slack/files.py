"""files.*: an upload in three steps, as Slack wants it; nothing is shared before the last one.

https://docs.slack.dev/messaging/working-with-files#uploading_files
"""

import json
import zlib
from typing import Any

from msgspec import Struct

from tests.fake_slack.guard import broken
from tests.fake_slack.workspace import SlackError, Workspace

NAME_MAX, TITLE_MAX = 255, 255


class Upload(Struct):
    """A file on its way; `data` is None until it was sent, `shared` until it stands in a channel."""

    id: str
    name: str
    length: int
    kind: str
    data: bytes | None = None
    shared: bool = False


def get_upload_url(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    space.need("files:write")
    _only(args, {"filename", "length", "snippet_type", "alt_txt"})
    name, length = str(args.get("filename", "")), int(args.get("length") or 0)
    if not 0 < len(name) <= NAME_MAX or length <= 0:
        raise SlackError("invalid_arguments")
    number = f"{len(space.uploads):08d}"  # ids of files are Slack's, and not a workspace's
    upload = Upload(f"F{zlib.crc32(space.team.encode()):08X}{number}", name, length, str(args.get("snippet_type", "")))
    space.uploads[upload.id] = upload
    return {"upload_url": f"{space.url}/upload/v1/{upload.id}", "file_id": upload.id}


def complete_upload(space: Workspace, args: dict[str, Any]) -> dict[str, Any]:
    space.need("files:write")
    _only(args, {"files", "channel_id", "thread_ts", "initial_comment"})
    channel = space.writable(str(args.get("channel_id", "")))
    if (thread := args.get("thread_ts")) and thread not in channel.messages:
        raise SlackError("thread_not_found")
    if leaks := broken(str(args.get("initial_comment", "")), []):
        raise SlackError("fake_slack_unescaped", errors=leaks)
    uploads = [_ready(space, one) for one in json.loads(str(args.get("files", "[]")))]
    if not uploads:
        raise SlackError("invalid_arguments")
    ts = space.stamp()
    files = [
        {"id": one.id, "name": one.name, "filetype": one.kind, "preview": (one.data or b"").decode()} for one in uploads
    ]
    channel.messages[ts] = {
        "type": "message",
        "subtype": "file_share",
        "ts": ts,
        "user": space.bot_user,
        "bot_id": space.bot,
        "text": str(args.get("initial_comment", "")),
        "files": files,
        **({"thread_ts": thread} if thread else {}),
    }
    return {"files": files}


def _ready(space: Workspace, told: dict[str, Any]) -> Upload:
    upload: Upload | None = space.uploads.get(str(told.get("id")))
    if upload is None or upload.data is None or upload.shared:
        raise SlackError("file_not_found")
    if not 0 < len(str(told.get("title", ""))) <= TITLE_MAX:
        raise SlackError("invalid_arguments")
    upload.shared = True
    return upload


def _only(args: dict[str, Any], known: set[str]) -> None:
    if unknown := args.keys() - known:
        raise SlackError("invalid_arguments", messages=[f"unknown argument {name}" for name in sorted(unknown)])
