"""Badges baked into images and taken out again, and bundles that can be checked offline."""

from __future__ import annotations

import io
import json
import zlib
from typing import Any

import attrs
import pytest
from PIL import Image
from proof_samples import (
    AWARD,
    DID,
    NOW,
    REVOCATION_LIST,
    SUSPENSION_LIST,
    documents,
    issuer_document,
    signed_credential,
    signed_statement,
)

from paid_certificate.proofs.baking import bake_png, bake_svg, unbake
from paid_certificate.proofs.bundle import bundle_files, resolver_from_files
from paid_certificate.proofs.errors import MalformedDocument, UnbakedImage
from paid_certificate.proofs.verify import Verdict, verify_document

TOKEN = "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>Badge</title><circle r="4"/></svg>'


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["Test Learner", 'Ольга "山" <&>]]> \u0645'])
def test_baked_document_comes_out_as_it_went_in(name: str) -> None:
    text = json.dumps(signed_credential(attrs.evolve(AWARD, holder_name=name)), ensure_ascii=False)
    for baked in (bake_png(png(), text), bake_svg(SVG, text)):
        assert json.loads(unbake(baked)) == json.loads(text)
        assert verify_document(unbake(baked), documents(), NOW).verdict is Verdict.VALID


def test_baked_token_comes_out_as_it_went_in() -> None:
    assert unbake(bake_png(png(), TOKEN)) == unbake(bake_svg(SVG, TOKEN)) == TOKEN


def test_baked_png_is_still_the_same_picture() -> None:
    baked = bake_png(png(), TOKEN)
    picture = Image.open(io.BytesIO(baked))
    assert picture.text["openbadgecredential"] == TOKEN
    assert picture.tobytes() == Image.open(io.BytesIO(png())).tobytes()


def test_baking_again_replaces_the_credential() -> None:
    assert unbake(bake_png(bake_png(png(), "old"), TOKEN)) == TOKEN
    assert bake_png(bake_png(png(), "old"), TOKEN) == bake_png(png(), TOKEN)
    assert bake_svg(bake_svg(SVG, "old"), TOKEN).count(b"openbadges:credential") == 1


def test_compressed_text_chunk_of_another_baker_is_read() -> None:
    data = b"openbadgecredential\0\1\0en\0Abzeichen\0" + zlib.compress(TOKEN.encode())
    chunk = len(data).to_bytes(4) + b"iTXt" + data + zlib.crc32(b"iTXt" + data).to_bytes(4)
    assert unbake(png()[:33] + chunk + png()[33:]) == TOKEN


def test_baked_svg_runs_nothing() -> None:
    hostile = (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="a()">'
        b"<?xml-stylesheet href='https://example.org/a.css'?><script>a()</script><a xlink:href=' JavaScript:a()'/>"
        b"<foreignObject><iframe/></foreignObject><g onclick='a()'/><image href='data:text/html,a'/><rect/></svg>"
    )
    baked = bake_svg(hostile, TOKEN).lower()
    for word in (b"script", b"onload", b"onclick", b"foreignobject", b"iframe", b"data:", b"stylesheet"):
        assert word not in baked
    assert b"rect" in baked


def cut(image: bytes) -> bytes:
    return image[:-20]


def flipped(image: bytes) -> bytes:
    return image[:60] + bytes([image[60] ^ 1]) + image[61:]


@pytest.mark.parametrize(
    "image",
    [
        b"",
        b"not an image",
        png(),
        SVG,
        b"<html/>",
        cut(bake_png(png(), TOKEN)),
        flipped(bake_png(png(), TOKEN)),
        b'<!DOCTYPE s [<!ENTITY e SYSTEM "file:///etc/hostname">]><svg xmlns="http://www.w3.org/2000/svg">&e;</svg>',
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 40,
        b"x" * (9 << 20),
    ],
    ids=["empty", "text", "plain png", "plain svg", "html", "cut", "flipped", "entity", "no chunks", "huge"],
)
def test_image_without_a_credential_is_refused(image: bytes) -> None:
    with pytest.raises(UnbakedImage):
        unbake(image)


def test_compressed_bomb_is_refused() -> None:
    data = b"openbadgecredential\0\1\0\0\0" + zlib.compress(b"a" * (4 << 20))
    chunk = len(data).to_bytes(4) + b"iTXt" + data + zlib.crc32(b"iTXt" + data).to_bytes(4)
    with pytest.raises(UnbakedImage):
        unbake(png()[:33] + chunk + png()[33:])


def bundle(**changes: Any) -> dict[str, bytes]:
    at_hand = documents()
    parts: dict[str, Any] = {
        "credential": signed_credential(),
        "did_document": at_hand[DID],
        "status_lists": [at_hand[REVOCATION_LIST], at_hand[SUSPENSION_LIST]],
        "result_statement": signed_statement(),
        "credential_jwt": TOKEN,
    }
    return bundle_files(**parts | changes)


def test_bundle_maps_every_address_to_its_file() -> None:
    files = bundle()
    assert json.loads(files["map.json"]) == {
        AWARD.credential_url: "credential.json",
        DID: "did.json",
        AWARD.credential_url + "/statement": "result-statement.json",
        REVOCATION_LIST: "status-revocation-1.json",
        SUSPENSION_LIST: "status-suspension-2.json",
        AWARD.credential_url + ".jwt": "credential.jwt",
    }
    assert "credential.jwt" not in json.loads(bundle(credential_jwt="")["map.json"]).values()
    assert files["credential.jwt"] == TOKEN.encode()


def test_bundle_is_all_that_a_verifier_needs() -> None:
    files = bundle()
    for name in ("credential.json", "result-statement.json"):
        assert verify_document(files[name], resolver_from_files(files), NOW).verdict is Verdict.VALID


def test_bundle_with_another_issuers_document_is_refused() -> None:
    with pytest.raises(MalformedDocument):
        bundle(did_document=issuer_document() | {"id": "did:web:other.example.org"})


def test_bundle_with_a_missing_file_is_refused() -> None:
    files = bundle()
    del files["did.json"]
    with pytest.raises(MalformedDocument):
        resolver_from_files(files)
    del files["map.json"]
    with pytest.raises(MalformedDocument):
        resolver_from_files(files)
