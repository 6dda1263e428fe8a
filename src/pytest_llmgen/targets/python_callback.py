"""Functions of a challenge that a submission may call."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from pytest_llmgen.errors import RuleBroken
from pytest_llmgen.sandbox.values import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Callback:
    """A function that runs here, in the parent, when a submission calls it.

    Pass it as an argument: the submission gets a plain function of positional arguments.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        limit: int = 1000,
        check: Callable[..., Any] | None = None,
    ) -> None:
        """Wrap a function.

        Args:
            function: Gets values as `PythonModule.call` returns them, and returns such values. It
                may raise `RuleBroken`; any other exception is a fault of the challenge.
            limit: Most calls; one more breaks the rules.
            check: Called before with the same arguments; it returns False or raises anything if
                they break the contract that the task states.
        """
        self._function = function
        self._limit = limit
        self._check = check
        self.calls = 0
        """How often the submission has called it."""

    def __repr__(self) -> str:
        return getattr(self._function, "__name__", "callback")

    def answer(self, arguments: Sequence[Any]) -> Any:
        """Serve one call.

        Raises:
            RuleBroken: If it breaks the contract, or is one too many.
        """
        if self.calls == self._limit:
            raise RuleBroken(f"it calls {self} more than {self._limit} times")
        self.calls += 1
        reason = self._breach(arguments)
        if reason is not None:
            raise RuleBroken(f"it calls {call_text(str(self), arguments)}: {reason}")
        return self._function(*arguments)

    def _breach(self, arguments: Sequence[Any]) -> str | None:
        """How a call breaks the contract, if it does."""
        try:
            inspect.signature(self._function).bind(*arguments)
            kept = self._check is None or self._check(*arguments) is not False
        except Exception as error:
            return str(error).partition("\n")[0] or type(error).__name__
        return None if kept else "the task rules that out"


def call_text(name: str, arguments: Sequence[Any]) -> str:
    """A call in a message, long arguments cut short."""
    return f"{name}({', '.join(map(shown, arguments))})"
