"""Logos and signatories: frozen at the award, whatever changes later."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from paid_certificate import api
from paid_certificate.errors import BodyRefused

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
DAY = timedelta(days=1)


def picture(colour: str = "red", kind: str = "PNG", size: tuple[int, int] = (900, 300)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


@pytest.fixture
def award(exam, learner, pass_exam):
    """A function that awards and signs."""

    def go():
        found = api.award_for_decision(pass_exam(learner, exam).uuid)
        return api.issue_credential(found.uuid)

    return go


def test_signatories_of_the_day_are_frozen_at_the_award(award, operator) -> None:
    terms = {"Head A": (-9, None), "Head B": (-9, -1), "Head C": (1, None), "Head D": (0, 0)}
    for name, (first, last) in terms.items():
        api.add_signatory(
            "institute",
            name=name,
            title="Head of exams",
            first_day=TODAY + first * DAY,
            last_day=None if last is None else TODAY + last * DAY,
            actor_id=operator.pk,
        )
    credential = award()
    assert {name for name, _office in credential.signatories} == {"Head A", "Head D"}
    first = api.list_signatories("institute")[0]
    api.end_signatory(first.uuid, last_day=TODAY - DAY, actor_id=operator.pk)
    assert api.get_credential(credential.uuid).signatories == credential.signatories


def test_end_signatory_before_the_first_day_is_refused(body, operator) -> None:
    made = api.add_signatory("institute", name="Head A", title="Head", first_day=TODAY, actor_id=operator.pk)
    with pytest.raises(BodyRefused):
        api.end_signatory(made.uuid, last_day=TODAY - DAY, actor_id=operator.pk)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_set_logo_stores_a_small_png_at_an_address_of_its_own(body, operator, client, kind: str) -> None:
    digest = api.set_logo("institute", image=picture(kind=kind), actor_id=operator.pk)
    response = client.get(reverse("paid_certificate:logo", args=["institute", digest]))
    assert response["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(response.content)).size == (512, 171)


@pytest.mark.parametrize("image", [b"", b"<svg/>", b"GIF89a", picture()[:60], b"x" * 2_000_001])
def test_set_logo_of_what_is_no_picture_is_refused(body, operator, image: bytes) -> None:
    with pytest.raises(BodyRefused):
        api.set_logo("institute", image=image, actor_id=operator.pk)


def test_logo_is_signed_and_a_later_one_leaves_it_where_it_is(award, operator, client, client_of, learner) -> None:
    digest = api.set_logo("institute", image=picture("red"), actor_id=operator.pk)
    credential = award()
    address = json.loads(api.get_document(credential.uuid))["issuer"]["image"]["id"]
    assert address.endswith(f"/credentials/bodies/institute/logo-{digest}.png")
    with_red = client_of(learner).get(reverse("paid_certificate:certificate", args=[credential.uuid])).content
    api.set_logo("institute", image=picture("blue"), actor_id=operator.pk)
    assert client.get(address.removeprefix("https://mastery.example.org")).status_code == 200
    again = client_of(learner).get(reverse("paid_certificate:certificate", args=[credential.uuid])).content
    assert again == with_red
    assert b"/Image" in with_red


def test_marks_page_sets_both_for_those_who_run_bodies(body, client_of, operator, learner) -> None:
    address = reverse("paid_certificate:author-body-marks", args=["institute"])
    form = {"name": "Head A", "title": "Head of exams", "first_day": TODAY.isoformat()}
    assert client_of(learner).post(address, form).status_code == 403
    upload = SimpleUploadedFile("logo.png", picture(), "image/png")
    assert client_of(operator).post(address, form | {"image": upload}).status_code == 302
    assert "Head A, Head of exams" in client_of(operator).get(address).content.decode()
    missing = client_of(operator).post(address, {"name": "Head B"})
    assert missing.status_code == 400
    listed = client_of(operator).get("/api/paid_certificate/v1/bodies/institute/signatories/").json()
    assert [entry["name"] for entry in listed] == ["Head A"]
