"""The sizes that a Parquet file claims in its footer, before a reader unpacks anything (D4).

The footer is a Thrift structure in the compact protocol. Of it only the unpacked size of each row group
is asked for, which no dataframe library tells.
"""

from __future__ import annotations

from collections.abc import Iterator

_STOP, _TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 0, 1, 2, 3, 7, 8, 9, 10, 11, 12
_ROW_GROUPS, _TOTAL_BYTE_SIZE = 4, 2
_DEEPEST = 32


def unpacked_size(footer: bytes) -> int:
    """Return the bytes of all row groups when unpacked; raises ValueError for what is no footer."""
    try:
        return _Reader(footer).row_groups()
    except IndexError:
        raise ValueError("the footer is cut off") from None


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def row_groups(self) -> int:
        """Read the metadata of a file and return the sum of its row groups' sizes."""
        size = 0
        for field, kind in self.fields():
            if field != _ROW_GROUPS or kind != _LIST:
                self.skip(kind)
                continue
            count, inner = self.length_and_kind()
            if inner != _STRUCT:
                raise ValueError("the row groups are no structures")
            for _ in range(count):
                for name, what in self.fields():
                    if name == _TOTAL_BYTE_SIZE:
                        size += self.whole()
                    else:
                        self.skip(what)
        return size

    def fields(self) -> Iterator[tuple[int, int]]:
        """Yield the number and kind of each field of a structure; whoever asks reads its value."""
        field = 0
        while (head := self.byte()) != _STOP:
            step = head >> 4
            field = field + step if step else self.whole()
            yield field, head & 15

    def byte(self) -> int:
        self.at += 1
        return self.content[self.at - 1]

    def natural(self) -> int:
        """Read a number of seven bits a byte."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
            if shift > 63:
                raise ValueError("a number of the footer is too long")

    def whole(self) -> int:
        """Read a number whose sign is in its last bit."""
        value = self.natural()
        return (value >> 1) ^ -(value & 1)

    def length_and_kind(self) -> tuple[int, int]:
        head = self.byte()
        return (head >> 4 if head >> 4 < 15 else self.natural()), head & 15

    def skip(self, kind: int, depth: int = 0, *, in_list: bool = False) -> None:
        """Pass over a value of any kind."""
        if depth > _DEEPEST:
            raise ValueError("the footer is nested too deep")
        if kind in (_TRUE, _FALSE):
            self.at += in_list
        elif kind == _BYTE:
            self.at += 1
        elif kind == _DOUBLE:
            self.at += 8
        elif kind == _BINARY:
            length = self.natural()
            self.at += length
        elif kind in (_LIST, _SET):
            count, inner = self.length_and_kind()
            for _ in range(count):
                self.skip(inner, depth + 1, in_list=True)
        elif kind == _MAP:
            count = self.natural()
            kinds = self.byte() if count else 0
            for _ in range(count):
                self.skip(kinds >> 4, depth + 1, in_list=True)
                self.skip(kinds & 15, depth + 1, in_list=True)
        elif kind == _STRUCT:
            for _, what in self.fields():
                self.skip(what, depth + 1)
        elif 3 < kind < 7:
            self.natural()
        else:
            raise ValueError("the footer holds a kind that Thrift does not have")
        if self.at > len(self.content):
            raise ValueError("the footer is cut off")
