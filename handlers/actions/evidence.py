"""The reports of a release as a JSON file in its thread."""

import asyncio
import re
from typing import Final

from bot.render import json as as_json
from handlers.actions.about import AboutRelease
from handlers.actions.file_in_thread import FileInThread

FILE_MAX: Final = 8 * 1024 * 1024
"""Bytes of a file; a report has some 100 kB."""

TOO_LONG: Final = "The evidence is too long for a file. Run `provenance check --format json` on a terminal."


async def upload_evidence(files: FileInThread, release: AboutRelease) -> str:
    """The answer to the person. Everybody in the channel can read the file; a report holds no secret."""
    text = await asyncio.to_thread(as_json.render, release.reports)
    if len(text) > FILE_MAX:
        return TOO_LONG
    name = f"{re.sub(r'[^A-Za-z0-9._-]+', '-', release.title)[:100]}.json"
    return await files.upload(release, kind="evidence", name=name, text=text)
