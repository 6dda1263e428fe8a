"""Names of targets and backends, and where their classes are."""

from __future__ import annotations

import difflib
import importlib
from typing import TYPE_CHECKING, Any

from pytest_llmgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Registry:
    """Maps a name to `"package.module:Class"`, imported on first use."""

    def __init__(self, kind: str) -> None:
        """Start empty; `kind` is the word for an entry in messages, such as `target`."""
        self._kind = kind
        self._entries: dict[str, str] = {}

    def add(self, name: str, where: str) -> None:
        """Register `where` under `name`.

        Raises:
            UsageError: If the name is taken by something else, or `where` has no colon.
        """
        if ":" not in where:
            raise UsageError(
                f"{self._kind} {name!r}: expected 'package.module:Class', got {where!r}"
            )
        if self._entries.setdefault(name, where) != where:
            raise UsageError(
                f"{self._kind} {name!r} is registered twice: {self._entries[name]}, {where}"
            )

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._entries))

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def load(self, name: str) -> Any:
        """Import and return the class registered under `name`.

        Raises:
            UsageError: If there is none, or its module cannot be imported.
        """
        if name not in self._entries:
            raise UsageError(self._unknown(name))
        module, _, attribute = self._entries[name].partition(":")
        try:
            return getattr(importlib.import_module(module), attribute)
        except (ImportError, AttributeError) as error:
            raise UsageError(
                f"{self._kind} {name!r} is registered as {self._entries[name]!r}, "
                f"which cannot be imported: {error}"
            ) from error

    def _unknown(self, name: str) -> str:
        close = difflib.get_close_matches(name, self._entries, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        return f"{self._kind} {name!r} is not registered{hint} (registered: {', '.join(self)})"
