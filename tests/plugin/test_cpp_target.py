"""A challenge for the target `cpp`, from its solutions to the scoreboard."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.lab import Lab

pytestmark = pytest.mark.skipif(shutil.which("g++") is None, reason="g++ is not installed")

MARK = 'target="cpp", tier="basic", limits=__import__("pytest_llmgen").Limits(wall_s=2.0)'
TASK = """\
Given `struct Interval { int32_t low, high; };`, half open, write
`std::vector<Interval> merged(std::vector<Interval> intervals)`, which joins those that overlap or
touch and gives them in order, and
`void clip(std::vector<Interval>& intervals, int32_t high)`, which takes away all that is above."""
CHECKS = '''\
from pytest_llmgen import CppLibrary, Submission


def test_empty(submission: Submission[CppLibrary]):
    """Nothing in, nothing out."""
    assert submission.build().call("merged", []) == []


def test_overlaps(submission: Submission[CppLibrary]):
    """Joined, and in order."""
    library = submission.build()
    assert library.call("merged", [(5, 7), (1, 3), (3, 4)]) == [(1, 4), (5, 7)]
    [first] = library.call("merged", [(1, 9), (2, 3)])
    assert first.high == 9


def test_clip(submission: Submission[CppLibrary]):
    """In place."""
    rows = [([(1, 5), (6, 9)], high) for high in (7, 3, 0)]
    expected = [[(1, 5), (6, 7)], [(1, 3)], []]
    assert submission.build().call_rows("clip", rows) == expected


@graded
def test_has_no_undefined_behaviour(submission: Submission[CppLibrary]):
    """Found by sanitizers."""
    submission.build().sanitized().call_rows("merged", [([],), ([(1, 2)],)])
'''
REFERENCE = """\
std::vector<Interval> merged(std::vector<Interval> intervals) {
  std::sort(intervals.begin(), intervals.end(),
            [](const Interval& a, const Interval& b) { return a.low < b.low; });
  std::vector<Interval> result;
  for (const Interval& next : intervals) {
    if (!result.empty() && next.low <= result.back().high) {
      result.back().high = std::max(result.back().high, next.high);
    } else {
      result.push_back(next);
    }
  }
  return result;
}

void clip(std::vector<Interval>& intervals, int32_t high) {
  std::vector<Interval> kept;
  for (Interval i : intervals) {
    if (i.low < high) kept.push_back({i.low, std::min(i.high, high)});
  }
  intervals = kept;
}
"""
START = "  std::vector<Interval> result;\n"


def reject(check: str, verdict: str, source: str) -> str:
    """A wrong solution that says how it fails."""
    return f"// reject: {check} {verdict} - for the test\n{source}"


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def test_a_challenge_proves_itself(lab: Lab) -> None:
    """Reference, accept, and a reject for every way to end."""
    lab.challenge(
        "cpp/basic/intervals",
        CHECKS,
        mark=MARK,
        task=TASK,
        solutions={
            "reference.cpp": REFERENCE,
            "accept_own_struct.cpp": f"struct Interval {{ int32_t low, high; }};\n{REFERENCE}",
            "reject_touching.cpp": reject(
                "test_overlaps", "wrong_answer", REFERENCE.replace("<= result", "< result")
            ),
            "reject_throws.cpp": reject(
                "test_empty", "crashed", REFERENCE.replace(START, f"{START}  intervals.at(0);\n")
            ),
            "reject_loop.cpp": reject(
                "test_clip",
                "timed_out",
                REFERENCE.replace(
                    "  intervals = kept", "  for (volatile int i = 0;; i = i ^ 1) {}"
                ),
            ),
            "reject_hoard.cpp": reject(
                "test_clip",
                "out_of_memory",
                REFERENCE.replace(
                    "  intervals = kept", "  kept.resize(1ul << 40);\n  intervals = kept"
                ),
            ),
            "reject_undefined.cpp": reject(
                "test_has_no_undefined_behaviour",
                "rule_broken",
                REFERENCE.replace(
                    START, f"{START}  result.resize(intervals.data()[intervals.size()].low == 1);\n"
                ),
            ),
            "reject_signature.cpp": reject(
                "test_empty", "build_failed", REFERENCE.replace("void clip", "bool clip")
            ),
        },
    )
    result = lab.run("--llm-self-check")
    result.stdout.fnmatch_lines(
        ["self-check: 11 solutions of 1 challenge, 11 judged as they must be, 0 not"]
    )
    assert result.ret == 0


def test_the_words_of_g_plus_plus_reach_the_next_attempt(lab: Lab) -> None:
    """And what it writes then is built and passes."""
    lab.challenge(
        "cpp/basic/intervals",
        CHECKS,
        mark=MARK,
        task=TASK,
        solutions={"reference.cpp": REFERENCE},
    )
    wrong = REFERENCE.replace("return result", "return results")
    lab.script(
        repairs={
            "intervals/s0/1": {"text": f"```cpp\n{wrong}```"},
            "intervals/s0/2": {"text": f"```cpp\n{REFERENCE}```"},
        }
    )
    result = lab.run("--llm-model=script/repairs")
    result.assert_outcomes(passed=4)
    first, second = lab.requests()
    assert "struct Interval { int32_t low, high; };\n```" in first["prompt"]
    assert "source.cpp:12:10: error: 'results' was not declared in this scope" in second["prompt"]
    [record] = lab.records()
    assert record["verdict"] == "passed"
    assert len(record["attempts"]) == 2, json.dumps(record, indent=1)
