"""Aligned tables of any width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_llmgen.reporting.layout import lay_out, least_width, shorten
from pytest_llmgen.reporting.table import Cell, Column, Table, Tone


def plain(text: str, tone: Tone) -> str:
    """No colour."""
    return text


def column(title: str, *texts: str, rank: int = 0, group: str | None = None) -> Column:
    """A column of numbers."""
    return Column(title=title, cells=tuple(map(Cell, texts)), rank=rank, group=group)


names = st.text("abc/:", min_size=1, max_size=60)
tables = st.lists(names, min_size=1, max_size=5, unique=True).flatmap(
    lambda rows: st.builds(
        Table,
        heading=st.just("Model"),
        names=st.just(tuple(rows)),
        columns=st.lists(
            st.builds(
                Column,
                title=st.text("XYZ", min_size=1, max_size=8),
                cells=st.tuples(
                    *[st.builds(Cell, st.text("0123456789", min_size=1, max_size=12))] * len(rows)
                ),
                left=st.booleans(),
                rank=st.integers(0, 4),
            ),
            min_size=1,
            max_size=12,
        ).map(tuple),
    )
)


@given(tables, st.integers(30, 160))
def test_lines_fit_unless_names_would_become_equal(table: Table, width: int) -> None:
    """A name and any one column have room in 80 characters, so no line is ever longer."""
    lines = lay_out(table, width, plain)
    room = max(width, least_width(table.names, width) + 14)
    assert max(map(len, lines)) <= room


@given(tables, st.integers(30, 160))
def test_columns_without_a_rank_are_never_left_out(table: Table, width: int) -> None:
    """They go on below; each cell stands in a line that begins with its row's name."""
    lines = lay_out(table, width, plain)
    least = [column for column in table.columns if not column.rank]
    blocks = "\n".join(lines).split("\n\n")
    for index in range(len(table.names)):
        shown = [word for block in blocks for word in block.split("\n")[2 + index].split()[1:]]
        for one in least:
            assert one.cells[index].text in shown


@given(st.text("ab", max_size=50), st.integers(4, 50))
def test_shortened_names_keep_both_ends(name: str, limit: int) -> None:
    """Never longer than the limit, and never cut without a sign."""
    short = shorten(name, limit)
    assert len(short) == min(len(name), limit)
    if len(name) > limit:
        head, _, tail = short.partition("..")
        assert name.startswith(head)
        assert name.endswith(tail)


def test_names_are_not_shortened_to_equal_texts() -> None:
    """Two rows that read the same would be worse than a long line."""
    alike = ["x" * 20 + middle + "y" * 20 for middle in "12"]
    limit = least_width(alike, 40)
    assert limit == 41
    assert least_width(["x" * 41], 40) == 16


def test_names_remain_where_no_column_has_room() -> None:
    """A table never vanishes."""
    table = Table(heading="Model", names=("m",), columns=(column("wide", "1" * 20, rank=1),))
    assert lay_out(table, 10, plain) == ["Model", "-----", "m"]


def test_words_left_numbers_right() -> None:
    """A rule under each heading, two spaces between, none at the end of a line."""
    table = Table(
        heading="Model",
        names=("a", "long name"),
        columns=(
            column("N", "1", "100"),
            Column(title="Word", cells=(Cell("yes"), Cell("no")), left=True),
        ),
    )
    assert lay_out(table, 80, plain) == [
        "Model        N  Word",
        "---------  ---  ----",
        "a            1  yes",
        "long name  100  no",
    ]


def test_groups_stay_together_under_their_title() -> None:
    """A group that has no room goes on below, and is as wide as its title."""
    table = Table(
        heading="M",
        names=("m",),
        columns=(
            column("a", "1", group="first group"),
            column("b", "2", group="first group"),
            column("c", "3", group="two"),
            column("d", "4", group="two"),
        ),
    )
    assert lay_out(table, 19, plain) == [
        "   first group",
        "M         a  b",
        "-  --------  -",
        "m         1  2",
        "",
        "   two",
        "M  c  d",
        "-  -  -",
        "m  3  4",
    ]
    assert lay_out(table, 20, plain)[0] == "   first group  two"


@pytest.mark.parametrize(
    ("width", "header"),
    [
        (54, "Model                              A     B     C     D"),
        (50, "Model                          A     B     C     D"),
        (46, "Model                            A     B     C"),
        (34, "Model                      A     B"),
        (26, "Model                    A"),
    ],
)
def test_the_least_needed_columns_go_first(width: int, header: str) -> None:
    """Ranks from 3 on go before a name is shortened, lower ones after, 0 never."""
    table = Table(
        heading="Model",
        names=("n" * 30,),
        columns=(
            column("A", "1111"),
            column("B", "1111", rank=1),
            column("C", "1111", rank=3),
            column("D", "1111", rank=5),
        ),
    )
    assert lay_out(table, width, plain)[0] == header


def test_tones_take_no_room() -> None:
    """What marks a cell does not move its neighbours."""
    table = Table(
        heading="M",
        names=("m",),
        columns=(
            Column(title="Rate", cells=(Cell("1/2", Tone.FAIR),)),
            Column(title="Word", cells=(Cell("ok", Tone.GOOD),), left=True),
            column("End", "1"),
        ),
    )

    def marked(text: str, tone: Tone) -> str:
        return f"<{tone.name}>{text}</>"

    assert lay_out(table, 80, marked)[-1] == "m   <FAIR>1/2</>  <GOOD>ok</>      1"
