"""Everything that a person can press, send or type, as the code has it: what it listens to, offers and renders."""

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import bot.render.slack
from bot.render.slack.buttons import More
from handlers.commands import COMMANDS
from handlers.slack_listeners import ListenerParts, listen_to_all

HOME: Final = "tests/home/test_home.py"
SHORTCUT: Final = "tests/shortcuts/test_check_message.py"
CHANNELS: Final = "tests/events/test_channels.py"

ELSEWHERE: Final = {
    "action home.check": (HOME, "home(CHECK"),
    "action home.watch": (HOME, "home(WATCH"),
    "action home.next": (HOME, "home(NEXT"),
    "action home.previous": (HOME, "home(PREVIOUS"),
    "view home_watch": (HOME, "submit(form"),
    "shortcut check_message": (SHORTCUT, "sender.shortcut("),
    "view check_images": (SHORTCUT, "sender.submit("),
    "event function_executed": ("tests/functions/test_check_image.py", "sender.step("),
    "event link_shared": ("tests/events/test_link.py", "link_shared"),
    "event member_joined_channel": (CHANNELS, "member_joined_channel"),
    "event channel_unarchive": (CHANNELS, "channel_unarchive"),
    "event group_unarchive": (CHANNELS, "group_unarchive"),
}
"""What local-slack cannot do, with the file in which the strict double does it, and how.

It sends no `view` with a button of App Home, and neither shortcuts nor workflow steps, shared links and invitations.
"""

RENDERERS: Final = {"button", "overflow"}
"""Functions whose first argument is the action_id of what they render."""


@dataclass
class Recorder:
    """Takes listeners as Bolt's application does, and notes what they listen to."""

    heard: set[str] = field(default_factory=set)

    def action(self, name: object) -> Callable[[Any], Any]:
        return self._note("action", name)

    def view(self, name: object) -> Callable[[Any], Any]:
        return self._note("view", name)

    def event(self, name: object, middleware: object = None) -> Callable[[Any], Any]:  # noqa: ARG002
        return self._note("event", name)

    def command(self, name: object) -> Callable[[Any], Any]:
        return self._note("command", name)

    def message_shortcut(self, name: object) -> Callable[[Any], Any]:
        return self._note("shortcut", name)

    def error(self, listener: object) -> object:
        return listener

    def _note(self, kind: str, name: object) -> Callable[[Any], Any]:
        if isinstance(name, str):  # a pattern listens to all the rest
            self.heard.add(f"{kind} {name}")
        return lambda listener: listener


def listened(parts: ListenerParts) -> set[str]:
    """Such as `action fix.show`, `view waive`, `event app_mention`."""
    recorder = Recorder()
    listen_to_all(recorder, parts)  # type: ignore[arg-type]
    return recorder.heard


def offered() -> set[str]:
    """The options of a release's menu, and the words of the command."""
    return {f"menu {option}" for option in More} | {f"verb {word}" for word in COMMANDS}


def rendered() -> set[str]:
    """`action …` for every button and menu that a renderer makes."""
    return {f"action {name}" for module in _renderers() for name in _made_in(module)}


def _renderers() -> Iterator[Any]:
    for module in pkgutil.iter_modules(bot.render.slack.__path__):
        yield importlib.import_module(f"{bot.render.slack.__name__}.{module.name}")


def _made_in(module: Any) -> Iterator[str]:  # noqa: ANN401 - a module
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=constant), *_]) if name in RENDERERS:
                yield getattr(module, constant)
            case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in RENDERERS:
                assert isinstance(first, ast.Constant), f"{module.__name__}: the action_id of a button is a constant"
                yield str(first.value)
