"""Reading MLIR's generic form, as `mlir-opt` prints it."""

from __future__ import annotations

from pytest_llmgen.targets.mlir_generic import findings, left

TEXT = """\
"builtin.module"() ({
  "memref.global"() <{constant, initial_value = dense<[1.0, 7.0]> : tensor<2xf32>, \
sym_name = "table", type = memref<2xf32>}> : () -> () loc("source.mlir":1:1)
  "memref.global"() <{sym_name = "environ", type = memref<2xf32>}> : () -> () \
loc("source.mlir":2:1)
  "func.func"() <{function_type = (memref<?xf32>, f32) -> (f32, i1), sym_name = "f"}> ({
  ^bb0(%arg0: memref<?xf32> loc("source.mlir":3:14), %arg1: f32 loc("source.mlir":3:33)):
    %0 = "arith.constant"() <{value = true}> : () -> i1 loc("source.mlir":5:8)
    "cf.assert"(%0) <{msg = "a \\22llvm.call\\22( \\0A"}> : (i1) -> () loc("source.mlir":6:3)
    "scf.if"(%0) ({
      %1:2 = "llvm.strange"(%arg1, %arg0) : (f32, memref<?xf32>) -> (f32, f32) \
loc("source.mlir":8:5)
      "scf.yield"() : () -> () loc("source.mlir":7:3)
    }, {
    }) : (i1) -> () loc("source.mlir":7:3)
    "scf.if"(%0) ({
    }, {
    }) : (i1) -> () loc("source.mlir":9:3)
    "func.return"(%arg1, %0) : (f32, i1) -> () loc("source.mlir":11:3)
  }) {llvm.emit_c_interface, other = {a = 1 : i32, b = "x, y"}} : () -> () loc("source.mlir":3:1)
  "func.func"() <{function_type = (i32) -> (), sym_name = "g", sym_visibility = "private"}> ({
  }) : () -> () loc("elsewhere":13:1)
}) : () -> () loc("source.mlir":0:0)
"""


def test_operations_are_found_with_place_and_attributes() -> None:
    """What is checked one by one, and the first of each other kind; strings are no operations."""
    found = findings(TEXT)
    assert [one.operation for one in found if one.top] == ["builtin.module"]
    assert [(one.operation, one.place) for one in found if one.symbol is None] == [
        ("builtin.module", (0, 0)),
        ("arith.constant", (5, 8)),
        ("cf.assert", (6, 3)),
        ("scf.if", (7, 3)),
        ("llvm.strange", (8, 5)),
        ("scf.yield", (7, 3)),
        ("func.return", (11, 3)),
    ]
    named = {one.symbol: one for one in found if one.symbol is not None}
    assert {name: one.has_body for name, one in named.items()} == {
        "table": True,
        "environ": False,
        "f": True,
        "g": False,
    }
    assert named["f"].type == "(memref<?xf32>, f32) -> (f32, i1)"
    assert named["f"].place == (3, 1)
    assert named["f"].attributes == ("function_type", "sym_name", "llvm.emit_c_interface", "other")
    assert named["g"].place == (0, 0)
    assert all(one.outer for one in named.values())


def test_what_is_left_of_other_dialects_is_found() -> None:
    """All of it but the module, in the order of the source."""
    assert [place for name, place in left(TEXT) if name == "scf.if"] == [(7, 3), (9, 3)]
    assert [name for name, _ in left(TEXT)][:3] == ["memref.global", "memref.global", "func.func"]
    assert "llvm.strange" not in dict(left(TEXT))
