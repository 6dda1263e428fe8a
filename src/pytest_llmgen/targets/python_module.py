"""A Python submission as checks see it: its functions, and objects that live on its side.

The submission runs in a sandboxed process of its own (`python_runner`). Values travel as plain data
(`sandbox.values`) and are built anew on this side, so that what is compared is what it seems to be,
and what the submission does to its arguments stays there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_llmgen.errors import SubmissionError
from pytest_llmgen.targets.python_callback import Callback, call_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_llmgen.targets.distortion import Distortion
    from pytest_llmgen.targets.python_process import PythonProcess


class PythonObject:
    """An object that a submission made; it lives in the submission's process."""

    def __init__(self, process: PythonProcess, number: int | None, name: str) -> None:
        """Name an object of that process; without a number it is the module itself."""
        self._process = process
        self._number = number
        self._name = name

    def call(
        self, name: str, *arguments: Any, timeout_s: float | None = None, take: int | None = None
    ) -> Any:
        """Call a function of the module, or a method of the object.

        Args:
            name: Of the function.
            arguments: Plain values, arrays and NumPy scalars; or a `Callback`, not inside others.
            timeout_s: Deadline of this call; the challenge's `Limits.wall_s` if left out.
            take: Take at most so many items of what is returned, such as a generator, and return
                them as a list.

        Returns:
            None, a bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, an
            array or a NumPy scalar, exactly of that type.

        Raises:
            Raised: It raised an exception.
            Crashed: It took its process down, or sent no valid result.
            TimedOut: It took too long.
            OutOfMemory: It used too much memory.
            OutputFlood: It printed too much.
            WrongAnswer: It returned something else, such as an instance of a class of its own.
            RuleBroken: It imports what it may not, or breaks the contract of a `Callback`.
        """
        return self._result(name, arguments, timeout_s=timeout_s, take=take)

    def call_rows(
        self, name: str, rows: Iterable[Sequence[Any]], *, timeout_s: float | None = None
    ) -> list[Any]:
        """Call a function once per row of arguments, each with a deadline of its own.

        Raises:
            SubmissionError: As `call` does; its notes say in which of the calls.
        """
        listed = list(rows)
        results = []
        for number, row in enumerate(listed, start=1):
            try:
                results.append(self._result(name, row, timeout_s=timeout_s))
            except SubmissionError as error:
                error.add_note(f"call {number} of {len(listed)}")
                raise
        return results

    def call_in_place(
        self, name: str, *arguments: Any, timeout_s: float | None = None
    ) -> tuple[Any, list[Any]]:
        """Call a function that changes its arguments.

        Returns:
            What it returned, and the arguments as they are after the call, None for a `Callback`.
            Those that were passed are as they were.

        Raises:
            SubmissionError: As `call` does.
        """
        both = self._call(name, arguments, timeout_s=timeout_s, in_place=True)
        if not (type(both) is list and len(both) == 2 and _are(both[1], len(arguments))):
            raise self._process.invalid("the arguments did not come back")
        result, changed = both
        distortion = self._process.distortion
        if distortion is None:
            return result, changed
        return distortion.result(result, arguments), [
            after if isinstance(before, Callback) else distortion.contents(after, before)
            for after, before in zip(changed, arguments, strict=True)
        ]

    def create(self, name: str, *arguments: Any, timeout_s: float | None = None) -> PythonObject:
        """Call a class or a function, and keep what it returns in the submission's process.

        Raises:
            SubmissionError: As `call` does.
        """
        number = self._call(name, arguments, timeout_s=timeout_s, keep=True)
        return PythonObject(self._process, number, name)

    def _result(
        self,
        name: str,
        arguments: Sequence[Any],
        *,
        timeout_s: float | None,
        take: int | None = None,
    ) -> Any:
        """What a call returns, distorted if a self-check wants that."""
        value = self._call(name, arguments, timeout_s=timeout_s, take=take)
        distortion = self._process.distortion
        return value if distortion is None else distortion.result(value, arguments)

    def _call(
        self,
        name: str,
        arguments: Sequence[Any],
        *,
        timeout_s: float | None,
        take: int | None = None,
        in_place: bool = False,
        keep: bool = False,
    ) -> Any:
        header = {
            "object": self._number,
            "name": name,
            "take": take,
            "in_place": in_place,
            "keep": keep,
        }
        try:
            return self._process.call(header, arguments, timeout_s=timeout_s)
        except SubmissionError as error:
            owner = "" if self._number is None else f"{self._name}."
            error.add_note(f"in {owner}{call_text(name, arguments)}")
            raise


class PythonModule(PythonObject):
    """A submitted module, as if newly loaded, in a process of its own."""

    def __init__(self, process: PythonProcess) -> None:
        """Take a process whose source is checked; it is loaded on first use."""
        super().__init__(process, None, "")

    def load(self) -> None:
        """Run the module's top level and look for what the task asks for; the first call does too.

        Raises:
            BuildFailed: If it raises an exception, or lacks what the task asks for.
            SubmissionError: If it ends in another way.
        """
        self._process.load()

    @property
    def distortion(self) -> Distortion | None:
        """See `Artifact`; that of its objects too."""
        return self._process.distortion

    @distortion.setter
    def distortion(self, distortion: Distortion | None) -> None:
        self._process.distortion = distortion

    @property
    def notes(self) -> Mapping[str, Any]:
        """Facts for the record: none."""
        return {}

    def final_fault(self) -> SubmissionError | None:
        """A breach of the rules, which decides the sample although the checks could go on."""
        return self._process.fault

    def close(self) -> None:
        """End the process."""
        self._process.close()


def _are(values: Any, count: int) -> bool:
    return type(values) is list and len(values) == count
