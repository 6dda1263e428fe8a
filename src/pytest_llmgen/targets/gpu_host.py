"""What a WebAssembly guest can ask of the GPU. Imported only in the process that runs guests.

The guest's functions are documented for models in `pytest_llmgen.targets.wgsl`.
"""

from __future__ import annotations

import functools
import struct
from typing import TYPE_CHECKING, Any

from pytest_llmgen.targets.guest_fault import GuestFault

if TYPE_CHECKING:
    import wasmtime as wt

    from pytest_llmgen.targets.wasm_binary import WasmBinary

MAX_GPU_BYTES = 256 * 1024 * 1024
"""Most bytes of buffers that one instance may hold."""
MAX_SHADER_BYTES = 64 * 1024
MAX_DISPATCHES = 4096
"""Most dispatches of one instance: each costs a millisecond."""

INSTALL = "apt-get install mesa-vulkan-drivers libvulkan1; pip install 'pytest-llmgen[gpu]'"


@functools.cache
def _wgpu() -> Any:
    import wgpu  # noqa: PLC0415 - half a second, only when a guest needs it

    return wgpu


@functools.cache
def _device() -> Any:
    return _wgpu().gpu.request_adapter_sync().request_device_sync()


def describe() -> dict[str, Any]:
    """`{"adapter": name}` or `{"reason": why there is none}`."""
    try:
        adapters = _wgpu().gpu.enumerate_adapters_sync()
    except ImportError:
        return {"reason": f"the package wgpu is not installed; try: {INSTALL}"}
    if not adapters:
        return {"reason": f"there is no graphics adapter, not even a software one; try: {INSTALL}"}
    info = _device().adapter.info
    return {"adapter": f"{info.get('device', '?')} ({info.get('backend_type', '?')})"}


def shader_error(text: bytes) -> str | None:
    """None if `text` is a valid WGSL module with a compute entry point `main`."""
    outcome = _pipeline(text)
    return outcome if isinstance(outcome, str) else None


@functools.lru_cache(maxsize=256)
def _pipeline(text: bytes) -> Any:
    """A compute pipeline, or the error as a text."""
    if len(text) > MAX_SHADER_BYTES:
        return f"the shader is {len(text)} bytes long; the most is {MAX_SHADER_BYTES}"
    if b"\0" in text:  # the shader compiler would stop there, whatever follows
        return f"there is a NUL byte at offset {text.index(0)}"
    if _nesting(text) > 200:
        return "brackets are nested more than 200 deep"
    try:
        code = text.decode()
    except UnicodeDecodeError as error:
        return f"the text is not UTF-8: {error}"
    try:
        module = _device().create_shader_module(code=code)
        return _device().create_compute_pipeline(
            layout="auto", compute={"module": module, "entry_point": "main"}
        )
    except _wgpu().GPUError as error:
        return str(error).strip()


def _nesting(text: bytes) -> int:
    """Deepest nesting of brackets: the shader compiler's parser recurses over them."""
    depth = deepest = 0
    for byte in text:
        if byte in b"([{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b")]}":
            depth -= 1
    return deepest


class GuestGpu:
    """The GPU as one instance sees it: buffers by handle, and what happened to them."""

    def __init__(self, binary: WasmBinary, options: dict[str, Any]) -> None:
        """Take `shader_length` (`strict`, `check` or `host`) and `dispatch` (False: do nothing)."""
        self._segments = [
            (segment.memory_offset, segment.data)
            for segment in binary.data
            if segment.memory_offset is not None
        ]
        self._shader_length: str = options["shader_length"]
        self._execute: bool = options["dispatch"]
        self._memory: wt.Memory | None = None
        self._buffers: list[Any] = []
        self._bytes = 0
        self._dispatches: list[list[int]] = []
        self._reads: list[tuple[int, bytes]] = []
        self._length_error: dict[str, int] | None = None

    def define_in(self, linker: wt.Linker) -> None:
        """Offer the imports of the module `env`."""
        import wasmtime as wt  # noqa: PLC0415 - loaded already in this process

        i32 = wt.ValType.i32()
        for name, arity, results, function in (
            ("gpu_alloc", 1, [i32], self._alloc),
            ("gpu_write", 4, [], self._write),
            ("gpu_read", 4, [], self._read),
            ("gpu_dispatch", 7, [], self._dispatch),
        ):
            kind = wt.FuncType([i32] * arity, results)
            linker.define_func("env", name, kind, function, access_caller=True)

    def attach(self, memory: wt.Memory) -> None:
        """Remember the guest's memory."""
        self._memory = memory

    def report(self, store: wt.Store) -> dict[str, Any]:
        """What happened since the last report.

        `reads` lists, for each `gpu_read`, where it wrote, how many bytes, and whether they still
        stand there: results that the guest computed itself do not.
        """
        told = {
            "dispatches": self._dispatches,
            "reads": [
                [ptr, len(data), self._stands(store, ptr, data)] for ptr, data in self._reads
            ],
            "length_error": self._length_error,
        }
        self._dispatches, self._reads = [], []
        return told

    def _stands(self, store: wt.Store, ptr: int, data: bytes) -> bool:
        assert self._memory is not None
        return bytes(self._memory.read(store, ptr, ptr + len(data))) == data

    def close(self) -> None:
        """Free the buffers."""
        for buffer in self._buffers:
            buffer.destroy()
        self._buffers.clear()

    def _alloc(self, _caller: Any, count: int) -> int:
        count &= 0xFFFFFFFF
        _aligned("gpu_alloc", "byte_length", count)
        self._bytes += count
        if self._bytes > MAX_GPU_BYTES:
            raise GuestFault(
                "out_of_memory", f"gpu_alloc: more than {MAX_GPU_BYTES} bytes of buffers in all"
            )
        usage = _wgpu().BufferUsage
        kinds = usage.STORAGE | usage.COPY_SRC | usage.COPY_DST
        buffer = _checked(
            "gpu_alloc", lambda: _device().create_buffer(size=max(count, 4), usage=kinds)
        )
        self._buffers.append(buffer)
        return len(self._buffers) - 1

    def _write(self, caller: Any, handle: int, offset: int, ptr: int, count: int) -> None:
        buffer = self._buffer("gpu_write", handle, offset, count)
        data = self._guest_bytes(caller, "gpu_write", ptr, count)
        if data:
            _checked(
                "gpu_write",
                lambda: _device().queue.write_buffer(buffer, offset & 0xFFFFFFFF, data),
            )

    def _read(self, caller: Any, handle: int, offset: int, ptr: int, count: int) -> None:
        buffer = self._buffer("gpu_read", handle, offset, count)
        self._guest_bytes(caller, "gpu_read", ptr, count)
        if not count:
            return
        data = _checked(
            "gpu_read",
            lambda: bytes(_device().queue.read_buffer(buffer, offset & 0xFFFFFFFF, count)),
        )
        self._guest_memory(caller).write(caller, data, ptr & 0xFFFFFFFF)
        self._reads.append((ptr & 0xFFFFFFFF, data))

    def _dispatch(
        self, caller: Any, ptr: int, length: int, list_ptr: int, list_len: int, *groups: int
    ) -> None:
        if len(self._dispatches) >= MAX_DISPATCHES:
            raise GuestFault("timed_out", f"gpu_dispatch: more than {MAX_DISPATCHES} dispatches")
        pipeline = self._shader(caller, ptr & 0xFFFFFFFF, length & 0xFFFFFFFF)
        if not 0 <= list_len <= 8:
            raise GuestFault("crashed", f"gpu_dispatch: buffer_count is {list_len}, not 0 to 8")
        packed = self._guest_bytes(caller, "gpu_dispatch", list_ptr, 4 * list_len)
        handles = struct.unpack(f"<{list_len}i", packed)
        buffers = [self._buffer("gpu_dispatch", handle, 0, 0) for handle in handles]
        self._dispatches.append(list(groups))
        if self._execute:
            _checked("gpu_dispatch", lambda: _submit(pipeline, buffers, groups))

    def _shader(self, caller: Any, ptr: int, length: int) -> Any:
        """The pipeline of the text at `ptr`; a wrong length is noted and mended.

        The note makes the sample fail where lengths are judged strictly. Going on with the mended
        text tells in the same run what a host-side fix-up would have given.
        """
        memory = self._guest_memory(caller)
        end = min(ptr + length, memory.data_len(caller))
        text = bytes(memory.read(caller, ptr, end)) if ptr < end else b""
        mended = self._whole_text(memory, caller, ptr)
        if self._shader_length == "host" and not isinstance(_pipeline(mended), str):
            return _pipeline(mended)
        outcome = _pipeline(text)
        if not isinstance(outcome, str) and len(text) == length:
            return outcome
        if not isinstance(_pipeline(mended), str):
            self._length_error = {"passed": length, "actual": len(mended)}
            return _pipeline(mended)
        raise GuestFault(
            "crashed", f"gpu_dispatch: the {length} bytes at {ptr} are no valid shader: {outcome}"
        )

    def _whole_text(self, memory: wt.Memory, caller: Any, ptr: int) -> bytes:
        """The text that starts at `ptr`: to the end of its data segment, or to the first NUL."""
        ends = [
            offset + len(data)
            for offset, data in self._segments
            if offset <= ptr < offset + len(data)
        ]
        end = ends[0] if ends else min(ptr + MAX_SHADER_BYTES, memory.data_len(caller))
        if ptr >= end:
            return b""
        return bytes(memory.read(caller, ptr, end)).partition(b"\0")[0]

    def _guest_memory(self, caller: Any) -> wt.Memory:
        """The exported memory, also while a start function runs."""
        memory: wt.Memory | None = self._memory or caller.get("memory")
        if memory is None:
            raise GuestFault("rule_broken", "the module exports no memory named 'memory'")
        return memory

    def _guest_bytes(self, caller: Any, what: str, ptr: int, count: int) -> bytes:
        memory = self._guest_memory(caller)
        start, size = ptr & 0xFFFFFFFF, count & 0xFFFFFFFF
        if start + size > memory.data_len(caller):
            raise GuestFault(
                "crashed", f"{what}: bytes {start} to {start + size} lie outside the memory"
            )
        return bytes(memory.read(caller, start, start + size))

    def _buffer(self, what: str, handle: int, offset: int, count: int) -> Any:
        if not 0 <= handle < len(self._buffers):
            raise GuestFault("crashed", f"{what}: there is no buffer {handle}")
        start, size = offset & 0xFFFFFFFF, count & 0xFFFFFFFF
        _aligned(what, "buffer_offset", start)
        _aligned(what, "byte_length", size)
        buffer = self._buffers[handle]
        if start + size > buffer.size:
            raise GuestFault(
                "crashed",
                f"{what}: bytes {start} to {start + size} lie outside buffer {handle} "
                f"of {buffer.size} bytes",
            )
        return buffer


def _aligned(what: str, name: str, value: int) -> None:
    if value % 4:
        raise GuestFault("crashed", f"{what}: {name} is {value}, not a multiple of 4")


def _checked(what: str, action: Any) -> Any:
    try:
        return action()
    except _wgpu().GPUError as error:
        raise GuestFault("crashed", f"{what}: {str(error).strip()}") from None


def _submit(pipeline: Any, buffers: list[Any], groups: tuple[int, ...]) -> None:
    """Run one compute pass; buffer i is `@group(0) @binding(i)`."""
    device = _device()
    encoder = device.create_command_encoder()
    compute = encoder.begin_compute_pass()
    compute.set_pipeline(pipeline)
    if buffers:
        entries = [
            {"binding": index, "resource": {"buffer": buffer, "offset": 0, "size": buffer.size}}
            for index, buffer in enumerate(buffers)
        ]
        layout = pipeline.get_bind_group_layout(0)
        compute.set_bind_group(0, device.create_bind_group(layout=layout, entries=entries))
    compute.dispatch_workgroups(*(group & 0xFFFFFFFF for group in groups))
    compute.end()
    device.queue.submit([encoder.finish()])
