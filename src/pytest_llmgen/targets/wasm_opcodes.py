"""WebAssembly's instructions as data: code, mnemonic, immediates, effect on the stack.

Each row is `first-code immediates takes>gives names`; the names have consecutive codes, and a name
that ends in a colon is put before all that follow it. Letters: i i32, l i64, f f32, d f64, v v128,
a anything. `?` in place of an effect: it depends on more than the instruction (calls) or ends a
basic block (control).

Source: WebAssembly core specification 3.0, Appendix "Index of Instructions"; threads proposal for
prefix 0xFE. Left out: garbage collection, typed function references, exceptions.
"""

from __future__ import annotations

from dataclasses import dataclass

_PLAIN = """
00 none ? unreachable
01 none > nop
02 block ? block loop if
05 none ? else
0b none ? end
0c index ? br br_if
0e labels ? br_table
0f none ? return
10 index ? call
11 pair ? call_indirect
12 index ? return_call
13 pair ? return_call_indirect
1a none a> drop
1b none aai>a select
1c types aai>a select
20 index >a local.get
21 index a> local.set
22 index a>a local.tee
23 index >a global.get
24 index a> global.set
25 index i>a table.get
26 index ia> table.set
28 memory i>i i32.load
29 memory i>l i64.load
2a memory i>f f32.load
2b memory i>d f64.load
2c memory i>i i32: load8_s load8_u load16_s load16_u
30 memory i>l i64: load8_s load8_u load16_s load16_u load32_s load32_u
36 memory ii> i32.store
37 memory il> i64.store
38 memory if> f32.store
39 memory id> f64.store
3a memory ii> i32: store8 store16
3c memory il> i64: store8 store16 store32
3f index >i memory.size
40 index i>i memory.grow
41 i32 >i i32.const
42 i64 >l i64.const
43 f32 >f f32.const
44 f64 >d f64.const
45 none i>i i32.eqz
46 none ii>i i32: eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
50 none l>i i64.eqz
51 none ll>i i64: eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
5b none ff>i f32: eq ne lt gt le ge
61 none dd>i f64: eq ne lt gt le ge
67 none i>i i32: clz ctz popcnt
6a none ii>i i32: add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr
79 none l>l i64: clz ctz popcnt
7c none ll>l i64: add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr
8b none f>f f32: abs neg ceil floor trunc nearest sqrt
92 none ff>f f32: add sub mul div min max copysign
99 none d>d f64: abs neg ceil floor trunc nearest sqrt
a0 none dd>d f64: add sub mul div min max copysign
a7 none l>i i32.wrap_i64
a8 none f>i i32: trunc_f32_s trunc_f32_u
aa none d>i i32: trunc_f64_s trunc_f64_u
ac none i>l i64: extend_i32_s extend_i32_u
ae none f>l i64: trunc_f32_s trunc_f32_u
b0 none d>l i64: trunc_f64_s trunc_f64_u
b2 none i>f f32: convert_i32_s convert_i32_u
b4 none l>f f32: convert_i64_s convert_i64_u
b6 none d>f f32.demote_f64
b7 none i>d f64: convert_i32_s convert_i32_u
b9 none l>d f64: convert_i64_s convert_i64_u
bb none f>d f64.promote_f32
bc none f>i i32.reinterpret_f32
bd none d>l i64.reinterpret_f64
be none i>f f32.reinterpret_i32
bf none l>d f64.reinterpret_i64
c0 none i>i i32: extend8_s extend16_s
c2 none l>l i64: extend8_s extend16_s extend32_s
d0 heap >a ref.null
d1 none a>i ref.is_null
d2 index >a ref.func
"""

_BULK = """
00 none f>i i32: trunc_sat_f32_s trunc_sat_f32_u
02 none d>i i32: trunc_sat_f64_s trunc_sat_f64_u
04 none f>l i64: trunc_sat_f32_s trunc_sat_f32_u
06 none d>l i64: trunc_sat_f64_s trunc_sat_f64_u
08 pair iii> memory.init
09 index > data.drop
0a pair iii> memory.copy
0b index iii> memory.fill
0c pair iii> table.init
0d index > elem.drop
0e pair iii> table.copy
0f index ai>i table.grow
10 index >i table.size
11 index iai> table.fill
"""

_VECTOR = """
00 memory i>v v128: load load8x8_s load8x8_u load16x4_s load16x4_u load32x2_s load32x2_u
07 memory i>v v128: load8_splat load16_splat load32_splat load64_splat
0b memory iv> v128.store
0c bytes >v v128.const
0d bytes vv>v i8x16.shuffle
0e none vv>v i8x16.swizzle
0f none i>v i8x16.splat i16x8.splat i32x4.splat
12 none l>v i64x2.splat
13 none f>v f32x4.splat
14 none d>v f64x2.splat
15 lane v>i i8x16: extract_lane_s extract_lane_u
17 lane vi>v i8x16.replace_lane
18 lane v>i i16x8: extract_lane_s extract_lane_u
1a lane vi>v i16x8.replace_lane
1b lane v>i i32x4.extract_lane
1c lane vi>v i32x4.replace_lane
1d lane v>l i64x2.extract_lane
1e lane vl>v i64x2.replace_lane
1f lane v>f f32x4.extract_lane
20 lane vf>v f32x4.replace_lane
21 lane v>d f64x2.extract_lane
22 lane vd>v f64x2.replace_lane
23 none vv>v i8x16: eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
2d none vv>v i16x8: eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
37 none vv>v i32x4: eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
41 none vv>v f32x4: eq ne lt gt le ge
47 none vv>v f64x2: eq ne lt gt le ge
4d none v>v v128.not
4e none vv>v v128: and andnot or xor
52 none vvv>v v128.bitselect
53 none v>i v128.any_true
54 memory_lane iv>v v128: load8_lane load16_lane load32_lane load64_lane
58 memory_lane iv> v128: store8_lane store16_lane store32_lane store64_lane
5c memory i>v v128: load32_zero load64_zero
5e none v>v f32x4.demote_f64x2_zero f64x2.promote_low_f32x4
60 none v>v i8x16: abs neg popcnt
63 none v>i i8x16: all_true bitmask
65 none vv>v i8x16: narrow_i16x8_s narrow_i16x8_u
67 none v>v f32x4: ceil floor trunc nearest
6b none vi>v i8x16: shl shr_s shr_u
6e none vv>v i8x16: add add_sat_s add_sat_u sub sub_sat_s sub_sat_u
74 none v>v f64x2: ceil floor
76 none vv>v i8x16: min_s min_u max_s max_u
7a none v>v f64x2.trunc
7b none vv>v i8x16.avgr_u
7c none v>v i16x8: extadd_pairwise_i8x16_s extadd_pairwise_i8x16_u
7e none v>v i32x4: extadd_pairwise_i16x8_s extadd_pairwise_i16x8_u
80 none v>v i16x8: abs neg
82 none vv>v i16x8.q15mulr_sat_s
83 none v>i i16x8: all_true bitmask
85 none vv>v i16x8: narrow_i32x4_s narrow_i32x4_u
87 none v>v i16x8: extend_low_i8x16_s extend_high_i8x16_s extend_low_i8x16_u extend_high_i8x16_u
8b none vi>v i16x8: shl shr_s shr_u
8e none vv>v i16x8: add add_sat_s add_sat_u sub sub_sat_s sub_sat_u
94 none v>v f64x2.nearest
95 none vv>v i16x8: mul min_s min_u max_s max_u
9b none vv>v i16x8.avgr_u
9c none vv>v i16x8: extmul_low_i8x16_s extmul_high_i8x16_s extmul_low_i8x16_u extmul_high_i8x16_u
a0 none v>v i32x4: abs neg
a3 none v>i i32x4: all_true bitmask
a7 none v>v i32x4: extend_low_i16x8_s extend_high_i16x8_s extend_low_i16x8_u extend_high_i16x8_u
ab none vi>v i32x4: shl shr_s shr_u
ae none vv>v i32x4.add
b1 none vv>v i32x4.sub
b5 none vv>v i32x4: mul min_s min_u max_s max_u dot_i16x8_s
bc none vv>v i32x4: extmul_low_i16x8_s extmul_high_i16x8_s extmul_low_i16x8_u extmul_high_i16x8_u
c0 none v>v i64x2: abs neg
c3 none v>i i64x2: all_true bitmask
c7 none v>v i64x2: extend_low_i32x4_s extend_high_i32x4_s extend_low_i32x4_u extend_high_i32x4_u
cb none vi>v i64x2: shl shr_s shr_u
ce none vv>v i64x2.add
d1 none vv>v i64x2.sub
d5 none vv>v i64x2: mul eq ne lt_s gt_s le_s ge_s
dc none vv>v i64x2: extmul_low_i32x4_s extmul_high_i32x4_s extmul_low_i32x4_u extmul_high_i32x4_u
e0 none v>v f32x4: abs neg
e3 none v>v f32x4.sqrt
e4 none vv>v f32x4: add sub mul div min max pmin pmax
ec none v>v f64x2: abs neg
ef none v>v f64x2.sqrt
f0 none vv>v f64x2: add sub mul div min max pmin pmax
f8 none v>v i32x4: trunc_sat_f32x4_s trunc_sat_f32x4_u
fa none v>v f32x4: convert_i32x4_s convert_i32x4_u
fc none v>v i32x4: trunc_sat_f64x2_s_zero trunc_sat_f64x2_u_zero
fe none v>v f64x2: convert_low_i32x4_s convert_low_i32x4_u
100 none vv>v i8x16.relaxed_swizzle
101 none v>v i32x4: relaxed_trunc_f32x4_s relaxed_trunc_f32x4_u
103 none v>v i32x4: relaxed_trunc_f64x2_s_zero relaxed_trunc_f64x2_u_zero
105 none vvv>v f32x4: relaxed_madd relaxed_nmadd
107 none vvv>v f64x2: relaxed_madd relaxed_nmadd
109 none vvv>v i8x16.relaxed_laneselect i16x8.relaxed_laneselect
10b none vvv>v i32x4.relaxed_laneselect i64x2.relaxed_laneselect
10d none vv>v f32x4: relaxed_min relaxed_max
10f none vv>v f64x2: relaxed_min relaxed_max
111 none vv>v i16x8: relaxed_q15mulr_s relaxed_dot_i8x16_i7x16_s
113 none vvv>v i32x4.relaxed_dot_i8x16_i7x16_add_s
"""

_ATOMIC = """
00 memory ii>i memory.atomic.notify
01 memory iil>i memory.atomic.wait32
02 memory ill>i memory.atomic.wait64
03 zero > atomic.fence
10 memory i>a i32.atomic.load i64.atomic.load
12 memory i>i i32: atomic.load8_u atomic.load16_u
14 memory i>l i64: atomic.load8_u atomic.load16_u atomic.load32_u
17 memory ia> i32.atomic.store i64.atomic.store
19 memory ii> i32: atomic.store8 atomic.store16
1b memory il> i64: atomic.store8 atomic.store16 atomic.store32
""" + "\n".join(
    f"{0x1E + 7 * place:x} memory {takes}>a i32.atomic.rmw.{name} i64.atomic.rmw.{name} "
    f"i32.atomic.rmw8.{name}_u i32.atomic.rmw16.{name}_u "
    f"i64.atomic.rmw8.{name}_u i64.atomic.rmw16.{name}_u i64.atomic.rmw32.{name}_u"
    for place, (name, takes) in enumerate(
        [
            ("add", "ia"),
            ("sub", "ia"),
            ("and", "ia"),
            ("or", "ia"),
            ("xor", "ia"),
            ("xchg", "ia"),
            ("cmpxchg", "iaa"),
        ]
    )
)

VECTOR_PREFIX = 0xFD


@dataclass(frozen=True, slots=True, kw_only=True)
class Opcode:
    """One instruction of the table.

    Attributes:
        prefix: 0 or the first byte: 0xFC, 0xFD, 0xFE.
        code: The byte, or the number after the prefix.
        immediates: Which immediates follow, as `wasm_code` reads them.
        takes: One letter for each operand, the deepest first; None where it depends.
        gives: One letter for each result; None where it depends.
    """

    prefix: int
    code: int
    name: str
    immediates: str
    takes: str | None
    gives: str | None

    @property
    def computes_vectors(self) -> bool:
        """Whether it computes from a v128: no load, store, constant, splat or lane access."""
        return (
            self.prefix == VECTOR_PREFIX
            and "v" in (self.takes or "")
            and self.immediates in {"none", "bytes"}
        )


def _parse(prefix: int, table: str) -> list[Opcode]:
    return [opcode for row in table.split("\n") if row for opcode in _parse_row(prefix, row)]


def _parse_row(prefix: int, row: str) -> list[Opcode]:
    first, immediates, effect, *names = row.split()
    if names[0].endswith(":"):
        names = [names[0].replace(":", ".") + name for name in names[1:]]
    takes, _, gives = effect.partition(">")
    depends = effect == "?"
    return [
        Opcode(
            prefix=prefix,
            code=code,
            name=name,
            immediates=immediates,
            takes=None if depends else takes,
            gives=None if depends else gives,
        )
        for code, name in enumerate(names, start=int(first, 16))
    ]


_TABLES = {0: _PLAIN, 0xFC: _BULK, VECTOR_PREFIX: _VECTOR, 0xFE: _ATOMIC}

OPCODES = {
    (opcode.prefix, opcode.code): opcode
    for prefix, table in _TABLES.items()
    for opcode in _parse(prefix, table)
}
"""Every known instruction, by prefix (0: none) and code."""

PREFIXES = frozenset(_TABLES) - {0}

BY_NAME = {opcode.name: opcode for opcode in OPCODES.values()}
"""The same by mnemonic; both codes of `select` have the same effect."""

VECTOR_COMPUTING = frozenset(name for name, opcode in BY_NAME.items() if opcode.computes_vectors)
"""Mnemonics of all instructions that compute from a v128."""
