"""A command's arguments told apart: flags, their values, and the rest."""

from collections.abc import Iterator

from msgspec import Struct

from bot.workflows.shell.values import Arg
from bot.workflows.unresolved import only_unresolved


class Flag(Struct, frozen=True):
    """One flag; `value` is None for a switch, `at` the argument that holds the value."""

    name: str
    value: str | None
    texts: tuple[str, ...]
    at: Arg


class Flags(Struct, frozen=True):
    """`rest` are the arguments that are not flags. `unsure` when an unresolved part may hold further flags."""

    flags: tuple[Flag, ...]
    rest: tuple[Arg, ...]
    unsure: bool

    def all(self, *names: str) -> Iterator[Flag]:
        """Every flag of these names, in order."""
        return (flag for flag in self.flags if flag.name in names)

    def last(self, *names: str) -> Flag | None:
        """The one that counts."""
        return next((flag for flag in reversed(self.flags) if flag.name in names), None)

    def value(self, *names: str) -> str:
        """What the one that counts says; "" where there is none."""
        return (flag.value or "") if (flag := self.last(*names)) else ""

    def on(self, name: str) -> bool | None:
        """Whether a switch is on; None when that is an unresolved part."""
        if not (flag := self.last(name)):
            return None if self.unsure else False
        if flag.value is None:
            return True
        return None if "$" in flag.value else flag.value.lower() not in {"false", "0"}


def read_flags(args: tuple[Arg, ...], switches: frozenset[str], *, wants_rest: bool = False) -> Flags:
    """Flags that are not switches take the next argument, unless they have their value with them.

    `wants_rest`: the command needs one plain argument at its end (docker build's context), so an unresolved part
    there is that.
    """
    args = tuple(one for arg in args for one in _apart(arg))
    flags: list[Flag] = []
    rest: list[Arg] = []
    at = 0
    while at < len(args):
        arg = args[at]
        name, equals, value = arg.text.partition("=")
        at += 1
        if not name.startswith("-") or name == "-":
            rest.append(arg)
        elif equals:
            flags.append(Flag(name, value, tuple(text.partition("=")[2] for text in arg.texts), arg))
        elif name in switches or at == len(args):
            flags.append(Flag(name, None, (), arg))
        elif len(name) > 2 and name[1] != "-" and name[:2] not in switches:  # noqa: PLR2004 - -tNAME
            flags.append(Flag(name[:2], name[2:], tuple(text[2:] for text in arg.texts), arg))
        else:
            flags.append(Flag(name, args[at].text, args[at].texts, args[at]))
            at += 1
    unresolved = [arg for arg in rest if all(only_unresolved(text) for text in arg.texts)]
    context = wants_rest and len(rest) == 1 and bool(args) and rest[-1] is args[-1]
    return Flags(tuple(flags), tuple(rest), bool(unresolved) and not context)


def _apart(arg: Arg) -> Iterator[Arg]:
    """A variable that holds several flags, one by one."""
    if len(arg.texts) > 1 and any(text.startswith("-") for text in arg.texts):
        return (Arg(arg.word, (text,)) for text in arg.texts)
    return iter((arg,))
