"""Of a pickle only plain values are read, whatever it holds."""

import ast
import io
import pickle
from pathlib import Path
from types import ModuleType
from typing import Final

import cloudpickle  # type: ignore[import-untyped]
import docket
import pytest

from bot.errors import MalformedError
from bot.jobs import plain_pickle
from bot.jobs.plain_pickle import OPCODES_MAX, SIZE_MAX
from tests.jobs.exploit import Exploit


def test_docket_unpickles_in_no_other_way() -> None:
    """When a new docket unpickles elsewhere or otherwise, the replaced function does not protect us any longer."""
    assert docket.__file__ is not None
    seen = set()
    for path in Path(docket.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Import(names=names):
                    found = {name.name for name in names if "pickle" in name.name or name.name in {"marshal", "shelve"}}
                    assert found <= {"cloudpickle"}, f"{path.name} imports {found}"
                    assert not any(name.asname for name in names if "pickle" in name.name)
                case ast.ImportFrom(module=str(module)):
                    assert "pickle" not in module, f"{path.name} imports from {module}"
                case ast.Attribute(value=ast.Name(id="cloudpickle"), attr=function):
                    seen.add(function)
                case _:
                    pass
    assert seen == {"loads", "dumps"}
    assert isinstance(cloudpickle, ModuleType)


def test_the_second_lock_holds_alone(tmp_path: Path) -> None:
    exploit = Exploit(tmp_path / "code-was-run")
    with pytest.raises(MalformedError, match="names a class"):
        plain_pickle._Unpickler(io.BytesIO(exploit.payload)).load()
    assert not exploit.was_run


BOMBS: Final = {
    "a memo of 32 GB": (b"\x80\x05Nr\xff\xff\xff\x7f.", "plain values"),
    "bytes of 1 TB": (b"\x80\x05\x96\x00\x00\x00\x00\x00\x01\x00\x00.", "not a pickle"),
    "pairs of pairs, 30 deep": (
        b"\x80\x05)\x94" + b"".join(b"h%ch%c\x86\x94" % (n, n) for n in range(30)) + b".",
        "repeats something",
    ),
    "too long": (pickle.dumps("a" * SIZE_MAX), f"limit is {SIZE_MAX}"),
    "too many values": (pickle.dumps(tuple(range(OPCODES_MAX))), f"more than {OPCODES_MAX}"),
    "too deep": (b"\x80\x05" + b"]" * 30_000 + b"a" * 29_999 + b".", f"more than {OPCODES_MAX}"),
    "a list as a key": (b"\x80\x05}]Ns.", "cannot be read"),
}


@pytest.mark.parametrize(("data", "why"), BOMBS.values(), ids=BOMBS)
def test_a_small_pickle_that_makes_much_of_itself_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(MalformedError, match=why):
        plain_pickle.loads(data)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a" * 300,
        0,
        -1,
        2**60,
        1.5,
        True,
        None,
        (),
        [],
        {},
        (1,),
        (1, 2),
        (1, 2, 3),
        (1, 2, 3, 4),
        ["a", "a"],
        {"a": [1, {"b": ("c", None)}]},
    ],
)
def test_plain_values_are_read(value: object) -> None:
    assert plain_pickle.loads(pickle.dumps(value)) == value
    assert plain_pickle.loads(cloudpickle.dumps(value)) == value
