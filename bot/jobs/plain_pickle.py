"""A reader for pickles that hold plain values only: text, numbers, true, false, None, and lists, tuples, dicts of them.

A pickle is a program. It may import anything and call it, so whoever writes one runs code in whoever reads it. This
reader knows only the opcodes that build plain values (see the module pickletools), and reads nothing else.
"""

import io
import pickle
import pickletools
from typing import Final, NoReturn

from bot.errors import MalformedError, OverLimitError

SIZE_MAX: Final = 64 * 1024
"""Bytes of one pickle. Our largest job has about 5 KB."""

OPCODES_MAX: Final = 500
"""Opcodes of one pickle, which bounds depth and count of its values. Our jobs have about 10."""

_TEXT: Final = frozenset({"SHORT_BINUNICODE", "BINUNICODE"})
_REPEATS: Final = frozenset({"BINGET", "LONG_BINGET"})

_ALLOWED: Final = _TEXT | _REPEATS | {
    "PROTO", "FRAME", "STOP", "MEMOIZE", "MARK",
    "NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT",
    "EMPTY_TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "TUPLE",
    "EMPTY_LIST", "APPEND", "APPENDS", "EMPTY_DICT", "SETITEM", "SETITEMS",
}  # fmt: skip


class _Unpickler(pickle.Unpickler):
    """The second lock: should an opcode get through that names a class or a function, there is none to be found."""

    def find_class(self, module_name: str, global_name: str, /) -> NoReturn:  # noqa: ARG002 - pickle's own
        raise MalformedError("the pickle names a class or a function")


def loads(data: bytes) -> object:
    """The value in this pickle. Raises MalformedError when it may hold anything else than plain values."""
    _check(data)
    try:
        return _Unpickler(io.BytesIO(data)).load()
    except MalformedError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a broken pickle raises
        raise MalformedError(f"the pickle cannot be read ({type(error).__name__})") from None


def _check(data: bytes) -> None:
    if len(data) > SIZE_MAX:
        raise OverLimitError(f"a pickle of {len(data)} bytes; the limit is {SIZE_MAX}")
    texts: set[object] = set()  # the numbers of those remembered values that are text
    remembered = 0
    last = ""
    count = 0
    try:
        for opcode, argument, _ in pickletools.genops(data):
            count += 1
            if count > OPCODES_MAX:
                raise OverLimitError(f"a pickle of more than {OPCODES_MAX} opcodes")
            if opcode.name not in _ALLOWED:
                raise MalformedError(f"the pickle holds more than plain values (opcode {opcode.name})")
            if opcode.name == "MEMOIZE":
                if last in _TEXT:
                    texts.add(remembered)
                remembered += 1
            # A list that holds another one twice, and so on, 30 times over, is a small pickle and a huge value.
            if opcode.name in _REPEATS and argument not in texts:
                raise MalformedError("the pickle repeats something other than text")
            last = opcode.name
    except (ValueError, EOFError, UnicodeDecodeError) as error:  # genops' own, for bytes that are not a pickle
        raise MalformedError(f"the data is not a pickle ({type(error).__name__})") from None
