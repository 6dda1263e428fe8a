"""As much of a terminal as tests need: what a person sees of a program's output."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(r"\x1b\[(?P<csi>[0-9;?]*[A-Za-z])|\x1b(?P<esc>[DEM78])|(?P<char>.)", re.DOTALL)


@dataclass
class Screen:
    """A terminal of some size: lines, the cursor, and where it was saved."""

    width: int
    height: int
    lines: list[list[str]] = field(default_factory=list)
    row: int = 0
    column: int = 0
    saved: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self.lines = [[" "] * self.width for _ in range(self.height)]

    def feed(self, text: str) -> None:
        """Take output, as it comes out of a pseudo terminal.

        Raises:
            ValueError: For a sequence that this screen does not know.
        """
        for token in _TOKEN.finditer(text):
            if token["csi"] is not None:
                self._control(token["csi"])
            elif token["esc"] is not None:
                self._escape(token["esc"])
            else:
                self._put(token["char"])

    @property
    def text(self) -> str:
        """What is seen, without blanks at the ends of lines."""
        return "\n".join("".join(line).rstrip() for line in self.lines).rstrip()

    def _control(self, sequence: str) -> None:
        if sequence in {"K", "0K"}:
            self.lines[self.row][self.column :] = [" "] * (self.width - self.column)
        elif not sequence.endswith("m"):
            raise ValueError(f"CSI {sequence!r}")

    def _escape(self, letter: str) -> None:
        if letter == "7":
            self.saved = self.row, self.column
        elif letter == "8":
            self.row, self.column = self.saved
        elif letter == "M":
            self.row = max(0, self.row - 1)
        else:
            self._down()
            self.column = 0 if letter == "E" else self.column

    def _put(self, char: str) -> None:
        if char == "\n":
            self._down()
        elif char == "\r":
            self.column = 0
        elif char >= " ":
            if self.column == self.width:
                self._down()
                self.column = 0
            self.lines[self.row][self.column] = char
            self.column += 1

    def _down(self) -> None:
        if self.row + 1 < self.height:
            self.row += 1
        else:
            self.lines = [*self.lines[1:], [" "] * self.width]
