"""A unified diff as git writes it.

https://git-scm.com/docs/diff-format
"""

from collections.abc import Iterator
from difflib import SequenceMatcher

_CONTEXT = 3
_LONG = 1_000
"""Lines from which the comparison takes frequent lines for noise: the diff may be longer, and comes in time."""
_PLAIN = frozenset(map(chr, range(32, 127))) - {'"', "\\"}


def unified(name: str, before: str, after: str) -> str:
    """The diff, "" when nothing differs. Newlines, carriage returns and a missing last newline are kept."""
    if before == after:
        return ""
    old, new = _lines(before), _lines(after)
    return "".join([f"--- {_quoted('a/' + name)}\n", f"+++ {_quoted('b/' + name)}\n", *_hunks(old, new)])


def _lines(text: str) -> list[str]:
    """The lines with their newlines; only line feeds end a line, as for git."""
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _hunks(old: list[str], new: list[str]) -> Iterator[str]:
    long = len(old) > _LONG
    before, behind = _same_around(old, new)
    matcher = SequenceMatcher(None, old[before : len(old) - behind], new[before : len(new) - behind], autojunk=long)
    if _is_torn(matcher, before, behind):
        before, behind, matcher = 0, 0, SequenceMatcher(None, old, new, autojunk=long)
    old, new = old[before : len(old) - behind], new[before : len(new) - behind]
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        first, last = group[0], group[-1]
        yield f"@@ -{_range(before + first[1], before + last[2])} +{_range(before + first[3], before + last[4])} @@\n"
        for kind, start, end, new_start, new_end in group:
            if kind == "equal":
                yield from (_line(" ", line) for line in old[start:end])
            else:
                yield from (_line("-", line) for line in old[start:end])
                yield from (_line("+", line) for line in new[new_start:new_end])


def _same_around(old: list[str], new: list[str]) -> tuple[int, int]:
    """How many lines at the beginning and at the end need not be compared; none if equal lines may be either.

    A file with a thousand findings has as many diffs.
    """
    length = min(len(old), len(new))
    first = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), length)
    ends = zip(reversed(old), reversed(new), strict=False)
    last = next((at for at, (one, other) in enumerate(ends) if one != other), length)
    return (0, 0) if first + last > length else (max(0, first - _CONTEXT), max(0, last - _CONTEXT))


def _is_torn(matcher: SequenceMatcher[str], before: int, behind: int) -> bool:
    """Whether lines that are the same beside what was cut off were taken for others: git wants them around a change."""
    blocks = matcher.get_matching_blocks()
    first, last = blocks[0], blocks[-2 if len(blocks) > 1 else -1]
    end = blocks[-1]  # an empty one, where both end
    begins = (first.a, first.b) == (0, 0) and first.size >= _CONTEXT
    ends = (last.a + last.size, last.b + last.size) == (end.a, end.b) and last.size >= _CONTEXT
    return (before > 0 and not begins) or (behind > 0 and not ends)


def _range(start: int, end: int) -> str:
    length = end - start
    return f"{start + 1 if length else start},{length}"


def _line(sign: str, line: str) -> str:
    return sign + line if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"


def _quoted(path: str) -> str:
    """The path as git wants it: in quotes, bytes in octal, when it has other than plain characters."""
    if set(path) <= _PLAIN:
        return path + ("\t" if " " in path else "")
    quoted = "".join(
        char if char in _PLAIN else "".join(f"\\{byte:03o}" for byte in char.encode(errors="surrogateescape"))
        for char in path
    )
    return f'"{quoted}"'
