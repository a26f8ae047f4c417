"""The size of picture files, by their bytes, and what is no picture or more than one."""

from __future__ import annotations

import struct

import pytest

from onrecord.pictures import Size, Unfit, measure

SVG = '<svg xmlns="http://www.w3.org/2000/svg" {}/>'


def png(width: int, height: int) -> bytes:
    """The beginning of a PNG of that size, which is all that is read."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\x06\0\0\0"


def jpeg(width: int, height: int, orientation: int = 1, order: str = "<") -> bytes:
    """A JPEG of that size, lying as Exif says."""
    name = b"II*\0" if order == "<" else b"MM\0*"
    exif = b"Exif\0\0" + name + struct.pack(f"{order}IHHHIHH", 8, 1, 0x0112, 3, 1, orientation, 0)
    return (
        b"\xff\xd8\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + b"\xff\xdb\0\x04ab\xff\xff\xc2\0\x0b\x08" + struct.pack(">HH", height, width)
    )


def webp(kind: bytes, body: bytes) -> bytes:
    """A WebP with one chunk."""
    return b"RIFF\0\0\0\0WEBP" + kind + b"\0\0\0\0" + body


SIZES: list[tuple[str, bytes, tuple[int, int] | None]] = [
    ("png", png(880, 660), (880, 660)),
    ("gif", b"GIF89a" + struct.pack("<HH", 30, 20), (30, 20)),
    ("jpeg", jpeg(640, 480), (640, 480)),
    ("jpeg from a phone held upright", jpeg(640, 480, 6), (480, 640)),
    ("jpeg of the other order of bytes", jpeg(640, 480, 8, ">"), (480, 640)),
    ("webp, lossy", webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 300, 200)), (300, 200)),
    ("webp, lossless", webp(b"VP8L", b"\x2f" + struct.pack("<I", 299 | 199 << 14)), (300, 200)),
    ("webp, extended", webp(b"VP8X", b"\0\0\0\0" + (299).to_bytes(3, "little") + (199).to_bytes(3, "little")), (300, 200)),
    ("avif", b"\0\0\0\x1cftypavif" + b"\0" * 60 + b"ispe\0\0\0\0" + struct.pack(">II", 90, 60), (90, 60)),
    ("svg with a size", SVG.format('width="440" height="280px"').encode(), (440, 280)),
    ("svg in points", SVG.format('width="72pt" height="36pt"').encode(), (96, 48)),
    ("svg with a box only", SVG.format('viewBox="0 0 300 150"').encode(), (300, 150)),
    ("svg with a box and a width", SVG.format("width='600' viewBox='0 0 300 150'").encode(), (600, 300)),
    ("svg in percent", SVG.format('width="100%" height="100%" viewBox="-4,-4,300,150"').encode(), (300, 150)),
    ("svg without a size", SVG.format("").encode(), None),
    ("svg with nonsense for a size", SVG.format('width="1.2.3" height="." viewBox=". ."').encode(), None),
    ("svg after a prologue", b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made > by -->\n<!DOCTYPE svg>' + SVG.format('width="4" height="2"').encode(), (4, 2)),
]


@pytest.mark.parametrize(("data", "size"), [row[1:] for row in SIZES], ids=[row[0] for row in SIZES])
def test_sizes(data: bytes, size: tuple[int, int] | None) -> None:
    """Each kind of file says how large it is shown."""
    assert measure(data) == (Size(*size) if size else None)


def named(inside: str) -> bytes:
    """An SVG with its names, and something in it."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{inside}</svg>'.encode()


STILL = {
    "a drawing": '<g style="fill:url(#a)"><path d="M0 0"/><use xlink:href="#a"/></g>',
    "a link": '<a href="https://status.example.com/" target="_top"><text>x</text></a>',
    "a picture in it": '<image href="data:image/png;base64,AAAA"/>',
    "a style of its own": "<style>@media (prefers-color-scheme: dark) { path { fill: #fff } .a { clip-path: url('#b') } }</style>",
    "what a drawing program leaves": '<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata><n xmlns="http://www.inkscape.org/namespaces/inkscape"/>',
    "movement": '<rect><animate attributeName="x" from="0" to="9"/></rect>',
}


@pytest.mark.parametrize("inside", STILL.values(), ids=STILL)
def test_what_only_draws_is_a_picture(inside: str) -> None:
    """And what people's programs make is taken as it is."""
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
    measure(head + named(inside))


UNFIT = [
    ("a text", b"hello", "no picture"),
    ("an empty file", b"", "no picture"),
    ("a web page", b"<!doctype html><svg/>", "no picture"),
    ("a bitmap of Windows", b"BM\0\0", "no picture"),
    ("half a png", png(880, 660)[:18], "damaged"),
    ("a png of no size", png(0, 660), "damaged"),
    ("half a jpeg", jpeg(640, 480)[:40], "damaged"),
    ("a jpeg that never begins", b"\xff\xd8\xff\xe0\0\0", "damaged"),
    ("a webp of no kind", webp(b"ALPH", b"\0" * 20), "damaged"),
    ("an svg with a script", SVG.format('><script>alert(1)</script').encode(), "run something"),
    ("an svg with a handler", SVG.format('onload="alert(1)"').encode(), "run something"),
    ("an svg with html", b"<svg><foreignObject/></svg>", "run something"),
    ("an svg with an entity", b'<svg>&x;</svg><!ENTITY x "y">', "damaged"),
    ("an svg with entities of its own", b'<!DOCTYPE svg [<!ENTITY x "y">]><svg/>', "run something"),
    ("an svg with a script by another prefix", named("<x:script>alert(1)</x:script>"), "run something"),
    ("an svg with a web page in it", named('<i xmlns="http://www.w3.org/1999/xhtml"><iframe srcdoc="&lt;script>"/></i>'), "run something"),
    ("an svg with a link that is hidden", named('<a href="java&#115;cript:alert(1)">x</a>'), "run something"),
    ("an svg with a link with a tab in it", named('<a href="java&#9;script:alert(1)">x</a>'), "run something"),
    ("an svg that makes a handler", named('<set attributeName="onclick" to="alert(1)"/>'), "run something"),
    ("an svg that makes a link", named('<a><animate attributeName="xlink:href" values="javascript:alert(1)"/></a>'), "run something"),
    ("an svg with a default handler", b'<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]><svg xmlns="http://www.w3.org/2000/svg"/>', "run something"),
    ("an svg with a style sheet that transforms", b'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#s"?><svg xmlns="http://www.w3.org/2000/svg"/>', "run something"),
    ("an svg in an odd encoding", b'<?xml version="1.0" encoding="iso-2022-jp"?><svg xmlns="http://www.w3.org/2000/svg"><scr\x1b(Bipt/></svg>', "run something|damaged"),
    ("an svg with events of xml", named('<l xmlns="http://www.w3.org/2001/xml-events"/>'), "run something"),
    ("an svg that uses a document", named('<use href="data:image/svg+xml;base64,AAAA"/>'), "another host"),
    ("an svg with a style that escapes", named("<style>a{b:\\75rl(//t.example)}</style>"), "another host"),
    ("an svg with a foreign filling", named('<rect fill="url( //t.example/x)"/>'), "another host"),
    ("an svg that is no xml", b"<svg><g></svg>", "damaged"),
    ("an svg that is endlessly deep", named("<g>" * 5000 + "</g>" * 5000), "run something"),
    ("an svg with a foreign picture", b'<svg><image x="1" href="https://t.example/x.png"/></svg>', "another host"),
    ("an svg with a foreign style", b"<svg><style>@import 'https://t.example/x.css'</style></svg>", "another host"),
]


@pytest.mark.parametrize(("data", "why"), [row[1:] for row in UNFIT], ids=[row[0] for row in UNFIT])
def test_what_is_no_picture(data: bytes, why: str) -> None:
    """What cannot be published says why, and what to do."""
    with pytest.raises(Unfit, match=why) as caught:
        measure(data)
    assert caught.value.hint


@pytest.mark.parametrize("data", [b"<!-- -->" * 40_000, b'<svg "' + b"a='\"" * 40_000, b"<svg>" + b"<image " * 40_000], ids=["comments", "quotes", "pictures"])
def test_hostile_files_take_no_time(data: bytes) -> None:
    """What is made to be read slowly is not."""
    with pytest.raises(Unfit):
        measure(data if b"<image" not in data else data + b"<script")
