"""Take a text of comma-separated values apart.

Write `std::vector<std::vector<std::string>> parse_csv(const std::string& text)`, which gives the
records of the text in order, each as its fields in order.

- A record ends with LF, with CR LF, or with the end of the text. A line end that ends the text does
  not begin another record, so the empty text has no records. A line with nothing on it is a
  record of one empty field.
- Commas stand between fields: n commas, n + 1 fields, of which any may be empty.
- A field that begins with a double quote is quoted: it goes on to the next double quote that is not
  doubled. Within, commas, CR and LF stand for themselves, and a doubled quote for one quote.
- Everything else belongs to its field as it is: spaces, a CR without LF after it, and all other bytes,
  0 and those above 127 included.

For example, the bytes `a,"b ""c"",d",` and a line end are one record of the three fields `a`,
`b "c",d` and an empty one. The text is well formed: quotes stand only in quoted fields, each of which
is closed and followed by a comma, a line end or the end of the text. It has up to 1000000 bytes.
"""

from collections.abc import Sequence

import numpy as np

from pytest_llmgen import CppLibrary, Limits, Submission, challenge, graded

Records = list[list[bytes]]

EXAMPLE = b'a,"b ""c"",d",\n'
LINE_ENDS = (b"\n", b"\r\n")


def records_of(got: list[list[str]]) -> Records:
    """What came back, as bytes."""
    return [[field.encode("utf-8", "surrogateescape") for field in record] for record in got]


def try_out(library: CppLibrary) -> str | None:
    """The example of the task."""
    got = records_of(library.call("parse_csv", EXAMPLE))
    return None if got == [[b"a", b'b "c",d', b""]] else f"the example gives {got}"


pytestmark = challenge(target="cpp", tier="core", limits=Limits(wall_s=2.0), trial=try_out)


def check(library: CppLibrary, cases: Sequence[tuple[bytes, Records]]) -> None:
    """Compare with the records that a text was written from."""
    results = library.call_rows("parse_csv", [(text,) for text, _ in cases])
    for (text, expected), got in zip(cases, map(records_of, results), strict=True):
        counts, wanted = list(map(len, got)), list(map(len, expected))
        where = f"of {text[:60]!r}"
        same = counts == wanted  # pytest would show all of it
        assert same, f"{where}: records of {counts[:9]} fields, expected {wanted[:9]}"
        for i, (record, right) in enumerate(zip(got, expected, strict=True)):
            same = record == right
            assert same, f"{where}: record {i} is {record}, expected {right}"


def written(rng: np.random.Generator, records: Records) -> bytes:
    """A text of the records: quoted where it must be, and elsewhere in a half of the cases."""
    lines = []
    for record in records:
        fields = [
            b'"' + field.replace(b'"', b'""') + b'"'
            if rng.random() < 0.5 or any(byte in field for byte in b',"\r\n')
            else field
            for field in record
        ]
        lines += [b",".join(fields), LINE_ENDS[rng.integers(2)]]
    if lines and lines[-2] and rng.random() < 0.5:
        lines.pop()
    return b"".join(lines)


def fresh(rng: np.random.Generator, alphabet: bytes, count: int, longest: int) -> Records:
    """Records of 1 to 5 fields, of up to so many bytes."""
    letters = np.frombuffer(alphabet, np.uint8)
    return [
        [
            rng.choice(letters, rng.integers(longest + 1)).tobytes()
            for _ in range(rng.integers(1, 6))
        ]
        for _ in range(count)
    ]


def test_example(submission: Submission[CppLibrary]) -> None:
    """The one of the task, and two plain records."""
    library = submission.build()
    assert try_out(library) is None
    check(library, [(b"ab,c\nd,ef\n", [[b"ab", b"c"], [b"d", b"ef"]])])


def test_empty_fields(submission: Submission[CppLibrary]) -> None:
    """Between, before and after commas, with and without quotes."""
    cases = [
        (b",", [[b"", b""]]),
        (b",,\n", [[b"", b"", b""]]),
        (b"a,,b,\nc,", [[b"a", b"", b"b", b""], [b"c", b""]]),
        (b'"",a\n"",""', [[b"", b"a"], [b"", b""]]),
        (b'""', [[b""]]),
    ]
    check(submission.build(), cases)


def test_line_ends(submission: Submission[CppLibrary]) -> None:
    """None, one and several, with CR and without; and the empty text."""
    cases: list[tuple[bytes, Records]] = [(b"", []), (b"a", [[b"a"]])]
    for end in LINE_ENDS:
        cases += [
            (end, [[b""]]),
            (b"a" + end, [[b"a"]]),
            (b"a" + end + b"b", [[b"a"], [b"b"]]),
            (b"a" + end + end + b"b" + end + end, [[b"a"], [b""], [b"b"], [b""]]),
            (b'"a"' + end + b'""' + end, [[b"a"], [b""]]),
            (b"," + end + b'"x",' + end, [[b"", b""], [b"x", b""]]),
        ]
    cases += [
        (b"a\r,\rb\r", [[b"a\r", b"\rb\r"]]),
        (b"a\r\r\nb\n\rc", [[b"a\r"], [b"b"], [b"\rc"]]),
    ]
    check(submission.build(), cases)


def test_quoted(submission: Submission[CppLibrary]) -> None:
    """Commas, line ends and quotes within quotes."""
    cases = [
        (b'"a,b",c', [[b"a,b", b"c"]]),
        (b'"a\nb","c\r\nd"\r\ne', [[b"a\nb", b"c\r\nd"], [b"e"]]),
        (b'"\n\n",\n', [[b"\n\n", b""]]),
        (b'"""",""""""\n', [[b'"', b'""']]),
        (b'"""a""","b""c"', [[b'"a"', b'b"c']]),
        (b'","",",a', [[b',",', b"a"]]),
        (b'"\r"\n"x\r"', [[b"\r"], [b"x\r"]]),
    ]
    check(submission.build(), [(text, list(records)) for text, records in cases])


def test_any_bytes(submission: Submission[CppLibrary]) -> None:
    """Spaces, zeros, and bytes above 127 that are UTF-8 or are not."""
    plain = bytes(byte for byte in range(256) if byte not in b',"\r\n')
    cases = [
        (b" a , b\t\n c", [[b" a ", b" b\t"], [b" c"]]),
        (b'a\0b,\0\n"\0",c', [[b"a\0b", b"\0"], [b"\0", b"c"]]),
        ("é,€\n".encode(), [["é".encode(), "€".encode()]]),
        (b'\xff,\xfe\x80\n"\xa0,\x85"', [[b"\xff", b"\xfe\x80"], [b"\xa0,\x85"]]),
        (plain + b"," + plain[::-1], [[plain, plain[::-1]]]),
        (b"a;b|c\x0bd\x0ce", [[b"a;b|c\x0bd\x0ce"]]),
    ]
    check(submission.build(), cases)


def test_fresh(submission: Submission[CppLibrary], rng: np.random.Generator) -> None:
    """What is written from fresh records is read as these, on one library."""
    cases = []
    for alphabet in (b'a," \r\n', b'"\n', b'ab\0\xff,"', b"xyz"):
        cases += [fresh(rng, alphabet, int(n), 4) for n in rng.integers(0, 6, size=60)]
    cases.append(fresh(rng, b'abc\xc3\xa9,"\r\n', 301, 70))
    check(submission.build(), [(written(rng, records), records) for records in cases])


def test_many_bytes(submission: Submission[CppLibrary]) -> None:
    """As long as the task allows: many records, one long line, one long field."""
    long = b'x"\n,' * 120_000
    cases = [
        (b"0123456789abcde,\xff\r\n" * 50_000, [[b"0123456789abcde", b"\xff"]] * 50_000),
        (b"0123456789" * 100_000, [[b"0123456789" * 100_000]]),
        (b'"' + long.replace(b'"', b'""') + b'"', [[long]]),
    ]
    check(submission.build(), cases)


@graded
def test_no_undefined_behaviour(
    submission: Submission[CppLibrary], rng: np.random.Generator
) -> None:
    """Every kind of end that a text can have, under sanitizers."""
    texts: list[tuple[bytes, Records]] = [(b"", []), (b'"a"', [[b"a"]]), (b'""', [[b""]])]
    texts += [(b"a,", [[b"a", b""]]), (b"\n", [[b""]]), (b"\r", [[b"\r"]]), (b"a\r\n", [[b"a"]])]
    texts += [(b"x" * n + b'\n"' + b"y" * n + b'"', [[b"x" * n], [b"y" * n]]) for n in (1, 15, 40)]
    texts += [
        (written(rng, records), records)
        for records in (fresh(rng, b'a\xff,"\r\n', int(n), 30) for n in rng.integers(0, 5, size=50))
    ]
    check(submission.build().sanitized(), texts)
