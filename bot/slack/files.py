"""Uploads a text as a file into a thread, where Slack folds it and people can copy all of it.

https://docs.slack.dev/messaging/working-with-files#uploading_files
"""

from typing import TYPE_CHECKING

from bot.slack.classify import answer_of, failures
from bot.slack.transport import Answer, Posted, Unconfirmed

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient


async def upload(client: "AsyncWebClient", channel: str, thread_ts: str, *, name: str, text: str) -> Answer:
    """Upload the text; the name ends with the type of the snippet. After `Unconfirmed`, a second call may repeat it."""
    from slack_sdk.errors import SlackRequestError  # noqa: PLC0415 - large, and not needed without Slack

    try:
        answer = await client.files_upload_v2(
            channel=channel,
            thread_ts=thread_ts,
            filename=name,
            title=name,
            content=text,
            snippet_type=name.rpartition(".")[2],
        )
    except SlackRequestError as error:  # the upload of the file content failed
        return Unconfirmed(type(error).__name__)
    except failures() as error:
        return answer_of(error)
    return Posted(str(answer.get("ts", "")))
