"""A Parquet footer is read byte by byte: what is none is refused, and nothing takes long (D4)."""

from __future__ import annotations

import pytest

from engine.sources.footer import unpacked_size


def natural(value: int) -> bytes:
    """Return a number as the footer has it: seven bits a byte."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def test_the_sizes_of_all_row_groups_are_added():
    group = b"\x26" + natural(2 * 1000) + b"\x16\x02\x00"  # field 2 is 1,000; field 3 is passed over
    assert unpacked_size(b"\x49\x2c" + group + group + b"\x00") == 2000


@pytest.mark.parametrize(
    ("footer", "reason"),
    [
        (b"\x49\x15\x02\x00", "the row groups are no structures"),
        (b"\x16" + b"\xff" * 30 + b"\x01\x00", "a number of the footer is too long"),
        (b"\x1c" * 40 + b"\x00" * 41, "the footer is nested too deep"),
        (b"\x1d\x00", "the footer holds a kind that Thrift does not have"),
        (b"\x18" + natural(1000) + b"\x00", "the footer is cut off"),
        (b"\x49\x2c\x26", "the footer is cut off"),
        (b"\x19\xf3" + natural(2**45) + b"\x00", "the footer is cut off"),
    ],
    ids=["row groups", "number", "depth", "kind", "text", "row group", "more elements than bytes"],
)
def test_what_is_no_footer_is_refused_at_once(footer, reason):
    """The last one claims 2^45 elements of a byte each: it is not counted to its end."""
    with pytest.raises(ValueError, match=f"^{reason}$"):
        unpacked_size(footer)
