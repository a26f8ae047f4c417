"""Picture files: how large a picture is shown, and whether it is a picture and nothing more."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import NamedTuple

MAX_BYTES = 10_000_000
"""No picture of a page is larger; a reader on a phone would never see it."""

_SHOWN = "save it as PNG, JPEG, WebP, AVIF, GIF or SVG, which every browser shows"
_DRAWS = frozenset(
    {
        "a", "animate", "animateMotion", "animateTransform", "circle", "clipPath", "defs", "desc", "ellipse", "feBlend", "feColorMatrix",
        "feComponentTransfer", "feComposite", "feConvolveMatrix", "feDiffuseLighting", "feDisplacementMap", "feDistantLight", "feDropShadow",
        "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur", "feImage", "feMerge", "feMergeNode", "feMorphology", "feOffset",
        "fePointLight", "feSpecularLighting", "feSpotLight", "feTile", "feTurbulence", "filter", "g", "image", "line", "linearGradient", "marker",
        "mask", "metadata", "mpath", "path", "pattern", "polygon", "polyline", "radialGradient", "rect", "set", "stop", "style", "svg", "switch",
        "symbol", "text", "textPath", "title", "tspan", "use", "view",
    }
)
"""The elements of SVG that draw. Whatever else there is may run, fetch or hold something."""
_SVG_NAMES, _RDF = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LIVING_NAMES = "http://www.w3.org/"
"""Elements of other vocabularies of the web, such as HTML, live in an SVG; those of drawing programs do nothing."""
_ENCODINGS = frozenset({None, "utf-8", "us-ascii", "iso-8859-1"})
_OWN = re.compile(r"#|data:image/(?:png|jpe?g|gif|webp);base64,", re.IGNORECASE)
_LINK = re.compile(r"(?:https?:|mailto:|#)", re.IGNORECASE)
_FETCHES = re.compile(r"@import|(?:url|image|image-set|src)\(\s*(?![\"']?#)(?![\"']?data:image/(?:png|jpe?g|gif|webp);base64,)|\\", re.IGNORECASE)
"""What a style asks for that is not in the file; an escape could hide it."""
_DEEP = 500
_RUNS = "it could run something when it is opened by itself", "save it as a plain SVG, without scripts, entities and HTML"
_ASKS = "it asks another host for a part of it", "put that part into the file, or save the picture as PNG"
_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?(?><\?xml.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>|\s+)*+(<svg\b(?:\"[^\"]*\"|'[^']*'|[^>\"'])*+>)", re.DOTALL
)
_LENGTH = re.compile(rb"\s*(\d+(?:\.\d*)?|\.\d+)\s*(px|pt|pc|mm|cm|in)?\s*")
_PIXELS = {b"": 1.0, b"px": 1.0, b"pt": 4 / 3, b"pc": 16.0, b"mm": 96 / 25.4, b"cm": 96 / 2.54, b"in": 96.0}
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers of JPEG that begin a frame, which says its size."""
_TURNED = frozenset(range(5, 9))
"""The orientations of Exif that lie on their side; browsers turn them upright."""


class Size(NamedTuple):
    """Width and height in CSS pixels, as browsers show the picture where nothing else is said."""

    width: int
    height: int


class Unfit(Exception):
    """A file that cannot be published as a picture; `message` says why, `hint` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def measure(data: bytes) -> Size | None:
    """The size of that picture, None of an SVG that does not say.

    Raises:
        Unfit: it is damaged or of a kind that browsers do not show, or an SVG that could run or fetch something.
    """
    for begins, reader in _READERS:
        if begins.match(data):
            try:
                found = reader(data)
            except (struct.error, IndexError, ValueError):
                found = None
            if found is None or not min(found):
                raise Unfit("it is damaged: it does not say how large it is", "save it once more")
            return found
    if (svg := _SVG.match(data)) is None:
        raise Unfit("it is no picture that browsers show", _SHOWN)
    _demand_still(data)
    return _svg(svg[1])


# ---------------------------------------------------------------- an SVG that only draws


def _demand_still(data: bytes) -> None:
    """Reads an SVG as browsers do, and refuses all but elements that draw, links, and parts that are in the file.

    Raises:
        Unfit: it could run or fetch something, or is no XML.
    """
    from xml.parsers import expat

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.ordered_attributes = parser.buffer_text = True
    depth, styles = [""], []

    def refuse(*_: object) -> None:
        raise Unfit(*_RUNS)

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding.lower() if encoding else None) not in _ENCODINGS:
            refuse()

    def begin(name: str, attributes: list[str]) -> None:
        depth.append(_element(name))
        if len(depth) > _DEEP:
            refuse()
        for key, value in zip(attributes[::2], attributes[1::2], strict=True):
            _demand_still_attribute(depth[-1], key.rpartition(" ")[2], value)

    def text(words: str) -> None:
        if depth[-1] == "style":
            styles.append(words)

    parser.XmlDeclHandler, parser.StartElementHandler, parser.CharacterDataHandler = declared, begin, text
    parser.EndElementHandler = lambda _: depth.pop()
    parser.EntityDeclHandler = parser.AttlistDeclHandler = parser.NotationDeclHandler = refuse
    parser.ProcessingInstructionHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise Unfit("it is damaged: it is no well-formed XML", "save it once more") from None
    if _FETCHES.search("".join(styles)):
        raise Unfit(*_ASKS)


def _element(name: str) -> str:
    """The local name of an element, where nothing in it lives."""
    space, _, local = name.rpartition(" ")
    if space in ("", _SVG_NAMES) and local not in _DRAWS:
        raise Unfit(*_RUNS)
    if space.startswith(_LIVING_NAMES) and space not in (_SVG_NAMES, _RDF):
        raise Unfit(*_RUNS)
    return local


def _demand_still_attribute(element: str, key: str, value: str) -> None:
    plain = "".join(value.split())
    if key.lower().startswith("on") or (key.lower() == "attributename" and re.match(r"on|(?:.*:)?href|style", plain, re.IGNORECASE)):
        raise Unfit(*_RUNS)
    if key in ("href", "src"):
        if element == "a" and not _LINK.match(plain):
            raise Unfit(*_RUNS)
        if element != "a" and not _OWN.match(plain):
            raise Unfit(*_ASKS)
    if ("(" in value or "\\" in value) and _FETCHES.search(value):
        raise Unfit(*_ASKS)


def _png(data: bytes) -> Size:
    return Size(*struct.unpack_from(">II", data, 16))


def _gif(data: bytes) -> Size:
    return Size(*struct.unpack_from("<HH", data, 6))


def _webp(data: bytes) -> Size | None:
    kind = data[12:16]
    if kind == b"VP8X":
        return Size(int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1)
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    width, height = struct.unpack_from("<HH", data, 26)
    return Size(width & 0x3FFF, height & 0x3FFF) if kind == b"VP8 " else None


def _avif(data: bytes) -> Size | None:
    found = data.find(b"ispe", 0, 4096)
    return Size(*struct.unpack_from(">II", data, found + 8)) if found > 0 else None


def _jpeg(data: bytes) -> Size | None:
    at, turned = 2, False
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:
            at += 1
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at] != 0xFF or length < 2:
            return None
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Size(height, width) if turned else Size(width, height)
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            turned = _orientation(data[at + 10 : at + 2 + length]) in _TURNED
        at += 2 + length


def _orientation(exif: bytes) -> int:
    order = "<" if exif[:2] == b"II" else ">"
    (start,) = struct.unpack_from(f"{order}I", exif, 4)
    (count,) = struct.unpack_from(f"{order}H", exif, start)
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", exif, entry)
        if tag == 0x0112:
            return int(value)
    return 1


_READERS: tuple[tuple[re.Pattern[bytes], Callable[[bytes], Size | None]], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), _png),
    (re.compile(rb"\xff\xd8\xff"), _jpeg),
    (re.compile(rb"GIF8[79]a"), _gif),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), _webp),
    (re.compile(rb".{4}ftypavi[fs]", re.DOTALL), _avif),
)


def _svg(tag: bytes) -> Size | None:
    box = [float(part) for part in re.findall(rb"-?(?:\d+(?:\.\d*)?|\.\d+)", _attribute(tag, b"viewBox"))]
    width, height = _pixels(_attribute(tag, b"width")), _pixels(_attribute(tag, b"height"))
    if len(box) == 4 and box[2] and box[3]:
        width, height = (
            width or (height * box[2] / box[3] if height else box[2]),
            height or (width * box[3] / box[2] if width else box[3]),
        )
    return Size(round(width), round(height)) if width and height and round(width) and round(height) else None


def _attribute(tag: bytes, name: bytes) -> bytes:
    found = re.search(rb"\s" + name + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    return (found[1] or found[2] or b"") if found else b""


def _pixels(length: bytes) -> float:
    found = _LENGTH.fullmatch(length)
    return float(found[1]) * _PIXELS[found[2] or b""] if found else 0.0
