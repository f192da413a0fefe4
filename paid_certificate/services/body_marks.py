"""What a body puts on its certificates: its logo, and who signs for it in their term of office."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from paid_certificate.data import SignatoryData
from paid_certificate.errors import BodyNotFound, BodyRefused
from paid_certificate.models import BodyLogo, IssuingBody, Signatory
from paid_certificate.models.audit import record

MAX_UPLOAD = 2_000_000  # bytes
MAX_PIXELS = 20_000_000  # before it is unpacked: a small file may unpack to a very large picture
LOGO_SIZE = 512  # pixels of the longer side, as stored


def set_logo(slug: str, *, image: bytes, actor_id: int) -> str:
    """Store a PNG or JPEG as the body's logo, made small and free of hidden data; returns its SHA-256."""
    body = _body(slug)
    png = _as_png(image)
    digest = hashlib.sha256(png).hexdigest()
    with transaction.atomic():
        # An old logo that is set again becomes the newest; its address stays as it was signed.
        BodyLogo.objects.update_or_create(body=body, sha256=digest, defaults={"png": png, "chosen_at": timezone.now()})
        record("set_logo", actor_id=actor_id, object_type="body", object_uuid=body.uuid, sha256=digest)
    return digest


def get_logo(slug: str, sha256: str) -> bytes:
    """The PNG of a logo, however old; raises BodyNotFound."""
    logo = BodyLogo.objects.filter(body__slug=slug, sha256=sha256).first()
    if logo is None:
        raise BodyNotFound(_("There is no such logo."))
    return bytes(logo.png)


def current_logo(body: IssuingBody) -> str:
    """The SHA-256 of the logo in use, or an empty text."""
    return body.logos.order_by("-chosen_at", "-id").values_list("sha256", flat=True).first() or ""


def add_signatory(
    slug: str, *, name: str, title: str, first_day: date, actor_id: int, last_day: date | None = None
) -> SignatoryData:
    """Record that somebody signs for the body from `first_day` on."""
    body = _body(slug)
    if not name.strip() or not title.strip():
        raise BodyRefused(_("A signatory needs a name and an office."), fields={"name": _("Write it.")})
    if last_day is not None and last_day < first_day:
        raise BodyRefused(_("A term cannot end before it begins."), fields={"last_day": _("Choose a later day.")})
    with transaction.atomic():
        row = Signatory.objects.create(
            body=body, name=name.strip(), title=title.strip(), first_day=first_day, last_day=last_day
        )
        record("add_signatory", actor_id=actor_id, object_type="body", object_uuid=body.uuid)
    return _signatory_data(row)


def end_signatory(uuid: UUID, *, last_day: date, actor_id: int) -> SignatoryData:
    """End a term of office; what was awarded in it keeps the name."""
    with transaction.atomic():
        row = Signatory.objects.select_for_update().select_related("body").filter(uuid=uuid).first()
        if row is None:
            raise BodyNotFound(_("There is no such signatory."))
        if last_day < row.first_day:
            raise BodyRefused(_("A term cannot end before it begins."), fields={"last_day": _("Choose a later day.")})
        row.last_day = last_day
        row.save()
        record("end_signatory", actor_id=actor_id, object_type="body", object_uuid=row.body.uuid)
    return _signatory_data(row)


def list_signatories(slug: str) -> list[SignatoryData]:
    """Everybody who ever signed for the body, by first day."""
    return [_signatory_data(row) for row in _body(slug).signatories.all()]


def in_office(body_id: int, day: date) -> list[dict[str, str]]:
    """Name and office of those who signed for the body on `day`, both ends of a term included."""
    rows = Signatory.objects.filter(body_id=body_id, first_day__lte=day)
    rows = rows.filter(Q(last_day__isnull=True) | Q(last_day__gte=day))
    return [{"name": row.name, "title": row.title} for row in rows]


def _as_png(image: bytes) -> bytes:
    if len(image) > MAX_UPLOAD:
        raise BodyRefused(_("The picture is larger than 2 MB."), fields={"image": _("Choose a smaller one.")})
    try:
        with Image.open(io.BytesIO(image), formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BodyRefused(_("The picture has too many pixels."), fields={"image": _("Choose a smaller one.")})
            small = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        message = _("This is no PNG or JPEG that we can read.")
        raise BodyRefused(message, fields={"image": message}) from error
    small.thumbnail((LOGO_SIZE, LOGO_SIZE))
    buffer = io.BytesIO()
    small.save(buffer, "PNG")
    return buffer.getvalue()


def _body(slug: str) -> IssuingBody:
    body = IssuingBody.objects.filter(slug=slug).first()
    if body is None:
        raise BodyNotFound(_("There is no issuing body “{slug}”.").format(slug=slug))
    return body


def _signatory_data(row: Signatory) -> SignatoryData:
    return SignatoryData(row.uuid, row.name, row.title, row.first_day, row.last_day)
