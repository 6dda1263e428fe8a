"""The runner that compiles and runs WebAssembly, in a child of the sandbox.

It holds no references, tolerances or seeds: inputs come in, results go out, and the parent decides
what they are worth.
Wasmtime itself isolates one submission from another; this process isolates both from the parent.
"""

from __future__ import annotations

import ctypes
import functools
from typing import TYPE_CHECKING, Any

import wasmtime as wt
from wasmtime import _ffi as ffi
from wasmtime._func import enter_wasm

from pytest_llmgen.targets.guest_fault import GuestFault
from pytest_llmgen.targets.wasm_binary import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_llmgen.sandbox.channel import Channel
    from pytest_llmgen.targets.gpu_host import GuestGpu

Reply = tuple[dict[str, Any], bytes]

KEPT = 64
"""Compiled modules that are kept: the checks of a sample follow each other."""


class Host:
    """Instances by number, and the modules compiled last."""

    def __init__(self) -> None:
        config = wt.Config()
        config.consume_fuel = True
        self._engine = wt.Engine(config)
        self._compiled = functools.lru_cache(KEPT)(functools.partial(wt.Module, self._engine))
        self._instances: dict[int, Instance] = {}
        self._next = 0

    def answer(self, header: dict[str, Any], blob: bytes) -> Reply:
        """Do what a request asks; a fault of the guest is an answer too, and so is one of ours."""
        operation: Callable[[dict[str, Any], bytes], Reply] = getattr(self, f"do_{header['op']}")
        try:
            return operation(header, blob)
        except GuestFault as fault:
            return {"fault": str(fault), "verdict": fault.verdict}, b""
        except Exception as error:  # ours: it must not look like a crash of the guest
            return {"internal": f"{type(error).__name__}: {error}"}, b""

    def do_hello(self, _header: dict[str, Any], _blob: bytes) -> Reply:
        """Show that it is ready."""
        return {}, b""

    def do_assemble(self, _header: dict[str, Any], blob: bytes) -> Reply:
        """Text to a binary that validates; one that does not comes back with the fault."""
        try:
            binary = bytes(wt.wat2wasm(blob.decode()))
        except wt.WasmtimeError as error:
            raise GuestFault("build_failed", str(error)) from None
        try:
            wt.Module.validate(self._engine, binary)
        except wt.WasmtimeError as error:
            return {"fault": str(error), "verdict": "build_failed"}, binary
        return {}, binary

    def do_open(self, header: dict[str, Any], blob: bytes) -> Reply:
        """Make an instance of a binary."""
        try:
            module = self._compiled(blob)
        except wt.WasmtimeError as error:  # it validates, but is beyond a limit of the compiler
            raise GuestFault("build_failed", str(error)) from None
        instance = Instance(self._engine, module, blob, header)
        self._next += 1
        self._instances[self._next] = instance
        return {"instance": self._next}, b""

    def do_close(self, header: dict[str, Any], _blob: bytes) -> Reply:
        """Free an instance."""
        instance = self._instances.pop(header["instance"], None)
        if instance is not None:
            instance.close()
        return {}, b""

    def do_call(self, header: dict[str, Any], _blob: bytes) -> Reply:
        """Call an exported function."""
        return self._instances[header["instance"]].call(header), b""

    def do_read(self, header: dict[str, Any], _blob: bytes) -> Reply:
        """Copy bytes out of the memory."""
        memory, store = self._instances[header["instance"]].memory()
        return {}, bytes(memory.read(store, header["ptr"], header["ptr"] + header["count"]))

    def do_write(self, header: dict[str, Any], blob: bytes) -> Reply:
        """Copy bytes into the memory."""
        memory, store = self._instances[header["instance"]].memory()
        if header["ptr"] + len(blob) > memory.data_len(store):
            raise GuestFault("crashed", "the exported memory is smaller than it was")
        memory.write(store, blob, header["ptr"])
        return {}, b""

    def do_reserve(self, header: dict[str, Any], _blob: bytes) -> Reply:
        """Grow the memory to at least `bytes`."""
        memory, store = self._instances[header["instance"]].memory()
        missing = header["bytes"] - memory.data_len(store)
        if missing > 0:
            try:
                memory.grow(store, -(-missing // 65536))
            except wt.WasmtimeError:
                raise GuestFault(
                    "rule_broken",
                    "the caller could not grow the exported memory to "
                    f"{header['bytes']} bytes: declare it without a maximum",
                ) from None
        return {"bytes": memory.data_len(store)}, b""

    def do_gpu(self, _header: dict[str, Any], _blob: bytes) -> Reply:
        """Name the adapter, or say why there is none."""
        from pytest_llmgen.targets import gpu_host  # noqa: PLC0415 - seconds, only when asked for

        return gpu_host.describe(), b""

    def do_shader(self, _header: dict[str, Any], blob: bytes) -> Reply:
        """Check a WGSL text: `error` is None if it is a valid shader."""
        from pytest_llmgen.targets import gpu_host  # noqa: PLC0415 - see above

        return {"error": gpu_host.shader_error(blob)}, b""


class Instance:
    """One running module with a store of its own."""

    def __init__(
        self, engine: wt.Engine, module: wt.Module, binary: bytes, options: dict[str, Any]
    ) -> None:
        self._store = wt.Store(engine)
        self._store.set_limits(memory_size=options["memory_bytes"], instances=1, memories=4)
        self._store.set_fuel(options["fuel"])
        linker = wt.Linker(engine)
        self._gpu: GuestGpu | None = None
        if options.get("gpu"):
            from pytest_llmgen.targets.gpu_host import GuestGpu  # noqa: PLC0415 - see above

            self._gpu = GuestGpu(decode(binary), options["gpu"])
            self._gpu.define_in(linker)
        self._instance = self._guarded(lambda: linker.instantiate(self._store, module))
        self._exports = self._instance.exports(self._store)
        if self._gpu is not None:
            self._gpu.attach(self.memory()[0])

    def close(self) -> None:
        """Free what it holds."""
        if self._gpu is not None:
            self._gpu.close()

    def memory(self) -> tuple[wt.Memory, wt.Store]:
        """The exported memory.

        Raises:
            GuestFault: If there is none.
        """
        memory = self._exports.get("memory")
        if not isinstance(memory, wt.Memory):
            raise GuestFault("rule_broken", "the module exports no memory named 'memory'")
        return memory, self._store

    def call(self, header: dict[str, Any]) -> dict[str, Any]:
        """Call an exported function once per row of arguments, given as bit patterns."""
        function = self._exports[header["name"]]
        assert isinstance(function, wt.Func)
        call = Call(function, self._store)
        rows: list[list[int]] = []
        fuel_used = 0
        for row in header["rows"]:
            self._store.set_fuel(header["fuel"])
            try:
                rows.append(self._guarded(functools.partial(call, row)))
            except GuestFault as fault:
                return {
                    "fault": str(fault),
                    "verdict": fault.verdict,
                    "row": len(rows),
                    **self._gpu_report(),
                }
            fuel_used += header["fuel"] - self._store.get_fuel()
        return {"rows": rows, "fuel_used": fuel_used, **self._gpu_report()}

    def _gpu_report(self) -> dict[str, Any]:
        return {"gpu": self._gpu.report(self._store)} if self._gpu is not None else {}

    @staticmethod
    def _guarded(action: Callable[[], Any]) -> Any:
        try:
            return action()
        except wt.Trap as trap:
            out_of_fuel = trap.trap_code is wt.TrapCode.OUT_OF_FUEL
            raise GuestFault("timed_out" if out_of_fuel else "crashed", _summary(trap)) from None
        except wt.WasmtimeError as error:
            text = str(error)
            verdict = "out_of_memory" if "memory" in text and "limit" in text else "crashed"
            raise GuestFault(verdict, text) from None


def _summary(trap: wt.Trap) -> str:
    """The cause of a trap, without the backtrace of our own frames."""
    cause = trap.message.rpartition("wasm trap: ")[2].strip() or trap.message.strip()
    return f"wasm trap: {cause}"


_WIDTHS = {
    "i32": ("i32", -1),
    "i64": ("i64", -1),
    "f32": ("i32", 0xFFFFFFFF),
    "f64": ("i64", 0xFFFFFFFFFFFFFFFF),
}
"""The field of a raw value that holds a type's bits, and what makes a pattern of its content."""


class Call:
    """Calls one function with bit patterns, through `wasmtime_func_call_unchecked` of the C API.

    `wasmtime.Func` asks for the type again and wraps every value: twenty times the work, where a
    check calls a function hundreds of times.
    """

    def __init__(self, function: wt.Func, store: wt.Store) -> None:
        kind = function.type(store)
        self._parameters = [_WIDTHS[str(one)] for one in kind.params]
        self._results = [_WIDTHS[str(one)] for one in kind.results]
        self._values = (ffi.wasmtime_val_raw_t * max(len(kind.params), len(kind.results), 1))()
        self._store = store
        self._context = store._context()  # noqa: SLF001 - what the C API takes
        self._function = ctypes.byref(function._func)  # noqa: SLF001 - as above

    def __call__(self, row: Sequence[int]) -> list[int]:
        """The bit patterns of the results; integers are signed.

        Raises:
            wasmtime.Trap: If it traps.
        """
        for value, (field, _), bits in zip(self._values, self._parameters, row, strict=False):
            setattr(value, field, bits)
        with enter_wasm(self._store) as trap:
            error = ffi.wasmtime_func_call_unchecked(
                self._context, self._function, self._values, len(self._values), trap
            )
            if error:
                raise wt.WasmtimeError._from_ptr(error)  # noqa: SLF001 - as `wasmtime.Func` does
        return [
            getattr(value, field) & mask
            for value, (field, mask) in zip(self._values, self._results, strict=False)
        ]


def serve(channel: Channel) -> None:
    """Answer requests until the other side closes."""
    host = Host()
    while True:
        channel.send(*host.answer(*channel.receive()))
