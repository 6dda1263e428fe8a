"""Values of Python as the bytes that `mlir_runner` puts into memory, and back.

What a submission computed is not trusted: outputs must be exactly as long as the types say, and the
random bytes before each memref must be as they were.
"""

from __future__ import annotations

import math
import operator
import secrets
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_llmgen.errors import Crashed, RuleBroken, UsageError
from pytest_llmgen.targets.mlir_memory import guard_bytes
from pytest_llmgen.targets.mlir_signature import Memref, Scalar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_llmgen.targets.mlir_signature import Function

DTYPES = {
    name: np.dtype(code)
    for name, code in {
        "i1": "?",
        "i8": "i1",
        "i16": "i2",
        "i32": "i4",
        "i64": "i8",
        "index": "i8",
        "f32": "f4",
        "f64": "f8",
    }.items()
}
"""What elements of a memref are in an array; indices are those of NumPy."""

_BITS = {"i8": 8, "i16": 16, "i32": 32, "i64": 64, "index": 64}


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one call."""

    values: list[Any]
    """As the function will see them, arrays as copies."""
    guards: list[bytes]
    """The random bytes before each memref."""
    blob: bytes


def encode_arguments(function: Function, arguments: Sequence[Any]) -> Arguments:
    """The arguments of one call.

    Raises:
        UsageError: If one is not of the declared type: the check is at fault.
    """
    if len(arguments) != len(function.parameters):
        raise UsageError(
            f"`{function.declaration}` takes {len(function.parameters)} arguments, "
            f"got {len(arguments)}"
        )
    values: list[Any] = []
    guards: list[bytes] = []
    cells: list[bytes] = []
    contents: list[bytes] = []
    for (name, kind), value in zip(function.parameters, arguments, strict=True):
        try:
            if isinstance(kind, Memref):
                array = _checked_array(kind, value)
                guard = secrets.token_bytes(guard_bytes(array.nbytes))
                values.append(array.copy())
                guards.append(guard)
                cells.append(struct.pack(f"<{array.ndim}Q", *array.shape))
                contents += (guard, array.tobytes())
            else:
                data = _encode_scalar(kind, value)
                values.append(struct.unpack(f"<{kind.code}", data)[0])
                cells.append(data.ljust(8, b"\0"))
        except (TypeError, ValueError, OverflowError) as error:
            raise UsageError(
                f"`{function.declaration}`: the argument {name!r} cannot be "
                f"{shorten_value(value)}: {error}"
            ) from None
    return Arguments(values, guards, b"".join((*cells, *contents)))


def decode_outputs(function: Function, data: bytes, arguments: Arguments) -> list[Any]:
    """The results of a call, and then what it left in each memref.

    Raises:
        RuleBroken: If it wrote before the beginning of a memref.
        Crashed: If these are no outputs.
    """
    at = struct.calcsize(function.result_format)
    arrays = [value for value in arguments.values if isinstance(value, np.ndarray)]
    length = at + sum(map(len, arguments.guards)) + sum(array.nbytes for array in arrays)
    if len(data) != length:
        raise Crashed("it ended without a valid result")
    outputs = list(struct.unpack_from(function.result_format, data))
    names = [name for name, kind in function.parameters if isinstance(kind, Memref)]
    for name, before, guard in zip(names, arrays, arguments.guards, strict=True):
        if data[at : at + len(guard)] != guard:
            raise RuleBroken(f"it wrote before the beginning of the memref %{name}")
        at += len(guard)
        found = np.frombuffer(data, before.dtype, before.size, at).reshape(before.shape)
        # A forged boolean may be neither 0 nor 1.
        outputs.append(found.view(np.uint8) != 0 if before.dtype == np.bool_ else found.copy())
        at += before.nbytes
    return outputs


def shorten_value(value: Any) -> str:
    """A value for a message, in at most about 200 characters."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 200 else f"{text[:200]}..."


def _checked_array(kind: Memref, value: Any) -> np.ndarray:
    dtype = DTYPES[kind.element.name]
    if not isinstance(value, np.ndarray):
        raise TypeError(f"{kind} needs an array of dtype {dtype}")
    if value.dtype != dtype or value.ndim != len(kind.shape):
        raise TypeError(
            f"{kind} needs an array of dtype {dtype} and {len(kind.shape)} dimensions, "
            f"not {value.dtype} and {value.ndim}"
        )
    fits = zip(kind.shape, value.shape, strict=True)
    if any(wanted is not None and wanted != size for wanted, size in fits):
        raise TypeError(f"{kind} needs another shape than {value.shape}")
    return np.ascontiguousarray(value).reshape(value.shape)


def _encode_scalar(kind: Scalar, value: Any) -> bytes:
    if kind.code == "?":
        if not isinstance(value, bool | np.bool_):
            raise TypeError("i1 needs True or False")
        return struct.pack("?", value)
    if kind.code in "fd":
        if isinstance(value, bool | str) or not hasattr(value, "__float__"):
            raise TypeError(f"{kind} needs a number")
        number = float(value)
        try:
            return struct.pack(f"<{kind.code}", number)
        except OverflowError:  # beyond the largest f32, and infinite when cast to it
            return struct.pack("<f", math.copysign(math.inf, number))
    if isinstance(value, bool | np.bool_):
        raise TypeError(f"{kind} needs an integer")
    number, bits = operator.index(value), _BITS[kind.name]
    least = 0 if kind.name == "index" else -(1 << bits - 1)
    if not least <= number < 1 << bits:
        raise ValueError(f"{kind} is from {least} to {(1 << bits) - 1}")
    return (number % (1 << bits)).to_bytes(bits // 8, "little")
