"""Builds and runs MLIR; the sandbox forks and confines a child that calls `serve`.

The first request brings a source and names the adapter that reads it. The others call one function
each, with its scalars in cells of eight bytes, the sizes of its memrefs, and their contents; or fly
the lander with a function as its controller.
"""

from __future__ import annotations

import ctypes
import importlib
import math
import struct
from array import array
from typing import TYPE_CHECKING, Any

from pytest_llmgen import lander
from pytest_llmgen.targets.mlir_diagnostics import Refused
from pytest_llmgen.targets.mlir_memory import Region, guard_bytes
from pytest_llmgen.targets.mlir_runtime import Runtime
from pytest_llmgen.targets.mlir_signature import Memref, parse_functions

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_llmgen.sandbox.channel import Channel
    from pytest_llmgen.targets.mlir_signature import Function

_CELL = 8


def serve(channel: Channel) -> None:
    """Build the source that the first request brings, then call one function per request."""
    header, source = channel.receive()
    adapter = importlib.import_module(header["adapter"])
    functions = parse_functions(header["declarations"])

    def fail(verdict: str, message: str) -> None:
        channel.send({"verdict": verdict, "message": message})

    runtime = Runtime(header["memory_bytes"], fail)
    try:
        program = adapter.build(source.decode(), functions)
        program.register(runtime.functions)
        callees = [Callee(one, program.address(one.name)) for one in functions]
    except Refused as error:
        channel.send({"verdict": error.verdict, "diagnostics": error.diagnostics})
        return
    channel.send({"built": True})
    while True:
        header, arguments = channel.receive()
        callee = callees[header["function"]]
        if "scenario" in header:
            controller = callee.controller(header["format"], runtime.clear)
            flight = lander.fly(controller, lander.Scenario(*header["scenario"]))
            channel.send({}, array("d", flight.commands).tobytes())
            continue
        try:
            outputs = callee(memoryview(arguments))
        except MemoryError:
            fail("out_of_memory", "there was no memory left for its arguments")
            continue
        runtime.clear()
        channel.send({}, outputs)


class Callee:
    """One function of a built module.

    Its code takes the address of an array of addresses: of each argument, a memref being passed as
    the fields of its descriptor, and of where the results go.
    """

    def __init__(self, function: Function, address: int) -> None:
        """Lay out its arguments."""
        self._call = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)(address)
        self._kinds = [kind for _, kind in function.parameters]
        count = sum(_cells(kind) for kind in self._kinds)
        self._cells = (ctypes.c_uint64 * max(count, 1))()
        self._results = (ctypes.c_char * max(struct.calcsize(function.result_format), 1))()
        self._result_bytes = struct.calcsize(function.result_format)
        slots = [ctypes.addressof(self._cells) + _CELL * index for index in range(count)]
        if function.results:
            slots.append(ctypes.addressof(self._results))
        self._slots = (ctypes.c_void_p * max(len(slots), 1))(*slots)
        self._regions: dict[tuple[int, int], Region] = {}

    def __call__(self, arguments: memoryview) -> bytes:
        """Call it, and give its results and then every region of memory as it left it."""
        cells: list[int] = []
        at = 0
        shapes: list[tuple[int, int, Any]] = []
        for kind in self._kinds:
            count = len(kind.shape) if isinstance(kind, Memref) else 1
            values = struct.unpack_from(f"<{count}Q", arguments, at)
            at += _CELL * count
            if isinstance(kind, Memref):
                shapes.append((len(cells), count, kind))
                cells += (0, 0, 0, *values, *_strides(values))
            else:
                cells += values
        regions = []
        for number, (first, rank, kind) in enumerate(shapes):
            size = math.prod(cells[first + 3 : first + 3 + rank]) * struct.calcsize(
                kind.element.code
            )
            guard = guard_bytes(size)
            region = self._region(number, guard + size)
            regions.append(region)
            ctypes.memmove(region.start, bytes(arguments[at : at + region.size]), region.size)
            at += region.size
            cells[first] = cells[first + 1] = region.start + guard
        for index, cell in enumerate(cells):
            self._cells[index] = cell
        ctypes.memset(self._results, 0, len(self._results))
        self._call(ctypes.addressof(self._slots))
        return b"".join(
            (
                self._results.raw[: self._result_bytes],
                *(ctypes.string_at(region.start, region.size) for region in regions),
            )
        )

    def controller(self, code: str, after: Callable[[], None]) -> Callable[[float, float], float]:
        """The function of two floats to one, as fast as Python can call it.

        Args:
            code: Of all three in `struct`.
            after: Is done after every call.
        """
        kind = {"f": ctypes.c_float, "d": ctypes.c_double}[code]
        first, second = kind.from_buffer(self._cells, 0), kind.from_buffer(self._cells, _CELL)
        result = kind.from_buffer(self._results)
        slots, call = ctypes.addressof(self._slots), self._call

        def command(altitude: float, velocity: float) -> float:
            first.value, second.value = altitude, velocity
            call(slots)
            after()
            return result.value

        return command

    def _region(self, number: int, size: int) -> Region:
        """Pages for a parameter: those of the last call of that size, if there are any."""
        key = number, size
        if key not in self._regions:
            for old in [old for old in self._regions if old[0] == number]:
                self._regions.pop(old).close()
            self._regions[key] = Region(size)
        return self._regions[key]


def _cells(kind: Any) -> int:
    return 3 + 2 * len(kind.shape) if isinstance(kind, Memref) else 1


def _strides(sizes: tuple[int, ...]) -> list[int]:
    """Of an array whose last index runs fastest, in elements."""
    return [math.prod(sizes[index + 1 :]) for index in range(len(sizes))]
