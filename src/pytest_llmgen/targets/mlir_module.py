"""A submission in MLIR as checks see it: functions, called in a guarded process."""

from __future__ import annotations

from array import array
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pytest_llmgen import lander
from pytest_llmgen.errors import Crashed, SubmissionError, UsageError
from pytest_llmgen.targets.mlir_values import decode_outputs, encode_arguments, shorten_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_llmgen.lander import Flight, Scenario
    from pytest_llmgen.targets.distortion import Distortion
    from pytest_llmgen.targets.mlir_process import MlirProcess
    from pytest_llmgen.targets.mlir_signature import Function
    from pytest_llmgen.targets.mlir_values import Arguments


TRACK_POINTS = 60
"""Most moments of a flight that are noted, for its picture."""


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

    def fly(
        self, name: str, scenarios: Iterable[Scenario], *, keep_track: bool = False
    ) -> list[Flight]:
        """Fly the lander of `pytest_llmgen.lander` with a function as its controller.

        The flights run where the function is; what counts is computed here, from its commands.

        Args:
            name: A function of altitude in m and velocity in m/s to thrust in N, (f32, f32) -> f32
                or (f64, f64) -> f64.
            scenarios: How the flights begin.
            keep_track: Whether to note altitude and velocity over time too: of flights that anyone
                may see.

        Returns:
            A flight per scenario, in order; `notes["flights"]` has its outcome as well.

        Raises:
            SubmissionError: As `call` does, if a call within a flight fails; all calls of a flight
                together have the time of one.
            UsageError: The function is of another type.
        """
        function = self._function(name)
        if function.type not in _CONTROLLERS:
            raise UsageError(
                f"`{function.declaration}` is no controller: {' or '.join(_CONTROLLERS)}"
            )
        flights = []
        for scenario in scenarios:
            try:
                flights.append(self._flight(function, scenario))
            except SubmissionError as fault:
                fault.add_note(f"in the flight {scenario.name} of {name}")
                raise
            self._note(flights[-1], keep_track=keep_track)
        return flights

    def close(self) -> None:
        """End the process."""
        self._process.close()

    def _flight(self, function: Function, scenario: Scenario) -> Flight:
        if self.distortion is not None:
            distort = self.distortion.result
            return lander.fly(lambda *state: float(distort(1.0, state)), scenario)
        header = {
            "function": self._numbers[function.name],
            "format": function.results[0].code,
            "scenario": list(asdict(scenario).values()),
        }
        _, data = self._process.request(header)
        commands = array("d")
        try:
            commands.frombytes(data)
            return lander.replay(commands, scenario)
        except ValueError:
            raise Crashed("it ended without a valid result") from None

    def _note(self, flight: Flight, *, keep_track: bool) -> None:
        said: dict[str, Any] = {
            "scenario": asdict(flight.scenario),
            "outcome": flight.outcome.value,
            "touchdown_m_per_s": flight.touchdown_m_per_s,
            "time_s": flight.time_s,
            "fuel_n_s": flight.fuel_n_s,
        }
        if keep_track:
            track = flight.track(TRACK_POINTS)
            said["track"] = [[round(number, 2) for number in point] for point in track]
        self.notes.setdefault("flights", []).append(said)

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


_CONTROLLERS = tuple(f"({kind}, {kind}) -> {kind}" for kind in ("f32", "f64"))
