"""What the target `mlir` builds, and what it says of what it does not build."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.mlir_samples import mlir_challenge

from pytest_llmgen.challenge import Limits
from pytest_llmgen.errors import BuildFailed, Crashed, RuleBroken, UsageError
from pytest_llmgen.extraction import extract
from pytest_llmgen.targets.mlir import MLIR_FORM, Mlir
from pytest_llmgen.targets.target import BuildSettings

if TYPE_CHECKING:
    from support.mlir_samples import MlirSamples

THRUST = "func.func @thrust(%altitude: f32, %velocity: f32) -> f32"
FILL = "func.func @fill(%m: memref<?xf32>)"
RIGHT = f"""\
{THRUST} {{
  %k = arith.constant 2.0 : f32
  %t = arith.mulf %k, %altitude : f32
  return %t : f32
}}
"""


def refused(mlir: MlirSamples, source: str, task: str = THRUST) -> str:
    """The words with which a build fails."""
    with pytest.raises(BuildFailed) as raised:
        mlir.build(task, source)
    return str(raised.value)


def broken(mlir: MlirSamples, source: str, task: str = THRUST) -> str:
    """The words with which a rule is broken."""
    with pytest.raises(RuleBroken) as raised:
        mlir.build(task, source)
    return str(raised.value)


# What MLIR says


def test_a_type_error_is_told_as_the_verifier_tells_it(mlir: MlirSamples) -> None:
    """Message, line, column, the line itself, a caret, and the note."""
    source = f"""\
{THRUST} {{
  %k = arith.constant 5.0 : f32
  %thrust = arith.constant 3 : i32
  %r = arith.addf %k, %thrust : f32
  return %r : f32
}}
"""
    assert refused(mlir, source) == (
        "source.mlir:4:23: error: use of value '%thrust' expects different type than prior uses: "
        "'f32' vs 'i32'\n"
        "  %r = arith.addf %k, %thrust : f32\n"
        "                      ^\n"
        "source.mlir:3:3: note: prior use here\n"
        "  %thrust = arith.constant 3 : i32\n"
        "  ^"
    )


def test_a_syntax_error_is_told_with_its_place(mlir: MlirSamples) -> None:
    """The caret stands below it, also after a tab and letters of several bytes."""
    source = f'{THRUST} {{\n\t%r = "é" %altitude\n}}\n'
    assert refused(mlir, source).endswith('\n\t%r = "é" %altitude\n\t         ^')


def test_what_the_verifier_finds_is_told(mlir: MlirSamples) -> None:
    """Not only what the parser finds."""
    source = f"{THRUST} {{\n  return\n}}\n"
    assert refused(mlir, source) == (
        "source.mlir:2:3: error: 'func.return' op has 0 operands, but enclosing function "
        "(@thrust) returns 1\n"
        "  return\n"
        "  ^"
    )


def test_an_unknown_operation_is_told(mlir: MlirSamples) -> None:
    """One that the dialect does not have, and a dialect that does not exist."""
    assert refused(mlir, RIGHT.replace("arith.mulf", "arith.times")) == (
        "source.mlir:3:8: error: custom op 'arith.times' is unknown\n"
        "  %t = arith.times %k, %altitude : f32\n"
        "       ^"
    )
    assert refused(mlir, RIGHT.replace("arith.mulf", "maths.mulf")) == (
        "source.mlir:3:8: error: Dialect `maths' not found for custom op 'maths.mulf'\n"
        "  %t = maths.mulf %k, %altitude : f32\n"
        "       ^"
    )


def test_a_text_that_is_no_mlir_is_refused(mlir: MlirSamples) -> None:
    """Prose, a NUL, nothing."""
    for source in ("I cannot do that.\n", '"', "{-# #-}", "\N{SNOWMAN}"):
        assert refused(mlir, source).startswith("source.mlir")
    assert "there is no function @thrust" in refused(mlir, "")


def test_a_location_that_the_source_invents_shows_no_line(mlir: MlirSamples) -> None:
    """Names of other files are not taken for ours."""
    source = f'{THRUST} {{\n  return loc("/etc/passwd":1:1)\n}}\n'
    found = refused(mlir, source)
    assert found.startswith("source.mlir: error: 'func.return' op has 0 operands")
    assert "\n" not in found


def test_what_cannot_be_lowered_is_told(mlir: MlirSamples) -> None:
    """An operation that no pass knows, with its place."""
    source = f"""\
{FILL} {{
  %zero = arith.constant 0 : index
  %x = memref.generic_atomic_rmw %m[%zero] : memref<?xf32> {{
  ^bb0(%old: f32):
    %new = arith.addf %old, %old : f32
    memref.atomic_yield %new : f32
  }}
  memref.store %x, %m[%zero] : memref<?xf32>
  return
}}
"""
    assert refused(mlir, source, FILL).startswith(
        "source.mlir:3:8: error: 'memref.generic_atomic_rmw' cannot be lowered to LLVM here: "
        "write it in another way\n"
        "  %x = memref.generic_atomic_rmw %m[%zero] : memref<?xf32> {\n"
        "       ^\n"
    )


def test_what_cannot_be_linked_is_told(mlir: MlirSamples) -> None:
    """Floats of 128 bits need a library."""
    source = f"""\
{THRUST} {{
  %a = arith.extf %altitude : f32 to f128
  %b = math.sin %a : f128
  %c = arith.truncf %b : f128 to f32
  return %c : f32
}}
"""
    assert refused(mlir, source) == (
        "source.mlir: error: it cannot be linked: it needs a function of the compiler's own "
        "library, as floats of more than 64 bits do"
    )


# What the task asks for


def test_a_function_of_another_type_is_told(mlir: MlirSamples) -> None:
    """With both types and its place."""
    source = "func.func @thrust(%a: f64, %b: f64) -> f64 {\n  return %a : f64\n}\n"
    assert refused(mlir, source) == (
        "source.mlir:1:1: error: @thrust has the type (f64, f64) -> f64, and the task asks for "
        "(f32, f32) -> f32\n"
        "func.func @thrust(%a: f64, %b: f64) -> f64 {\n"
        "^"
    )


def test_a_missing_function_is_told(mlir: MlirSamples) -> None:
    """With what there is instead; what lies deeper does not count."""
    assert refused(mlir, RIGHT.replace("@thrust", "@trust")) == (
        f"source.mlir: error: the task asks for `{THRUST}`, and there is no function @thrust; "
        "the functions of the module: @trust"
    )


def test_all_that_is_missing_is_told(mlir: MlirSamples) -> None:
    """One line for each function."""
    found = refused(mlir, RIGHT, f"`{THRUST}`, `func.func @f()` and `func.func @g() -> i1`")
    assert [line.rpartition("no function ")[2][:2] for line in found.split("\n")] == ["@f", "@g"]


def test_more_functions_and_a_module_around_are_fine(mlir: MlirSamples) -> None:
    """Private ones too, named as functions of the C library, and the task's own."""
    for source in (
        f"module {{\n{RIGHT}}}\n",
        f"module @named attributes {{}} {{\n{RIGHT}}}\n",
        RIGHT.replace("@thrust", "private @thrust"),
        f"{RIGHT}func.func private @malloc() {{\n  return\n}}\n",
        RIGHT.replace(" {\n", " attributes {llvm.emit_c_interface} {\n", 1),
        (
            '"builtin.module"() ({\n'
            '"func.func"() <{function_type = (f32, f32) -> f32, sym_name = "thrust"}> ({\n'
            "^bb0(%a: f32, %b: f32):\n"
            '  %c = "arith.addf"(%a, %a) : (f32, f32) -> f32\n'
            '  "func.return"(%c) : (f32) -> ()\n'
            "}) : () -> ()\n"
            "}) : () -> ()\n"
        ),
    ):
        assert mlir.build(THRUST, source).call("thrust", 1.5, 0.0) == 3.0


# What it may not hold


@pytest.mark.parametrize(
    ("line", "operation"),
    [
        ('llvm.inline_asm has_side_effects "ud2", "" : () -> ()', "llvm.inline_asm"),
        ("%m = memref.alloca() : memref<4xf32>", "memref.alloca"),
        ("%v = vector.broadcast %altitude : f32 to vector<4xf32>", "vector.broadcast"),
        ("gpu.barrier", "gpu.barrier"),
        ("%u = async.execute {\n  async.yield\n  }", "async.execute"),
    ],
)
def test_other_dialects_are_refused(mlir: MlirSamples, line: str, operation: str) -> None:
    """Memory too, where the task has none."""
    source = RIGHT.replace("  return", f"  {line}\n  return")
    first = line.partition("\n")[0]
    column = 3 + first.index(operation)
    assert broken(mlir, source).startswith(
        f"source.mlir:4:{column}: error: '{operation}' is not allowed: use the dialects builtin, "
        "func, arith, math, scf, cf, index, ub only\n"
        f"  {first}\n"
        f"{' ' * (column - 1)}^"
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            "func.func private @_exit(i32)",
            "@_exit has no body: there are no external functions",
        ),
        (
            "module @inner {}",
            "a module inside the module is not allowed: define all functions side by side",
        ),
        (
            "func.func @f() attributes {llvm.linkage = #llvm.linkage<weak>} {\n  return\n}",
            "@f has the attribute 'llvm.linkage', which is not allowed",
        ),
        (
            "func.func @f(%a: i32 {llvm.signext}) {\n  return\n}",
            "@f has the attribute 'arg_attrs', which is not allowed",
        ),
        (
            "llvm.func @getpid() -> i32",
            (
                "'llvm.func' is not allowed: use the dialects builtin, func, arith, math, scf, cf, "
                "index, ub only"
            ),
        ),
    ],
)
def test_what_reaches_out_of_the_module_is_refused(
    mlir: MlirSamples, more: str, message: str
) -> None:
    """Functions and variables of the process, and what changes how functions are linked."""
    assert broken(mlir, f"{more}\n{RIGHT}").startswith(f"source.mlir:1:1: error: {message}\n")


def test_a_variable_of_the_process_is_refused(mlir: MlirSamples) -> None:
    """One without an initial value would be looked for there."""
    source = f"memref.global @environ : memref<4xi64>\n{FILL} {{\n  return\n}}\n"
    assert broken(mlir, source, FILL) == (
        "source.mlir:1:1: error: @environ has no initial value: there are no external variables\n"
        "memref.global @environ : memref<4xi64>\n"
        "^"
    )


def test_memory_may_be_used_where_the_task_has_some(mlir: MlirSamples) -> None:
    """Both dialects, and globals."""
    source = f"""\
memref.global "private" constant @table : memref<2xf32> = dense<[1.0, 7.0]>
{FILL} {{
  %table = memref.get_global @table : memref<2xf32>
  affine.for %i = 0 to 2 {{
    %x = affine.load %table[%i] : memref<2xf32>
    affine.store %x, %m[%i] : memref<?xf32>
  }}
  return
}}
"""
    import numpy as np

    filled = mlir.build(FILL, source).call("fill", np.zeros(3, np.float32))
    assert filled.tolist() == [1.0, 7.0, 0.0]


# What breaks MLIR


def test_a_parser_that_breaks_down_costs_one_build(mlir: MlirSamples) -> None:
    """20,000 nested loops; what comes after builds."""
    nest = "scf.if %c {\n" * 20_000 + "}\n" * 20_000
    bomb = RIGHT.replace("  return", f"  %c = arith.constant true\n{nest}  return")
    with pytest.raises(Crashed) as raised:
        mlir.build(THRUST, bomb)
    assert str(raised.value) == (
        "MLIR broke down over it, maybe for its nesting: the process that ran it died of SIGSEGV"
    )
    assert mlir.build(THRUST, RIGHT).call("thrust", 1.0, 0.0) == 2.0


def test_the_length_of_a_source_is_limited(mlir: MlirSamples) -> None:
    """One MiB, whatever it holds."""
    assert refused(mlir, RIGHT + "// " + "x" * 2**20) == "the source is longer than 1048576 bytes"
    assert refused(mlir, f"{RIGHT}\0") == "the source holds a NUL character"
    assert refused(mlir, f"{RIGHT}// \ud800") == (
        "the source holds half a surrogate pair, which is no character"
    )


# Rules


def test_rules_say_what_is_allowed_and_limited() -> None:
    """Memory is spoken of where the task has some."""
    limits = Limits(wall_s=2.5, memory_bytes=3 << 20)
    plain = Mlir().rules(mlir_challenge(f"`{THRUST}`", limits=limits), BuildSettings())
    assert "the dialects builtin, func, arith, math, scf, cf, index, ub, and no others.\n" in plain
    assert "Each call has 2.5 s." in plain
    assert "memref" not in plain
    memory = Mlir().rules(mlir_challenge(f"`{FILL}`", limits=limits), BuildSettings())
    assert "index, ub, memref, affine, and no others.\n" in memory
    assert "may together take 3 MiB" in memory


def test_the_example_of_the_rules_builds(mlir: MlirSamples) -> None:
    """And does what is said of it."""
    rules = Mlir().rules(mlir_challenge(f"`{THRUST}`"), BuildSettings())
    example = extract(rules, MLIR_FORM).source
    third = mlir.build("func.func @third(%x: f32) -> f32", example)
    assert third.call_rows("third", [(3.0,), (-6.0,)]) == [1.0, -6.0]


def test_a_task_that_declares_nothing_is_the_challenge_s_fault() -> None:
    """Before any model is asked."""
    with pytest.raises(UsageError, match="declares its functions in backticks"):
        Mlir().rules(mlir_challenge("Write something."), BuildSettings())


# Extraction


@pytest.mark.parametrize(
    "reply",
    [
        f"Sure!\n```mlir\n{RIGHT}```\nThis works.\n",
        f"```\n{RIGHT}```\n",
        f"Here it is:\n\n{RIGHT}\nIt doubles the altitude.\n",
        f"```python\nprint(1)\n```\n```llvm\n{RIGHT}```\n",
    ],
)
def test_code_is_found_in_a_reply(reply: str) -> None:
    """In a fence of any kind, or bare."""
    assert extract(reply, MLIR_FORM).source == RIGHT


def test_a_bare_module_is_found() -> None:
    """With what stands before its functions."""
    source = f"#map = affine_map<(d0) -> (d0)>\nmodule {{\n{RIGHT}}}\n"
    assert extract(f"Use this:\n{source}Good luck.\n", MLIR_FORM).source == source


@pytest.mark.parametrize(
    "text", ["", "A module { } of ours", RIGHT[:-3], RIGHT + "}\n", RIGHT.replace("->", "-&gt;")]
)
def test_what_is_not_whole_is_not_plausible(text: str) -> None:
    """Cut off, unbalanced, escaped."""
    assert not MLIR_FORM.plausible(text)
