"""Words of a shell script and what they are made of."""

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct


class PieceKind(StrEnum):
    """What a piece of a word is."""

    LITERAL = "literal"
    VARIABLE = "variable"  # text is its name
    EXPRESSION = "expression"  # ${{ … }}, as the CI system fills it in; text is in the one spelling we compare by
    SUBSTITUTION = "substitution"  # $( … ) or backticks; text is what stands inside
    OPAQUE = "opaque"  # anything else that begins with $


class Piece(NamedTuple):
    """A part of a word. `quoted` keeps it from being split at blanks. A tuple, as there are many."""

    kind: PieceKind
    text: str
    quoted: bool = False
    start: int = 0  # of a substitution's inside, in the script


class Word(NamedTuple):
    """One word; `start` and `end` are offsets in the script. A tuple, as there are many."""

    pieces: tuple[Piece, ...]
    start: int
    end: int

    @property
    def single(self) -> str | None:
        """Its text, when it is one piece that needs not be filled in, as most words are."""
        return self.pieces[0].text if len(self.pieces) == 1 and self.pieces[0].kind is PieceKind.LITERAL else None

    @property
    def literal(self) -> str | None:
        """Its text, when nothing in it is left to be filled in."""
        if len(self.pieces) == 1:
            return self.single
        for piece in self.pieces:
            if piece.kind is not PieceKind.LITERAL:
                return None
        return "".join([piece.text for piece in self.pieces])

    @property
    def bare(self) -> str | None:
        """Its text, when it is written without quotes and unresolved parts: only such a word can be a reserved one."""
        if len(self.pieces) == 1:
            return None if self.pieces[0].quoted else self.single
        for piece in self.pieces:
            if piece.quoted:
                return None
        return self.literal


class Operator(Struct, frozen=True):
    """What stands between commands, or a redirection."""

    text: str
    start: int
