"""package.json: every script, each in a shell of its own, as `npm help scripts` says."""

import json
import re
from typing import Final

from bot.errors import MalformedError
from bot.workflows.model import CiFile, FileKind, Job, Step
from bot.workflows.readers.scripts import run_through
from bot.workflows.readers.unknown_kind import UnknownKindError
from bot.workflows.shell.script import UNMAPPED, Script
from bot.workflows.text import SIZE_MAX, Place, SourceText

NAME: Final = "package.json"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[][{}:,]')
_PIECE = re.compile(r"(?:\\u[0-9a-fA-F]{4})+|\\.|[^\\]+")
_TABLE: Final = ["", "scripts"]
_RUNS_SOMETHING = re.compile(r"docker|podman|nerdctl|buildah|skopeo|crane|cosign|\bmake\b|\.sh\b")


def may_matter(text: str) -> bool:
    """Whether some script of it may build, push or sign, or run what does; most have none that does."""
    return _RUNS_SOMETHING.search(text) is not None


def read(source: SourceText) -> CiFile:
    """The scripts of a package; what they do not do, their caller may.

    Raises MalformedError when it is not JSON or over the limit, UnknownKindError when it has no scripts.
    """
    if len(source.text) > SIZE_MAX:
        raise MalformedError(f"{source.name}: {len(source.text)} characters, more than the limit of {SIZE_MAX}")
    try:
        document = json.loads(source.text)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"{source.name}: not JSON: {error}") from None
    if not isinstance(document, dict) or not isinstance(document.get("scripts"), dict):
        raise UnknownKindError(f"{source.name}: it has no scripts")
    jobs = tuple(_job(source, name, text) for name, text in _scripts(source.text).items())
    return CiFile(source, FileKind.PACKAGE, jobs, whole=False)


def _job(source: SourceText, name: Place, text: Place) -> Job:
    script = _script(source.text, text)
    step = Step(name, operations=tuple(run_through(source, [script], {}).operations))
    return Job(_word(source.text, name), name, (step,), script=script.text)


def _scripts(text: str) -> dict[Place, Place]:
    """Where names and texts of scripts stand in valid JSON that has a table of them, quotes included.

    Of two tables, or two texts of one name, the last one counts, as for npm.
    """
    scripts: dict[str, tuple[Place, Place]] = {}
    path: list[str] = []  # the keys of all tables and lists that are open
    before = key = None
    for found in _TOKEN.finditer(text):
        match found[0]:
            case "{" | "[":
                path.append(_word(text, key) if key else "")
                key = None
                if path == _TABLE:
                    scripts = {}
            case "}" | "]":
                path.pop()
                key = None
            case ":":
                key = before
            case ",":
                key = None
            case _:
                before = Place(found.start(), found.end())
                if key and path == _TABLE:
                    scripts[_word(text, key)] = (key, before)
    return dict(scripts.values())


def _script(text: str, place: Place) -> Script:
    """What stands between these quotes, its escapes undone; an escaped character has no place of its own."""
    parts: list[str] = []
    offsets: list[int] = []
    for found in _PIECE.finditer(text, place.start + 1, place.end - 1):
        is_plain = not found[0].startswith("\\")
        parts.append(found[0] if is_plain else _decoded(f'"{found[0]}"'))
        offsets += range(found.start(), found.end()) if is_plain else [UNMAPPED] * len(parts[-1])
    return Script("".join(parts), place, lambda: offsets)


def _word(text: str, place: Place) -> str:
    return _decoded(text[place.start : place.end])


def _decoded(quoted: str) -> str:
    """Half of a character, which JSON may hold, is a question mark."""
    return str(json.loads(quoted)).encode(errors="replace").decode()
