"""A submission in MLIR as checks see it: functions, called in a guarded process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_llmgen.errors import SubmissionError, UsageError
from pytest_llmgen.targets.mlir_values import decode_outputs, encode_arguments, shorten_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_llmgen.targets.distortion import Distortion
    from pytest_llmgen.targets.mlir_process import MlirProcess
    from pytest_llmgen.targets.mlir_signature import Function
    from pytest_llmgen.targets.mlir_values import Arguments


class MlirModule:
    """One build of a submission. Its calls share a process until one of them fails."""

    def __init__(self, functions: Sequence[Function], process: MlirProcess) -> None:
        """Take a process and the functions that the task declares."""
        self._functions = {function.name: function for function in functions}
        self._numbers = {function.name: number for number, function in enumerate(functions)}
        self._process = process
        self.notes: dict[str, Any] = {}
        """Facts for the record."""
        self.distortion: Distortion | None = None
        """See `Artifact`."""

    def load(self) -> None:
        """Have it built in a living process; a call does so too.

        Raises:
            SubmissionError: If it is not taken.
        """
        self._process.start()

    def call(self, name: str, *arguments: Any) -> Any:
        """Call a function that the task declares.

        Args:
            name: The function.
            arguments: One per parameter: bool for i1, int for the other integers, signed or
                unsigned, and for index, float for f32 and f64, and for a memref an array of its
                dtype, rank and sizes, which is copied.

        Returns:
            The results, and after them what the function left in each memref: None if there is
            nothing of these, the value if it is one, else a tuple. Integers are signed, but for
            index.

        Raises:
            Crashed: It died of a signal, such as at a division by zero or beyond the end of a
                memref, or freed what it had not allocated.
            RuleBroken: It wrote before the beginning of a memref.
            TimedOut: It used up its time.
            OutOfMemory: It allocated more than its limit.
            UsageError: An argument is not of the declared type.
        """
        return self.call_rows(name, [arguments])[0]

    def call_rows(self, name: str, rows: Iterable[Sequence[Any]]) -> list[Any]:
        """Call a function once per row of arguments, each with its own time; see `call`."""
        function = self._function(name)
        encoded = [encode_arguments(function, row) for row in rows]
        results: list[Any] = []
        for number, arguments in enumerate(encoded, start=1):
            try:
                data = self._process.call(self._numbers[name], arguments.blob)
                outputs = decode_outputs(function, data, arguments)
            except SubmissionError as fault:
                place = f"call {number} of {len(encoded)}: " if len(encoded) > 1 else ""
                words = ", ".join(map(shorten_value, arguments.values))
                fault.add_note(f"in {place}{name}({words})")
                raise
            results.append(self._result(function, outputs, arguments))
        return results

    def close(self) -> None:
        """End the process."""
        self._process.close()

    def _function(self, name: str) -> Function:
        if name not in self._functions:
            raise UsageError(
                f"the task declares no function @{name}; it declares: {', '.join(self._functions)}"
            )
        return self._functions[name]

    def _result(self, function: Function, outputs: list[Any], arguments: Arguments) -> Any:
        """The outputs in the form that `call` returns, distorted if a self-check wants that."""
        if self.distortion is not None:
            count = len(function.results)
            before = [
                value
                for value, (_, kind) in zip(arguments.values, function.parameters, strict=True)
                if kind in function.memrefs
            ]
            outputs = [
                *(self.distortion.result(value, arguments.values) for value in outputs[:count]),
                *map(self.distortion.contents, outputs[count:], before),
            ]
        if not outputs:
            return None
        return outputs[0] if len(outputs) == 1 else tuple(outputs)
