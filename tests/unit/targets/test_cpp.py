"""The target `cpp` with the real g++ and the real sandbox."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from support.cpp_samples import CppSamples

from pytest_llmgen.challenge import CppOptions, Limits
from pytest_llmgen.errors import (
    BuildFailed,
    Crashed,
    LlmgenError,
    OutOfMemory,
    OutputFlood,
    RuleBroken,
    TargetUnavailable,
    TimedOut,
    UsageError,
)
from pytest_llmgen.extraction import extract
from pytest_llmgen.sandbox.sandbox import Sandbox
from pytest_llmgen.sandbox.tier import Tier, probe
from pytest_llmgen.targets import build_cache, cpp_shim
from pytest_llmgen.targets.cpp import CPP_FORM, Cpp
from pytest_llmgen.targets.cpp_compiler import CppCompiler, tidied
from pytest_llmgen.targets.cpp_signature import parse_interface
from pytest_llmgen.testing import check_target

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(shutil.which("g++") is None, reason="g++ is not installed")

SUM = "`int64_t sum(const std::vector<int64_t>& values)`"
RIGHT = """\
int64_t sum(const std::vector<int64_t>& values) {
  int64_t total = 0;
  for (int64_t value : values) total += value;
  return total;
}
"""


@pytest.fixture(scope="module")
def cpp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cpp]:
    """The target with its own sandbox and cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        target = Cpp()
        yield target
        target.close()


@pytest.fixture
def samples(cpp: Cpp) -> Iterator[CppSamples]:
    """Builds submissions that end with the test."""
    made = CppSamples(cpp)
    yield made
    made.close()


# Calls

EVERYTHING = """\
`struct Point { double x, y; };`
`struct Path { std::string name; std::vector<Point> points; };`
`std::vector<Path> swapped(const std::vector<Path>& paths)`
`bool grow(std::vector<int32_t>& values, std::vector<std::vector<bool>>& bits, uint8_t by)`
`uint64_t add(uint64_t a, int64_t b)`
`void upper(std::string& text, char from)`
`void nothing()`
`int counted()`
`float half(float x)`
"""
EVERYTHING_RIGHT = """\
#include <cctype>
using namespace std;
#define int long long
#define double float
static vector<Path> input, output, result;

namespace { Point swap_it(Point p) { return {p.y, p.x}; } }

std::vector<Path> swapped(const std::vector<Path>& paths) {
  std::vector<Path> result;
  for (const Path& path : paths) {
    result.push_back({path.name + "'", {}});
    for (Point p : path.points) result.back().points.push_back(swap_it(p));
  }
  return result;
}
bool grow(vector<int32_t>& values, vector<vector<bool>>& bits, uint8_t by) {
  values.insert(values.end(), by, -1);
  bits.push_back({true, false});
  return by > 0;
}
uint64_t add(uint64_t a, int64_t b) { return a + b; }
void upper(string& text, char from) {
  for (char& c : text) if (c >= from) c = toupper(c);
}
static void nothing() {}
#undef int
int counted() { static int calls; return ++calls; }
template <class T> T half(T x) { return x / 2; }
"""


def test_every_type_goes_in_and_comes_out(samples: CppSamples) -> None:
    """Scalars, strings, vectors, structs; results and what is passed by reference."""
    library = samples.build(EVERYTHING, EVERYTHING_RIGHT)
    [path, empty] = library.call(
        "swapped", [("a", [(1, 2), (3, np.inf)]), {"name": "", "points": []}]
    )
    assert path == ("a'", [(2.0, 1.0), (np.inf, 3.0)])
    assert path.points[0].x == 2.0
    assert empty == ("'", [])
    grown, values, bits = library.call("grow", np.array([1], np.int32), [[], [True]], 2)
    assert grown is True
    assert (values.dtype, values.tolist()) == (np.int32, [1, -1, -1])
    assert [row.tolist() for row in bits] == [[], [True], [True, False]]
    assert library.call("upper", "abc\udcff", "b") == "aBC\udcff"
    assert library.call("nothing") is None
    assert library.call("half", 0.5) == 0.25
    library.close()


def test_64_bits_are_kept(samples: CppSamples) -> None:
    """Neither the way in nor the way out goes through a float."""
    library = samples.build(EVERYTHING, EVERYTHING_RIGHT)
    assert library.call("add", 2**64 - 1, 0) == 2**64 - 1
    assert library.call("add", 2**63, -(2**63)) == 0
    assert library.call("add", 0, -1) == 2**64 - 1


def test_state_lasts_as_long_as_the_library(samples: CppSamples) -> None:
    """Calls share a process; another build does not."""
    first = samples.build(EVERYTHING, EVERYTHING_RIGHT)
    assert [first.call("counted"), *first.call_rows("counted", [[], []])] == [1, 2, 3]
    assert samples.build(EVERYTHING, EVERYTHING_RIGHT).call("counted") == 1


def test_an_unknown_function_is_the_fault_of_the_check(samples: CppSamples) -> None:
    """The message names those that there are."""
    with pytest.raises(UsageError, match=r"^the task declares no function 'summ' \(sum\)$"):
        samples.build(SUM, RIGHT).call("summ", [])


# Ways to end

WAYS = "`int go(const std::string& way, int depth)`"
ENDS = """\
#include <csignal>
#include <cstdio>
#include <unistd.h>
struct Custom { int code; };
struct Loud : std::runtime_error { using std::runtime_error::runtime_error; };
static int* volatile nowhere;

int go(const std::string& way, int depth) {
  if (way == "return") return depth;
  if (way == "throw") throw std::out_of_range("index " + std::to_string(depth));
  if (way == "custom") throw Custom{depth};
  if (way == "loud") throw Loud("derived");
  if (way == "terminate") [&]() noexcept { throw Loud("inside noexcept"); }();
  if (way == "abort") abort();
  if (way == "segfault") return *nowhere;
  if (way == "recurse") {
    volatile char frame[4096] = {};
    return go(way, depth + 1) + frame[0];
  }
  if (way == "exit") exit(0);
  if (way == "forge") _exit(write(3, "{}", 2) + write(4, "{}", 2) > 0 ? 0 : 0);
  if (way == "bad_alloc") return std::vector<char>(std::size_t(1) << 40).size();
  if (way == "hoard") for (std::vector<std::string> all;;) all.emplace_back(1 << 20, 'x');
  if (way == "flood") for (;;) std::puts("The quick brown fox jumps over the lazy dog.");
  if (way == "spin") for (volatile int i = 0;; i = i ^ 1) {}
  if (way == "sleep") for (;;) pause();
  return -1;
}
"""


@pytest.mark.parametrize(
    ("way", "kind", "message"),
    [
        ("throw", Crashed, "it threw std::out_of_range: index 7"),
        ("custom", Crashed, "it threw an object of type Custom"),
        ("loud", Crashed, "it threw Loud: derived"),
        ("terminate", Crashed, "the process that ran it died of SIGABRT"),
        ("abort", Crashed, "the process that ran it died of SIGABRT"),
        ("segfault", Crashed, "the process that ran it died of SIGSEGV"),
        ("recurse", Crashed, "the process that ran it died of SIGSEGV"),
        ("exit", Crashed, "the process that ran it ended with status 0"),
        (
            "bad_alloc",
            OutOfMemory,
            "it threw std::bad_alloc: it asked for more memory than there is",
        ),
        ("flood", OutputFlood, "it printed more than 8 MiB"),
        ("spin", TimedOut, "no result within 1 s"),
        ("sleep", TimedOut, "no result within 1 s"),
    ],
)
def test_a_call_that_fails_says_how(
    samples: CppSamples, way: str, kind: type[LlmgenError], message: str
) -> None:
    """And the next call finds a fresh process."""
    library = samples.build(WAYS, ENDS, limits=Limits(wall_s=1.0))
    with pytest.raises(kind) as raised:
        library.call("go", way, 7)
    assert str(raised.value) == message
    assert raised.value.__notes__[-1] == f"in go('{way}', 7)"
    assert library.call("go", "return", 3) == 3


def test_memory_is_limited_however_it_is_taken(samples: CppSamples) -> None:
    """The limit is the challenge's."""
    library = samples.build(WAYS, ENDS, limits=Limits(memory_bytes=64 << 20))
    with pytest.raises(OutOfMemory):
        library.call("go", "hoard", 0)


def test_a_forged_answer_is_none(samples: CppSamples) -> None:
    """What it writes to the descriptors it finds is no result."""
    with pytest.raises(Crashed):
        samples.build(WAYS, ENDS).call("go", "forge", 0)


def test_the_last_words_of_the_library_are_told(samples: CppSamples) -> None:
    """They say more than the signal."""
    with pytest.raises(Crashed) as raised:
        samples.build(WAYS, ENDS).call("go", "terminate", 0)
    assert raised.value.__notes__[0] == (
        "the last that it printed: terminate called after throwing an instance of 'Loud' "
        "what(): inside noexcept"
    )


def test_a_crash_on_the_seventh_call_says_so(samples: CppSamples) -> None:
    """With its arguments."""
    rows = [("return", n) for n in range(6)] + [("segfault", 6), ("return", 7)]
    with pytest.raises(Crashed) as raised:
        samples.build(WAYS, ENDS).call_rows("go", rows)
    assert raised.value.__notes__ == ["in call 7 of 8: go('segfault', 6)"]


def test_a_library_that_cannot_be_loaded_has_not_built(samples: CppSamples) -> None:
    """The initializers of its globals run in the sandbox too."""
    library = samples.build(SUM, f"struct Early {{ Early() {{ abort(); }} }} early;\n{RIGHT}")
    with pytest.raises(Crashed, match="SIGABRT"):
        library.load()


# What g++ refuses


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            RIGHT.replace("total;", "totl;"),
            (
                "source.cpp: In function 'int64_t sum(const std::vector<long int>&)':\n"
                "source.cpp:4:10: error: 'totl' was not declared in this scope; "
                "did you mean 'total'?\n"
                "    4 |   return totl;\n"
                "      |          ^~~~\n"
                "      |          total"
            ),
        ),
        (
            RIGHT.removesuffix("}\n"),
            (
                "source.cpp: In function 'int64_t sum(const std::vector<long int>&)':\n"
                "source.cpp:4:16: error: expected '}' at end of input\n"
            ),
        ),
        (
            RIGHT.replace("int64_t sum", "int sum"),
            (
                "a function that the task declares is not defined, or not with exactly its types:\n"
                "shim.cpp: In function 'void llmgen_shim::call_0()':\n"
            ),
        ),
        (
            RIGHT.replace("sum", "Sum"),
            "a function that the task declares is not defined, or not with exactly its types:\n",
        ),
        (
            SUM.strip("`") + ";",
            (
                "a function that the task declares is not defined, or not with exactly its types:\n"
                "ld: submission.o: in function"
            ),
        ),
        (
            f"{RIGHT}int main() {{ return 0; }}\n",
            'do not define main:\nsource.cpp:6:5: error: attempt to use poisoned "main"\n',
        ),
    ],
)
def test_g_plus_plus_is_quoted(samples: CppSamples, source: str, message: str) -> None:
    """With lines of the model's own source, and no path of this machine."""
    with pytest.raises(BuildFailed) as raised:
        samples.build(SUM, source)
    assert str(raised.value).startswith(message)
    assert "/" not in str(raised.value)


def test_notes_on_other_candidates_are_left_out(samples: CppSamples) -> None:
    """One wrong operator makes hundreds of lines; warnings stay, errors are five at most."""
    with pytest.raises(BuildFailed) as raised:
        samples.build(SUM, RIGHT.replace("return total", 'int unused; return values + "x"'))
    message = str(raised.value)
    assert "no match for 'operator+'" in message
    assert "candidate" not in message
    assert "warning: unused variable 'unused'" in message
    with pytest.raises(BuildFailed) as raised:
        samples.build(SUM, RIGHT.replace("return total", "a; b; c; d; e; f; g; return h"))
    assert str(raised.value).count(" error: ") == 5


def test_warnings_of_a_source_that_builds_are_kept(samples: CppSamples) -> None:
    """For a graded check."""
    assert samples.build(SUM, RIGHT).warnings == ""
    library = samples.build(SUM, RIGHT.replace("return", "int unused; return"))
    assert library.warnings.splitlines()[1] == (
        "source.cpp:4:7: warning: unused variable 'unused' [-Wunused-variable]"
    )


def test_a_struct_may_be_repeated_but_not_changed(samples: CppSamples) -> None:
    """The shim reaches its fields by name and type."""
    task = "`struct Point { double x, y; };` `double total(const Point& p)`"
    source = (
        "struct Point {{ {} x; {} y; }};\ndouble total(const Point& p) {{ return p.x + p.y; }}\n"
    )
    assert samples.build(task, source.format("double", "double")).call("total", (1, 2)) == 3.0
    with pytest.raises(BuildFailed, match="not with exactly its types"):
        samples.build(task, source.format("double", "float"))


# Choices of the challenge


@pytest.mark.parametrize(
    ("source", "noted"),
    [
        ("return a * b;", {"body": True}),
        ("return a * b;\n}", {"body": True}),
        ("int times(int a, int b) { return a * b; }", {}),
    ],
)
def test_a_body_is_an_answer_where_the_challenge_says_so(
    samples: CppSamples, source: str, noted: dict[str, Any]
) -> None:
    """With or without the brace that ends the function; the record knows."""
    library = samples.build("`int times(int a, int b)`", source, cpp=CppOptions(body=True))
    assert library.call("times", 6, 7) == 42
    assert library.notes == noted


def test_a_body_is_no_answer_elsewhere(samples: CppSamples) -> None:
    """G++ says what it makes of it."""
    with pytest.raises(BuildFailed, match="expected unqualified-id before 'return'"):
        samples.build("`int times(int a, int b)`", "return a * b;")


def test_the_standard_is_chosen(samples: CppSamples) -> None:
    """What a later one has is an error in an earlier one."""
    source = RIGHT.replace("total = 0", "total = std::ssize(values) * 0")
    assert samples.build(SUM, source, cpp=CppOptions(standard="c++20")).call("sum", [1, 2]) == 3
    with pytest.raises(BuildFailed, match="'ssize' is not a member of 'std'"):
        samples.build(SUM, source, cpp=CppOptions(standard="c++17"))


def test_a_choice_outside_the_set_is_refused() -> None:
    """The message lists the set."""
    with pytest.raises(UsageError) as raised:
        CppOptions(standard="c++98")  # type: ignore[arg-type]  # what this tests
    message = "CppOptions: standard must be one of c++17, c++20, c++23, got 'c++98'"
    assert str(raised.value) == message


# Nothing of this machine gets out


@pytest.mark.parametrize(
    "line",
    [
        '#include "/etc/passwd"',
        '#include "../../../../../../etc/passwd"',
        '#define FILE "/etc/passwd"\n#include FILE',
        'const char* stolen = R"(\n#include "/etc/passwd"\n)";\n#include "/etc/shadow"',
    ],
)
def test_other_files_cannot_be_included(samples: CppSamples, line: str) -> None:
    """Neither as code nor as words of g++ that quote it."""
    with pytest.raises(BuildFailed) as raised:
        samples.build(SUM, f"{line}\n{RIGHT}")
    assert "root" not in str(raised.value)


def test_lines_of_other_files_are_never_quoted() -> None:
    """Where the sandbox does not guard files, g++ reads what it is told to."""
    log = (
        "In file included from source.cpp:1,\n"
        "                 from submission.cpp:25:\n"
        "/etc/passwd:1:1: error: 'root' does not name a type\n"
        "    1 | root:x:0:0:root:/root:/bin/bash\n"
    )
    told = "source.cpp: error: /etc/passwd is no header of the standard library"
    assert tidied(log) == told
    assert "root:x:0" in tidied(log.replace("/etc/passwd", "/usr/include/c++/12/vector"))


@pytest.mark.parametrize(
    "line",
    [
        '#include "/dev/zero"',
        "template <int N> struct A { A<N + 1> a; A<N + 2> b; };\nA<0> bomb;",
        "constexpr int f(int n) { return n < 2 ? n : f(n - 1) + f(n - 2); }\nint x[f(60)];",
    ],
)
def test_a_bomb_for_the_compiler_is_bounded(samples: CppSamples, line: str) -> None:
    """It is a source that does not build."""
    with pytest.raises(BuildFailed):
        samples.build(SUM, f"{line}\n{RIGHT}")


# Sanitizers


def test_sanitizers_find_what_a_right_answer_hides(samples: CppSamples) -> None:
    """The same functions and rows; the first finding is told with its line."""
    head = RIGHT.partition("\n")[0]
    source = f"{head}\n  int first = values[0];\n  return first + 2147483647;\n}}\n"
    library = samples.build(SUM, source)
    assert library.call("sum", [0]) == 2**31 - 1
    sanitized = library.sanitized()
    assert sanitized.call("sum", [0]) == 2**31 - 1
    with pytest.raises(RuleBroken) as raised:
        sanitized.call_rows("sum", [([0],), ([1],)])
    assert str(raised.value) == (
        "source.cpp:3:16: runtime error: signed integer overflow: 1 + 2147483647 cannot be "
        "represented in type 'int'"
    )
    assert raised.value.__notes__ == ["in call 2 of 2: sum([1])"]
    with pytest.raises(RuleBroken) as raised:
        sanitized.call("sum", [])
    assert str(raised.value) == "Assertion '__n < this->size()' failed at source.cpp:2"


def test_address_sanitizer_and_ordinary_ends(samples: CppSamples) -> None:
    """What is no finding ends as it does without sanitizers."""
    source = ENDS.replace("return -1;", "return way.c_str()[depth];")
    sanitized = samples.build(WAYS, source, limits=Limits(wall_s=2.0)).sanitized()
    with pytest.raises(RuleBroken) as raised:
        sanitized.call("go", "a rather long text on the heap", 100)
    assert str(raised.value) == "AddressSanitizer: heap-buffer-overflow at source.cpp:27"
    with pytest.raises(Crashed, match="it threw std::out_of_range: index 1"):
        sanitized.call("go", "throw", 1)
    with pytest.raises(Crashed, match="it ended without a valid result"):
        sanitized.call("go", "exit", 1)
    with pytest.raises(TimedOut, match="no result within 6 s"):
        sanitized.call("go", "sleep", 1)


# The cache


def test_a_build_is_compiled_once(cpp: Cpp, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process and in others; a source that does not build is compiled each time."""
    samples = CppSamples(cpp)
    source = RIGHT.replace("total", "cached")
    with pytest.raises(BuildFailed):
        samples.build(SUM, source.replace("cached;", "cashed;"))
    samples.build(SUM, source.replace("return", "int unused; return"))
    monkeypatch.setattr(build_cache, "_memory", {})
    monkeypatch.setenv("PATH", "/nowhere")
    library = samples.build(SUM, source.replace("return", "int unused; return"))
    assert library.call("sum", [1, 2]) == 3
    assert "unused" in library.warnings
    with pytest.raises(TargetUnavailable):
        samples.build(SUM, source.replace("cached;", "cashed;"))
    with pytest.raises(TargetUnavailable):
        samples.build(SUM, source, cpp=CppOptions(optimization="O3"))
    samples.close()


def test_a_build_of_another_tier_is_not_believed(samples: CppSamples) -> None:
    """What is not guarded can have taken in any file of this machine."""
    source = f'asm(".incbin \\"/etc/passwd\\"");\n{RIGHT}'
    unguarded = Sandbox(Tier.OFF)
    files = cpp_shim.files(parse_interface(SUM), source, body=False)
    assert b"root:" in CppCompiler(unguarded).library(files, CppOptions()).binary
    unguarded.close()
    if probe() is Tier.C:
        pytest.skip("in tier C files are not guarded")
    with pytest.raises(BuildFailed, match="file not found: /etc/passwd"):
        samples.build(SUM, source)


# The contract, the prompt and replies


def test_cpp_conforms() -> None:
    """It keeps the contract of targets; here with an answer that crashes."""
    check_target(
        Cpp,
        right=RIGHT,
        wrong=RIGHT.replace("return total;", "std::abort();"),
        unbuildable=RIGHT.replace("return total;", "return totl;"),
        challenge=CppSamples.challenge(SUM),
        works=lambda library: library.call("sum", [2, 3]) == 5,
    )


def rules(task: str, **choices: Any) -> str:
    """What the prompt says."""
    target = Cpp()
    challenge = CppSamples.challenge(task, **choices)
    return target.rules(challenge, CppSamples.settings)


def test_the_prompt_shows_the_prelude() -> None:
    """And the choices and limits of the challenge."""
    told = rules(
        "`struct Point { int x; };` `int f(const Point& p)`",
        cpp=CppOptions(standard="c++17", body=True),
        limits=Limits(wall_s=0.5, memory_bytes=64 << 20),
    )
    assert "struct Point { int x; };\n```\n" in told
    assert told.startswith("Write C++17 ")
    assert "just the body" in told
    assert "0.5 s and 64 MiB" in told
    assert "body" not in rules(SUM)


def test_a_task_that_cannot_be_followed_is_refused() -> None:
    """When prompts are made, before any model is asked."""
    with pytest.raises(UsageError, match="declares its functions in backticks"):
        rules("Add two numbers.")
    with pytest.raises(UsageError) as raised:
        rules("`int f()` `int g()`", cpp=CppOptions(body=True))
    assert str(raised.value) == (
        "cpp/basic/task: body=True needs a task that declares one function, and it declares 2"
    )


def test_a_missing_compiler_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The challenge is skipped then."""
    assert Cpp().unavailable() is None
    monkeypatch.setenv("PATH", "/nowhere")
    assert Cpp().unavailable() == "g++ is not installed; to get it: sudo apt-get install g++"


@pytest.mark.parametrize(
    "reply",
    [
        f"Here it is:\n\n```cpp\n{RIGHT}```\nIt adds (all of) them.",
        f"```c++\n{RIGHT}```",
        f"```cpp\nint broken(\n```\nRather:\n```cpp\n{RIGHT}```",
        f"Sure!\n\n{RIGHT}\nThis returns the sum.",
    ],
)
def test_code_is_found_in_replies(reply: str) -> None:
    """Fenced and bare; the last that is whole."""
    assert extract(reply, CPP_FORM).source == RIGHT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RIGHT, True),
        ("return a + b;", True),
        ("return a + b;\n}\n", True),
        ('#include <map>\nint f() { return "}" == nullptr; }  // )', True),
        ("int f() { return 1;", False),
        ("int f() { return (1; }", False),
        ("std::vector&lt;int&gt; f() { return {}; }", False),
        ("This is text.", False),
    ],
)
def test_whole_code_is_told_from_the_rest(text: str, expected: bool) -> None:
    """By its brackets and its end."""
    assert CPP_FORM.plausible(text) is expected
