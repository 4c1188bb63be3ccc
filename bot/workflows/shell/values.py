"""What variables hold, followed as far as that can be done without running anything.

A variable holds one or several texts ("may be any of these, or all of them"): a loop's variable each of its words, a
variable that grows in a loop all that was added. What is not known stays an unresolved part.
"""

from collections.abc import Callable, Mapping
from itertools import islice, product
from typing import NamedTuple

from msgspec import Struct, field

from bot.workflows.shell.commands import Assignment, Command
from bot.workflows.shell.pieces import Piece, PieceKind, Word
from bot.workflows.unresolved import words_of

TEXTS_MAX = 32
"""Texts that one variable or word may stand for; more are cut off."""
PIECES_MAX = 256
"""Pieces of one word that are looked at."""
LENGTH_MAX = 4096
"""Characters of one text."""


class Arg(NamedTuple):
    """One argument of a command: the word as written, and all that it may stand for. A tuple, as there are many."""

    word: Word
    texts: tuple[str, ...]

    @property
    def text(self) -> str:
        """What it stands for, when that is one text; else the first."""
        return self.texts[0] if self.texts else ""


class Values(Struct):
    """Variables of a script while it is read from top to bottom.

    `env` is what the CI file sets; `spell` writes an unresolved part for one that is not known;
    `resolve` fills in what is known of a CI expression.
    """

    env: Mapping[str, str] = field(default_factory=dict)
    spell: Callable[[str], str] = field(default=lambda name: "${" + name + "}")
    resolve: Callable[[str], str] = field(default=lambda expression: expression)
    held: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def args(self, command: Command) -> tuple[Arg, ...]:
        """The command's arguments; a variable that holds several words gives one argument with all of them."""
        return tuple(
            [
                Arg(word, (literal[:LENGTH_MAX],) if (literal := word.single) is not None else self._split(word))
                for word in command.words
            ]
        )

    def follow(self, command: Command) -> None:
        """What the command does to the variables."""
        if command.loop:
            self.held[command.loop] = tuple(text for arg in self.args(command) for text in arg.texts)[:TEXTS_MAX]
        elif not command.words:
            for assignment in command.assignments:
                self._assign(assignment, certain=not command.depth)

    def texts(self, word: Word, skip: int = 0) -> tuple[str, ...]:
        """All that a word may stand for; `skip` characters at its front are left out."""
        if (literal := word.literal) is not None and len(word.pieces) <= PIECES_MAX:  # as most words
            return (literal[skip : skip + LENGTH_MAX],)
        choices = [self._choices(piece) for piece in word.pieces[:PIECES_MAX]]
        if all(len(texts) == 1 for texts in choices):
            return ("".join([texts[0] for texts in choices])[skip:][:LENGTH_MAX],)
        found = ("".join(parts)[skip:][:LENGTH_MAX] for parts in product(*choices))
        return tuple(dict.fromkeys(islice(found, TEXTS_MAX)))

    def _split(self, word: Word) -> tuple[str, ...]:
        texts = self.texts(word)
        if all(piece.quoted or piece.kind is PieceKind.LITERAL for piece in word.pieces):
            return texts
        return tuple(part for text in texts for part in words_of(text))[:TEXTS_MAX]

    def _choices(self, piece: Piece) -> tuple[str, ...]:
        match piece.kind:
            case PieceKind.VARIABLE:
                return self._held(piece.text) or (self.spell(piece.text),)
            case PieceKind.EXPRESSION:
                return (self.resolve(piece.text),)
            case PieceKind.SUBSTITUTION:
                # an unresolved part ends at its first bracket
                inside = piece.text.replace("(", " ").replace(")", " ")
                return (f"$({' '.join(inside.split())})",)
            case _:
                return (piece.text,)

    def _held(self, name: str) -> tuple[str, ...]:
        return self.held.get(name) or ((self.env[name],) if name in self.env else ())

    def _assign(self, assignment: Assignment, *, certain: bool) -> None:
        texts = self.texts(assignment.word, assignment.skip)
        before = self._held(assignment.name)
        if assignment.appends and not all(text[:1].isspace() or text[-1:].isspace() for text in texts):
            texts = (self.spell(assignment.name),)  # glued to what was there
        elif assignment.appends or not certain:
            texts = tuple(dict.fromkeys([*filter(None, before), *texts]))
        self.held[assignment.name] = texts[:TEXTS_MAX]
