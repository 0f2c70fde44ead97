"""Text → nodes, over the events of PyYAML's C parser: structure, places, aliases, budgets.

Iterative, so that no depth of input can exhaust Python's stack; what a scalar means is left to
`construct`, except for keys, which must be told apart here.
"""

from __future__ import annotations

from typing import Any

from holdfast.errors import YamlError
from holdfast.light import dataclass
from holdfast.yamltext.decode import check_size
from holdfast.yamltext.entries import pair
from holdfast.yamltext.failures import Source
from holdfast.yamltext.nodes import Mapping, Node, Scalar, Sequence, Style

MAX_DEPTH = 200
"""How deep maps and lists may be nested, aliases followed."""

MAX_ALIASED = 250_000
"""How many nodes aliases may add to a text in all; long scalars count more than once."""

_FLATTEN = "nest less deeply"
_WRITE_OUT = "write the repeated part out instead of using aliases"

_STYLES: dict[str | None, Style] = {
    None: "plain",
    "": "plain",
    "'": "single",
    '"': "double",
    "|": "literal",
    ">": "folded",
}


def compose(text: str, *, source: str) -> tuple[Node, ...]:
    """The documents of `text`, one node each; an empty document is an empty plain scalar.

    Merge keys are resolved, aliases are the anchor's node itself. Raises YamlError for text that is
    not YAML, is over 16 MiB, is nested deeper than 200, expands too far through aliases, or has a
    key twice in a map or a key that is null, a map or a list.
    """
    check_size(len(text), source)
    return _Composer(Source(source, text)).run()


@dataclass(slots=True)
class _Frame:
    """A map or list that is still open: its children so far, how high they stand, where it began.

    A map's children are its keys and values in turn.
    """

    event: Any
    items: list[Node]
    began: int
    height: int = 0


@dataclass(slots=True)
class _Anchor:
    node: Node
    weight: int
    height: int


class _Composer:
    """One run over one text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.weight = 0
        self.aliased = 0
        self.frames: list[_Frame] = []
        self.anchors: dict[str, _Anchor | None] = {}
        self.documents: list[Node] = []

    def run(self) -> tuple[Node, ...]:
        from yaml import events

        steps = {
            events.ScalarEvent: self.scalar,
            events.AliasEvent: self.alias,
            events.SequenceStartEvent: self.start,
            events.MappingStartEvent: self.start,
            events.SequenceEndEvent: self.end_sequence,
            events.MappingEndEvent: self.end_mapping,
            events.DocumentStartEvent: self.begin,
        }
        from yaml.error import MarkedYAMLError, YAMLError

        try:
            get_event, end = _parser(self.source.text).get_event, events.StreamEndEvent
            while (kind := type(event := get_event())) is not end:
                if step := steps.get(kind):
                    step(event)
        except MarkedYAMLError as error:
            raise self.source.error_from(error) from None
        except (YAMLError, UnicodeEncodeError):
            raise self.unreadable() from None
        return tuple(self.documents)

    def begin(self, event: Any) -> None:
        self.anchors.clear()

    def scalar(self, event: Any) -> None:
        start, end = event.start_mark, event.end_mark
        node = Scalar(
            event.value,
            _STYLES[event.style],
            event.tag,
            start.line + 1,
            start.column + 1,
            end.line + 1,
            end.column + 1,
        )
        weight = 1 + (len(event.value) >> 8)
        self.weight += weight
        if event.anchor:
            self.anchors[event.anchor] = _Anchor(node, weight, 0)
        self.put(node, 0)

    def start(self, event: Any) -> None:
        if len(self.frames) >= MAX_DEPTH:
            raise self.refuse(event.start_mark, f"nested deeper than {MAX_DEPTH}", _FLATTEN)
        if event.anchor:
            self.anchors[event.anchor] = None
        self.frames.append(_Frame(event, [], self.weight))
        self.weight += 1

    def end_sequence(self, event: Any) -> None:
        frame = self.frames.pop()
        start, end = frame.event.start_mark, event.end_mark
        node = Sequence(
            tuple(frame.items),
            bool(frame.event.flow_style),
            frame.event.tag,
            start.line + 1,
            start.column + 1,
            end.line + 1,
            end.column + 1,
        )
        self.close(frame, node)

    def end_mapping(self, event: Any) -> None:
        frame = self.frames.pop()
        start, end = frame.event.start_mark, event.end_mark
        entries, merged = pair(frame.items, self.source)
        node = Mapping(
            entries,
            bool(frame.event.flow_style),
            frame.event.tag,
            start.line + 1,
            start.column + 1,
            end.line + 1,
            end.column + 1,
            merged,
        )
        self.close(frame, node)

    def close(self, frame: _Frame, node: Node) -> None:
        height = frame.height + 1
        if frame.event.anchor:
            weight = self.weight - frame.began
            self.anchors[frame.event.anchor] = _Anchor(node, weight, height)
        self.put(node, height)

    def put(self, node: Node, height: int) -> None:
        if not self.frames:
            self.documents.append(node)
            return
        frame = self.frames[-1]
        frame.items.append(node)
        frame.height = max(frame.height, height)

    def alias(self, event: Any) -> None:
        mark, name = event.start_mark, event.anchor
        if name not in self.anchors:
            hint = f"quote '*{name}' if it is text" if name else None
            raise self.refuse(mark, f"the alias *{name} has no anchor &{name} before it", hint)
        if (anchor := self.anchors[name]) is None:
            raise self.refuse(mark, f"the alias *{name} stands inside of what it names", _WRITE_OUT)
        if len(self.frames) + anchor.height > MAX_DEPTH:
            raise self.refuse(
                mark, f"nested deeper than {MAX_DEPTH} through the alias *{name}", _FLATTEN
            )
        self.aliased += anchor.weight
        self.weight += anchor.weight
        if self.aliased > MAX_ALIASED:
            raise self.refuse(mark, f"aliases expand to more than {MAX_ALIASED} values", _WRITE_OUT)
        self.put(anchor.node, anchor.height)

    def refuse(self, mark: Any, message: str, hint: str | None = None) -> YamlError:
        return self.source.error(message, mark.line + 1, mark.column + 1, hint)

    def unreadable(self) -> YamlError:
        """The parser stops at a character without naming its line: find it."""
        for number, line in enumerate(self.source.text.split("\n"), 1):
            for column, char in enumerate(line, 1):
                if not _allowed(char):
                    name = f"U+{ord(char):04X}"
                    return self.source.error(
                        f"the character {name} is not allowed in YAML",
                        number,
                        column,
                        f'write it as "\\u{ord(char):04x}" in double quotes',
                    )
        return self.source.error("this is not YAML", 1, 1)


def _allowed(char: str) -> bool:
    """YAML 1.1 §5.1, the printable characters."""
    code = ord(char)
    return (
        char in "\t\r\x85"
        or 0x20 <= code <= 0x7E
        or 0xA0 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or code >= 0x10000
    )


def _parser(text: str) -> Any:
    try:
        from yaml._yaml import CParser
    except ImportError:
        raise YamlError(
            "reading YAML: PyYAML is installed without its C parser",
            hint="install a wheel of PyYAML, or libyaml's headers before building it",
        ) from None
    return CParser(text)
