"""What a person may hand in as a file, judged by its bytes: its name and the type sent with it say nothing."""

from __future__ import annotations

import io
import re
from pathlib import PurePosixPath

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from paid_certificate.errors import ClaimInvalid
from paid_certificate.proofs.text import clean_text

MAX_PIXELS = 50_000_000  # of a picture once unpacked: a small file may unpack to a very large one
MAX_NAME = 80
_SUFFIXES = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/svg+xml": ".svg",
    "application/json": ".json",
}
_PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg"}
_UNSAFE = re.compile(r"[^\w.()-]+")


def most_bytes() -> int:
    """The size in bytes up to which a file is taken."""
    return int(settings.PAID_CERTIFICATE_EVIDENCE_MB * 1_000_000)


def require_small(content: bytes) -> None:
    """Refuse an empty or too large file, and say how large one may be."""
    if not content:
        raise _refused(_("The file is empty. Choose another."))
    if len(content) > most_bytes():
        limit = settings.PAID_CERTIFICATE_EVIDENCE_MB
        raise _refused(_("The file is larger than {limit} MB. Choose a smaller one.").format(limit=limit))


def media_type_of(content: bytes) -> str:
    """The media type of a PDF, PNG or JPEG; raises ClaimInvalid for anything else, and for pictures made to burst."""
    require_small(content)
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise _refused(_("The PDF is cut off. Save it again and choose it anew."))
        return "application/pdf"
    try:
        with Image.open(io.BytesIO(content), formats=list(_PICTURES)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _refused(_("The picture has too many pixels. Save it smaller."))
            media_type = _PICTURES[picture.format or ""]
            # Reads the checksums without unpacking the picture.
            picture.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise _refused(_("Only PDF, PNG and JPEG are taken. Save the file as a PDF.")) from error
    return media_type


def safe_name(name: str, media_type: str) -> str:
    """A file name without folders, controls or a suffix of another kind: what is downloaded is what it says."""
    last = PurePosixPath(clean_text(name).replace("\\", "/")).name
    stem = _UNSAFE.sub("-", last.partition(".")[0]).strip("-.") or "evidence"
    return stem[:MAX_NAME] + _SUFFIXES[media_type]


def _refused(message: str) -> ClaimInvalid:
    return ClaimInvalid(message, fields={"file": message})
