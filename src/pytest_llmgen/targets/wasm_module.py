"""A WebAssembly module as checks see it: its functions, arrays in its memory, and its binary.

The module itself runs in another process (`wasm_host`). Arrays are placed between guard bytes; a
call that changes a byte outside the placed arrays fails the check as a wrong answer.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_llmgen import errors
from pytest_llmgen.errors import SubmissionError, WrongAnswer
from pytest_llmgen.targets import wasm_binary
from pytest_llmgen.verdict import Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from pytest_llmgen.challenge import Limits
    from pytest_llmgen.sandbox.worker import Worker
    from pytest_llmgen.targets.distortion import Distortion
    from pytest_llmgen.targets.wasm_binary import WasmBinary

Value = int | float

ARENA = 65536
"""Where arrays start: the first page of the memory belongs to the module."""
_GUARD_BYTES = 64
"""At least as many stand on either side of an array."""
_FAULTS = {
    kind.verdict.value: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, SubmissionError) and kind is not SubmissionError
}


def fault(answer: Mapping[str, Any]) -> SubmissionError:
    """The exception that a worker's answer stands for."""
    return _FAULTS[Verdict(answer["verdict"]).value](answer["fault"])


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuMode:
    """How the GPU answers a module.

    Args:
        shader_length: `strict`, `check` or `host`.
        dispatch: False makes `gpu_dispatch` check its arguments and then do nothing.
    """

    shader_length: str
    dispatch: bool = True


@dataclass(slots=True, kw_only=True)
class GpuTrace:
    """What a module asked of the GPU since it was opened."""

    dispatches: list[tuple[int, int, int]] = field(default_factory=list)
    """Workgroups in x, y and z, one triple per `gpu_dispatch`."""
    reads: list[tuple[int, int, bool]] = field(default_factory=list)
    """Address, bytes, and whether they stood there unchanged when the call returned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WasmArray:
    """An array in a module's memory."""

    module: WasmModule
    ptr: int
    """Its address in bytes."""
    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """Its size in bytes."""
        count = self.dtype.itemsize
        for length in self.shape:
            count *= length
        return count

    def read(self) -> NDArray[Any]:
        """A copy of its present contents."""
        import numpy as np  # noqa: PLC0415 - the plugin itself must load fast

        data = self.module.read_bytes(self.ptr, self.nbytes, self.dtype)
        return np.frombuffer(data, self.dtype).reshape(self.shape).copy()


class WasmModule:
    """One instance of a submitted module, in another process."""

    def __init__(
        self,
        worker: Worker,
        binary: bytes,
        limits: Limits,
        *,
        gpu: GpuMode | None = None,
        notes: dict[str, Any] | None = None,
    ) -> None:
        """Prepare an instance; it is opened on first use."""
        self._worker = worker
        self._limits = limits
        self._gpu = gpu
        self._decoded: WasmBinary | None = None
        self._opened: tuple[int, int] | None = None
        self._family: list[WasmModule] = [self]
        self._top = ARENA
        self._guards: list[tuple[int, int]] = []
        self._snapshot: bytes | None = None
        self._placed: list[tuple[int, bytes]] = []
        self.distortion: Distortion | None = None
        """See `Artifact`."""
        self.binary = binary
        """The module in binary form."""
        self.notes: dict[str, Any] = {} if notes is None else notes
        """Facts for the record, shared by all instances of one build."""
        self.gpu_trace = GpuTrace()
        self.fuel_used = 0
        """WebAssembly instructions that the last call executed."""

    @property
    def decoded(self) -> WasmBinary:
        """The structure of the binary: types, imports, exports, instructions, data."""
        if self._decoded is None:
            self._decoded = wasm_binary.decode(self.binary)
        return self._decoded

    # Calling

    def call(self, name: str, *arguments: Value) -> Any:
        """Call an exported function.

        Args:
            name: The export.
            arguments: Integers (signed or unsigned) or floats, as the function's type says.

        Returns:
            None, a number, or a tuple of numbers; integers are signed.

        Raises:
            Crashed: It trapped.
            TimedOut: It used up its fuel or its time.
            WrongAnswer: It wrote outside the arrays that were placed for it.
        """
        return self.call_rows(name, [arguments])[0]

    def call_rows(self, name: str, rows: Iterable[Sequence[Value]]) -> list[Any]:
        """Call an exported function once per row of arguments, on the same instance."""
        function = self.decoded.function_type(name)
        encoded = [
            [_to_bits(kind, value) for kind, value in zip(function.params, row, strict=True)]
            for row in rows
        ]
        answer = self._ask({"op": "call", "name": name, "rows": encoded, "fuel": self._limits.fuel})
        self._take_gpu_report(answer.get("gpu"))
        if "fault" in answer:
            row = answer["row"]
            error = fault(answer)
            error.add_note(f"in {name}({', '.join(map(str, _row(rows, row)))})")
            raise error
        self.fuel_used = answer["fuel_used"]
        self._snapshot = None
        self._check_guards()
        results = [_result(function.results, row) for row in answer["rows"]]
        if self.distortion is None:
            return results
        return [
            self.distortion.result(result, list(map(_from_bits, function.params, row)))
            for result, row in zip(results, encoded, strict=True)
        ]

    # Memory

    def array(self, values: ArrayLike, dtype: str | None = None, *, misalign: int = 0) -> WasmArray:
        """Place an array in the module's memory, between guard bytes.

        Args:
            values: Its contents, in C order and little endian.
            dtype: NumPy dtype such as `"float32"`; the values' own if left out.
            misalign: Bytes past an address that is a multiple of 64.
        """
        import numpy as np  # noqa: PLC0415 - see WasmArray.read

        data = np.ascontiguousarray(values, dtype)
        ptr = self._reserve(data.nbytes, misalign)
        if data.nbytes:
            self._ask({"op": "write", "ptr": ptr}, data.tobytes())
        if self.distortion is not None:
            self._placed.append((ptr, data.tobytes()))
        self._snapshot = None
        return WasmArray(module=self, ptr=ptr, dtype=data.dtype, shape=np.shape(values))

    def read_bytes(self, ptr: int, count: int, dtype: DTypeLike = "uint8") -> bytes:
        """Copy bytes out of the memory; `dtype` is that of the elements that they stand for."""
        if self._snapshot is not None and ptr >= ARENA and ptr + count <= self._top:
            data = self._snapshot[ptr - ARENA : ptr - ARENA + count]
        else:
            data = self._ask_blob({"op": "read", "ptr": ptr, "count": count})
        if self.distortion is None:
            return data
        return self._distorted(self.distortion, ptr, data, dtype)

    # Other instances of the same submission

    def fresh(self) -> WasmModule:
        """Another instance, as if newly loaded."""
        module = self.undistorted()
        module.distortion = self.distortion
        return module

    def undistorted(self) -> WasmModule:
        """Another fresh instance, which gives true results where a self-check replaces them."""
        return self._sibling(self.binary, self._gpu)

    def lesioned(self, name: str) -> WasmModule:
        """An instance in which the vector instructions that `name` reaches compute something else.

        A result that stays right did not come from vector instructions.
        """
        return self._sibling(wasm_binary.lesion(self.binary, name), self._gpu)

    def with_idle_gpu(self) -> WasmModule:
        """An instance whose `gpu_dispatch` does nothing: a result that stays right is not its."""
        assert self._gpu is not None, "only for challenges with target='wgsl'"
        return self._sibling(
            self.binary, GpuMode(shader_length=self._gpu.shader_length, dispatch=False)
        )

    # For the plugin

    def final_fault(self) -> SubmissionError | None:
        """A fault that decides the sample although the checks could go on past it."""
        error = self.notes.get("length_error")
        if error is None or self._gpu is None or self._gpu.shader_length == "host":
            return None
        return errors.Crashed(length_message(error["passed"], error["actual"]))

    def close(self) -> None:
        """Free this instance and those made from it."""
        for module in self._family:
            module.close_one()

    def close_one(self) -> None:
        """Free this instance alone."""
        if self._opened is None:
            return
        generation, instance = self._opened
        self._opened = None
        if generation == self._worker.generation:
            closing = {"op": "close", "instance": instance}
            self._worker.request(closing, timeout_s=self._limits.wall_s)

    def _sibling(self, binary: bytes, gpu: GpuMode | None) -> WasmModule:
        module = WasmModule(self._worker, binary, self._limits, gpu=gpu, notes=self.notes)
        self._family.append(module)
        return module

    def _distorted(self, distortion: Distortion, ptr: int, data: bytes, dtype: DTypeLike) -> bytes:
        """What stands for bytes of the memory, which held the placed arrays and else zeros."""
        import numpy as np  # noqa: PLC0415 - see WasmArray.read

        before = bytearray(len(data))
        for start, placed in self._placed:
            low, high = max(start, ptr), min(start + len(placed), ptr + len(data))
            if low < high:
                before[low - ptr : high - ptr] = placed[low - start : high - start]
        now, first = np.frombuffer(data, dtype), np.frombuffer(before, dtype)
        contents: NDArray[Any] = distortion.contents(now, first)
        return contents.tobytes()

    def _ask(self, header: dict[str, Any], blob: bytes = b"") -> dict[str, Any]:
        answer, _ = self._exchange(header, blob)
        if "fault" in answer and "row" not in answer:
            raise fault(answer)
        return answer

    def _ask_blob(self, header: dict[str, Any]) -> bytes:
        answer, blob = self._exchange(header)
        if "fault" in answer:
            raise fault(answer)
        return blob

    def _exchange(self, header: dict[str, Any], blob: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Ask about this instance, which is opened on first use."""
        generation, instance = self._opened or self._open()
        return self._worker.request(
            {**header, "instance": instance},
            blob,
            timeout_s=self._limits.wall_s,
            generation=generation,
        )

    def _open(self) -> tuple[int, int]:
        options: dict[str, Any] = {
            "op": "open",
            "fuel": self._limits.fuel,
            "memory_bytes": self._limits.memory_bytes,
        }
        if self._gpu is not None:
            options["gpu"] = {
                "shader_length": self._gpu.shader_length,
                "dispatch": self._gpu.dispatch,
            }
        answer, _ = self._worker.request(options, self.binary, timeout_s=self._limits.wall_s)
        if "fault" in answer:
            raise fault(answer)
        self._opened = (self._worker.generation, answer["instance"])
        return self._opened

    def _take_gpu_report(self, report: dict[str, Any] | None) -> None:
        if report is None:
            return
        self.gpu_trace.dispatches += [(x, y, z) for x, y, z in report["dispatches"]]
        self.gpu_trace.reads += [(ptr, size, stands) for ptr, size, stands in report["reads"]]
        if report["length_error"] is not None:
            self.notes["length_error"] = report["length_error"]

    # The arena: guard, array, guard, array, ..., guard

    def _reserve(self, count: int, misalign: int) -> int:
        start = self._top
        ptr = -(-(start + _GUARD_BYTES) // 64) * 64 + misalign
        self._top = ptr + count + _GUARD_BYTES
        self._ask({"op": "reserve", "bytes": self._top})
        for low, high in ((start, ptr), (ptr + count, self._top)):
            self._ask({"op": "write", "ptr": low}, _guard(low, high))
            self._guards.append((low, high))
        return ptr

    def _check_guards(self) -> None:
        if not self._guards:
            return
        memory = self._snapshot = self._ask_blob(
            {"op": "read", "ptr": ARENA, "count": self._top - ARENA}
        )
        for low, high in self._guards:
            found = memory[low - ARENA : high - ARENA]
            if found != (wanted := _guard(low, high)):
                pairs = enumerate(zip(found, wanted, strict=True), start=low)
                address = next(address for address, (a, b) in pairs if a != b)
                raise WrongAnswer(f"it wrote outside its arrays, at address {address}")


def _guard(low: int, high: int) -> bytes:
    """Guard bytes for addresses: neighbours differ, so that copies and means of them show."""
    return bytes((167 * address + 31 * (address >> 8) + 13) & 255 for address in range(low, high))


def length_message(passed: int, actual: int) -> str:
    """The words for a shader whose byte length was passed wrongly."""
    return (
        f"gpu_dispatch was passed a byte length of {passed}, and those {passed} bytes are no valid "
        f"shader; the text in the data segment has {actual} bytes, and it is one"
    )


def _row(rows: Iterable[Sequence[Value]], index: int) -> Sequence[Value]:
    return list(rows)[index] if isinstance(rows, Sequence) else ()


_INTEGER_BITS = {"i32": 32, "i64": 64}


def _to_bits(kind: str, value: Value) -> int:
    """A number as the bit pattern that travels to the worker; integers as signed numbers."""
    if kind in _INTEGER_BITS:
        bits = _INTEGER_BITS[kind]
        half = 1 << (bits - 1)
        return (int(value) + half) % (1 << bits) - half
    if kind == "f32":
        return int(struct.unpack("<I", struct.pack("<f", value))[0])
    return int(struct.unpack("<Q", struct.pack("<d", value))[0])


def _from_bits(kind: str, bits: int) -> Value:
    if kind in _INTEGER_BITS:
        return bits
    if kind == "f32":
        return float(struct.unpack("<f", struct.pack("<I", bits))[0])
    return float(struct.unpack("<d", struct.pack("<Q", bits))[0])


def _result(kinds: Sequence[str], row: Sequence[int]) -> Any:
    values = tuple(_from_bits(kind, bits) for kind, bits in zip(kinds, row, strict=True))
    return None if not values else values[0] if len(values) == 1 else values
