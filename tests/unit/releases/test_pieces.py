from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from holdfast.releases.pieces import CHUNK_LIMIT, SPAN_LIMIT, Span, join, pack

LINES = st.lists(st.binary(max_size=30).map(lambda raw: raw.replace(b"\n", b"") + b"\n"))


def texts(packed):
    return [str(span).partition(":")[2] for span in packed.spans]


def test_a_small_record_is_one_chunk():
    packed = pack(b"one\ntwo\n")
    assert list(packed.chunks.values()) == [b"one\ntwo\n"]
    assert texts(packed) == ["0-8"]


def test_only_new_lines_are_written_again():
    first = pack(b"head 1\nalpha\nbeta\ngamma\n")
    second = pack(b"head 2\nalpha\nbeta\ngamma\n", first.spans, first.chunks)
    assert list(second.chunks.values()) == [b"head 2\n"]
    assert texts(second) == ["0-7", "7-24"]


def test_an_equal_record_costs_nothing():
    first = pack(b"one\ntwo\n")
    second = pack(b"one\ntwo\n", first.spans, first.chunks)
    assert second.spans == first.spans
    assert not second.chunks


def test_a_chunk_of_which_little_is_used_is_written_again():
    first = pack(b"kept\n" + b"gone gone gone\n")
    second = pack(b"kept\nnew\n", first.spans, first.chunks)
    assert list(second.chunks.values()) == [b"kept\nnew\n"]


def test_a_line_longer_than_a_chunk_is_split():
    record = b"x" * (2 * CHUNK_LIMIT + 5) + b"\n"
    packed = pack(record)
    assert max(map(len, packed.chunks.values())) <= CHUNK_LIMIT
    assert join(packed.spans, packed.chunks) == record


def test_a_record_in_too_many_spans_is_written_anew():
    lines = [b"line %d of many, long enough to count\n" % n for n in range(2 * SPAN_LIMIT)]
    first = pack(b"".join(lines))
    mixed = b"".join(line if n % 3 else b"new %d\n" % n for n, line in enumerate(lines))
    assert len(pack(mixed, first.spans, first.chunks).spans) == 1


@given(LINES, LINES, LINES)
def test_what_is_packed_over_earlier_revisions_comes_back(one, two, three):
    spans, chunks = (), {}
    for lines in (one, two, one + three, three + two + one):
        record = b"".join(lines)
        packed = pack(record, spans, chunks)
        chunks = {**chunks, **packed.chunks}
        spans = packed.spans
        assert join(spans, chunks) == record


@given(st.text("0123456789abcdef", min_size=1), st.integers(0), st.integers(0))
def test_a_span_is_read_as_it_is_spelled(chunk, start, end):
    assert Span.parse(str(Span(chunk, start, end))) == Span(chunk, start, end)
