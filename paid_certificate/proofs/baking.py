"""Baked badges: a signed credential inside its PNG or SVG image (Open Badges 3.0, 5.3), and back out of it."""

import re
import zlib
from collections.abc import Iterator

from lxml import etree

from paid_certificate.proofs.document import MAX_BYTES
from paid_certificate.proofs.errors import UnbakedImage

__all__ = ["bake_png", "bake_svg", "unbake"]

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"openbadgecredential"
_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_ELEMENT = f"{{{_NAMESPACE}}}credential"
_MAX_IMAGE = 8 << 20  # bytes
_ACTIVE_ELEMENTS = {"script", "foreignObject", "iframe", "embed", "object", "handler", "listener"}
_ACTIVE_LINK = re.compile(r"\s*(javascript|vbscript|data:(?!image/(png|jpeg|gif|webp)))", re.IGNORECASE)


def bake_png(image: bytes, credential: str) -> bytes:
    """Return a PNG with the signed credential (JSON text or compact token) as its one iTXt chunk of that keyword."""
    chunks = [chunk for chunk in _chunks(image) if not _is_credential(*chunk)]
    text = _KEYWORD + b"\0\0\0\0\0" + credential.encode()  # uncompressed, no language, no translated keyword
    chunks.insert(len(chunks) - 1, (b"iTXt", text))
    return _PNG_SIGNATURE + b"".join(_serialise(kind, data) for kind, data in chunks)


def bake_svg(image: bytes, credential: str) -> bytes:
    """Return an SVG with the signed credential in its credential element, and nothing in it that could run.

    A token stands in the attribute `verify`, a document as character data.
    """
    root = _parse_svg(image)
    _remove_active_content(root)
    for earlier in root.findall(_ELEMENT):
        root.remove(earlier)
    element = etree.Element(_ELEMENT, nsmap={"openbadges": _NAMESPACE})
    if credential.lstrip().startswith("{"):
        element.text = credential
    else:
        element.set("verify", credential)
    root.insert(0, element)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def unbake(image: bytes) -> str:
    """Return the credential inside a PNG or SVG; raise UnbakedImage if there is none or the file is unreadable."""
    if len(image) > _MAX_IMAGE:
        raise UnbakedImage("The image is too large.")
    if image.startswith(_PNG_SIGNATURE):
        for kind, data in _chunks(image):
            if _is_credential(kind, data):
                return _text_of(data)
        raise UnbakedImage("The image holds no credential.")
    element = _parse_svg(image).find(_ELEMENT)
    text = "" if element is None else element.get("verify") or "".join(element.itertext())
    if not text.strip():
        raise UnbakedImage("The image holds no credential.")
    return text.strip()


def _chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and data of each PNG chunk up to IEND; raise UnbakedImage if the file is damaged or cut off."""
    if not image.startswith(_PNG_SIGNATURE):
        raise UnbakedImage("The image is not a PNG.")
    position, kind = len(_PNG_SIGNATURE), b""
    while kind != b"IEND":
        size = int.from_bytes(image[position : position + 4])
        kind = image[position + 4 : position + 8]
        data = image[position + 8 : position + 8 + size]
        checksum = image[position + 8 + size : position + 12 + size]
        if len(checksum) != 4 or int.from_bytes(checksum) != zlib.crc32(kind + data):
            raise UnbakedImage("The PNG is damaged.")
        yield kind, data
        position += 12 + size


def _serialise(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def _is_credential(kind: bytes, data: bytes) -> bool:
    return kind == b"iTXt" and data.startswith(_KEYWORD + b"\0")


def _text_of(chunk: bytes) -> str:
    """Return the text of an iTXt chunk, unpacked within the limit for documents (PNG, third edition, 11.3.3.4)."""
    rest = chunk[len(_KEYWORD) + 1 :]
    parts = rest[2:].split(b"\0", 2)
    if len(parts) != 3:
        raise UnbakedImage("The credential in the image is damaged.")
    text = parts[2]
    try:
        if rest[0]:
            unpacker = zlib.decompressobj()
            text = unpacker.decompress(text, MAX_BYTES)
            if not unpacker.eof:
                raise UnbakedImage("The credential in the image is too large.")
        return text.decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise UnbakedImage("The credential in the image is damaged.") from error


def _parse_svg(image: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(image, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnbakedImage("The file is neither a PNG nor an SVG.") from error
    if etree.QName(root).localname != "svg":
        raise UnbakedImage("The file is XML, but not an SVG.")
    return root


def _remove_active_content(root: etree._Element) -> None:
    """Take out what a browser would run: baked images are opened by strangers straight from our address."""
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or etree.QName(element).localname in _ACTIVE_ELEMENTS:
            if (parent := element.getparent()) is not None:
                parent.remove(element)
            continue
        for name, value in list(element.attrib.items()):
            local = etree.QName(name).localname.lower()
            if local.startswith("on") or (local == "href" and _ACTIVE_LINK.match(value)):
                del element.attrib[name]
