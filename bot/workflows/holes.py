"""Texts with holes: what only the run will know stands in them as it was written.

A hole is a CI expression `${{ … }}`, a variable `${NAME}` or a command substitution `$( … )`. A text with holes can
be compared with another one, but nothing is concluded from what a hole may hold.
"""

import re

_INSIDE = r"(?:(?!\$\{\{|\}\}).)*+"
EXPRESSION = re.compile(rf"\$\{{\{{({_INSIDE})\}}\}}", re.DOTALL)
_HOLES = rf"\$\{{\{{{_INSIDE}\}}\}}|\$\{{(?:[^{{}}]++|\{{[^{{}}]*+\}})*+\}}|\$\([^()]*+\)"
"""None of them looks further than to the next one of its kind: a flood of openings costs no more than its length."""
HOLE = re.compile(rf"{_HOLES}|\$.|`[^`]*`", re.DOTALL)
SECRET = re.compile(r"\$\{\{[^{}]*\bsecrets\s*[.\[]")
_LIST = re.compile(rf"(?:{_HOLES}|[^\s,])++", re.DOTALL)
_WORDS = re.compile(rf"(?:{_HOLES}|\S)++", re.DOTALL)
_OUTPUT = re.compile(r"\$\{\{ (steps|needs)\.([A-Za-z_][\w-]*)\.outputs\.([A-Za-z_][\w-]*) \}\}")


def normal(text: str) -> str:
    """The text with its expressions in the one spelling that we compare by: ${{ env.TAG }}."""
    return EXPRESSION.sub(lambda found: "${{ " + found[1].strip() + " }}", text)


def known(text: str) -> bool:
    """Whether the text has no hole."""
    return "$" not in text and "`" not in text


def only_hole(text: str) -> bool:
    """Whether the text is nothing but one hole: it may turn out to be anything, several words too."""
    return HOLE.fullmatch(text) is not None


def words_of(text: str) -> tuple[str, ...]:
    """The text split at blanks, holes kept whole."""
    return tuple(_WORDS.findall(text))


def items_of(text: str) -> tuple[str, ...]:
    """An action's list input: split at newlines, blanks and commas, holes kept whole."""
    return tuple(_LIST.findall(text))


def step_output(text: str) -> tuple[str, str] | None:
    """Step id and output name, when the text is one output of a step: ${{ steps.build.outputs.digest }}."""
    found = _OUTPUT.fullmatch(text)
    return (found[2], found[3]) if found and found[1] == "steps" else None


def job_output(text: str) -> tuple[str, str] | None:
    """Job and output name, when the text is one output of a job: ${{ needs.build.outputs.digest }}."""
    found = _OUTPUT.fullmatch(text)
    return (found[2], found[3]) if found and found[1] == "needs" else None
