"""Examples of repair in MLIR, which a model may be shown before a task (`--llm-few-shot=mlir`).

Each shows a faulty function, what MLIR or a call says of it, and the function repaired: a constant
of the wrong type, operands in the wrong order, and a block without its end. They compute what no
challenge asks for.
"""

from __future__ import annotations

from pytest_llmgen.targets.target import Example

EXAMPLES = (
    Example(
        question="""\
Repair the function `func.func @padded(%n: i32) -> i32`: n rounded up to a multiple of 8.

```mlir
func.func @padded(%n: i32) -> i32 {
  %seven = arith.constant 7 : i32
  %mask = arith.constant -8 : i64
  %sum = arith.addi %n, %seven : i32
  %padded = arith.andi %sum, %mask : i32
  return %padded : i32
}
```

It does not build:

```text
source.mlir:5:30: error: use of value '%mask' expects different type than prior uses: 'i32' vs 'i64'
  %padded = arith.andi %sum, %mask : i32
                             ^
source.mlir:3:3: note: prior use here
  %mask = arith.constant -8 : i64
  ^
```
""",
        answer="""\
The constant %mask is an i64, and arith.andi takes two operands of type i32:

```mlir
func.func @padded(%n: i32) -> i32 {
  %seven = arith.constant 7 : i32
  %mask = arith.constant -8 : i32
  %sum = arith.addi %n, %seven : i32
  %padded = arith.andi %sum, %mask : i32
  return %padded : i32
}
```
""",
    ),
    Example(
        question="""\
Repair the function `func.func @celsius(%fahrenheit: f64) -> f64`: a temperature in degrees
Fahrenheit, converted to degrees Celsius.

```mlir
func.func @celsius(%fahrenheit: f64) -> f64 {
  %freezing = arith.constant 32.0 : f64
  %five = arith.constant 5.0 : f64
  %nine = arith.constant 9.0 : f64
  %above = arith.subf %freezing, %fahrenheit : f64
  %scaled = arith.mulf %above, %five : f64
  %celsius = arith.divf %scaled, %nine : f64
  return %celsius : f64
}
```

It builds, and celsius(212.0) returns -100.0, expected 100.0.
""",
        answer="""\
The sign is wrong, since the operands of arith.subf are swapped:

```mlir
func.func @celsius(%fahrenheit: f64) -> f64 {
  %freezing = arith.constant 32.0 : f64
  %five = arith.constant 5.0 : f64
  %nine = arith.constant 9.0 : f64
  %above = arith.subf %fahrenheit, %freezing : f64
  %scaled = arith.mulf %above, %five : f64
  %celsius = arith.divf %scaled, %nine : f64
  return %celsius : f64
}
```
""",
    ),
    Example(
        question="""\
Repair the function `func.func @majority(%a: i1, %b: i1, %c: i1) -> i1`: whether at least two of
three votes are true.

```mlir
func.func @majority(%a: i1, %b: i1, %c: i1) -> i1 {
  %both = arith.andi %a, %b : i1
  %either = arith.ori %a, %b : i1
  %decided = arith.andi %either, %c : i1
  %majority = arith.ori %both, %decided : i1
}
```

It does not build:

```text
source.mlir:5:15: error: block with no terminator, has %3 = "arith.ori"(%0, %2) : (i1, i1) -> i1
  %majority = arith.ori %both, %decided : i1
              ^
```
""",
        answer="""\
The block must end with a terminator, here with a return of the result:

```mlir
func.func @majority(%a: i1, %b: i1, %c: i1) -> i1 {
  %both = arith.andi %a, %b : i1
  %either = arith.ori %a, %b : i1
  %decided = arith.andi %either, %c : i1
  %majority = arith.ori %both, %decided : i1
  return %majority : i1
}
```
""",
    ),
)
