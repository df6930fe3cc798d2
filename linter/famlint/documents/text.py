"""The text that a document was parsed from, and the way back from it to the characters of the file."""

from bisect import bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from famlint.documents.masking import placeholders, unmask
from famlint.documents.scalars import Segment, segments, value_span
from famlint.documents.tree import Node, Scalar
from famlint.positions import Span


class Text(NamedTuple):
    """A parsed text. `pieces` map offsets in `content` to offsets in the file, at any depth of embedding.

    `literal` is false where the file does not hold these characters (base64): positions are then those of
    the whole scalar.
    """

    path: str
    content: str
    holes: Mapping[str, str]
    pieces: tuple[Segment, ...]
    literal: bool = True

    def span(self, start: int, end: int) -> Span:
        """The place of `content[start:end]` in the file."""
        first = self._piece(start)
        last = self._piece(end - 1) if end > start else first
        begin, _ = _outer(first, start, start + 1)
        stop = _outer(last, end - 1, end)[1] if end > start else begin
        literal = self.literal and stop - begin == end - start and _plain(first) and _plain(last)
        return Span(self.path, begin, stop, literal)

    def inside(self, scalar: Scalar) -> "Text":
        """The text that a scalar of this text holds, ready to be parsed in its turn."""
        found = segments(self.content, scalar) if self.literal else None
        if found is None:
            span = self.span(*value_span(self.content, scalar))
            whole = Segment(0, len(scalar.text), span.start, span.end - span.start)
            return Text(self.path, scalar.text, self.holes, (whole,), literal=False)
        return Text(self.path, scalar.text, self.holes, self._through(found))

    def opaque(self, scalar: Scalar, content: str, holes: Mapping[str, str]) -> "Text":
        """A text that was decoded out of a scalar (base64): every place in it is the scalar's."""
        span = self.span(*value_span(self.content, scalar))
        whole = Segment(0, len(content), span.start, span.end - span.start)
        return Text(self.path, content, holes, (whole,), literal=False)

    def value(self, scalar: Scalar) -> tuple[str, tuple[tuple[int, int], ...], Span]:
        """A scalar's text as people wrote it, its placeholders in there, and its span without quotes."""
        start, end = value_span(self.content, scalar)
        span = self.span(start, end)
        if end - start != len(scalar.text):
            span = span._replace(literal=False)
        text, holes = unmask(scalar.text, self.holes)
        return text, tuple(sorted({*holes, *placeholders(text)})), span

    def _piece(self, offset: int) -> Segment:
        index = bisect_right(self.pieces, offset, key=lambda piece: piece.inner) - 1
        return self.pieces[max(index, 0)]

    def _through(self, inner: tuple[Segment, ...]) -> tuple[Segment, ...]:
        """Segments of a scalar, whose outer side is this text, carried on to the file."""
        pieces = []
        for part in inner:
            if _plain(part):
                pieces += self._lines(part)
            else:
                span = self.span(part.outer, part.outer + part.outer_length)
                pieces.append(Segment(part.inner, part.inner_length, span.start, span.end - span.start))
        return tuple(pieces)

    def _lines(self, part: Segment) -> list[Segment]:
        """A one-to-one stretch, cut where this text's own pieces begin and end."""
        pieces, done = [], 0
        while done < part.inner_length:
            piece = self._piece(part.outer + done)
            room = piece.inner + piece.inner_length - (part.outer + done)
            length = min(max(room, 1), part.inner_length - done)
            start = part.outer + done
            begin, stop = _outer(piece, start, start + length)
            pieces.append(Segment(part.inner + done, length, begin, stop - begin))
            done += length
        return pieces


def whole(path: str, content: str, start: int, end: int, holes: Mapping[str, str]) -> Text:
    """The text of one document of a file: `content[start:end]`."""
    return Text(path, content[start:end], holes, (Segment(0, end - start, start, end - start),))


def extent(text: Text, node: Node) -> Span:
    """The place of a whole node, quotes included."""
    return text.span(node.start, node.end)


def _plain(piece: Segment) -> bool:
    return piece.inner_length == piece.outer_length


def _outer(piece: Segment, start: int, end: int) -> tuple[int, int]:
    """Where `start:end`, both inside or at the end of the piece, stand on its outer side."""
    if not _plain(piece):
        return piece.outer, piece.outer + piece.outer_length
    shift = piece.outer - piece.inner
    return start + shift, end + shift
