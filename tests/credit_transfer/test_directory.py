"""The directory, credit values and admission offers: what is taken, what is refused, and what people see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from freezegun import freeze_time

from credit_transfer import api
from credit_transfer.data import InstitutionState
from credit_transfer.errors import (
    CreditValueInvalid,
    InstitutionInvalid,
    InstitutionNotFound,
    OfferInvalid,
    OfferStateConflict,
)
from credit_transfer.models import AuditEntry, CreditValue, Institution
from micromasters_pathway import api as pathways
from micromasters_pathway.errors import ProgrammeNotFound
from openedx_bridge.backend import get_backend
from paid_certificate import panels as certificate_panels
from paid_certificate.data import Money
from paid_certificate.errors import AchievementNotFound

pytestmark = pytest.mark.django_db

ENTRY = {
    "name": "North University",
    "country_code": "es",
    "office_name": "Registry",
    "office_email": "registry@north.example.org",
    "appeals_contact": "Appeals board",
}


def test_institution_is_in_the_directory_only_once_verified(operator: User) -> None:
    made = api.create_institution(actor_id=operator.pk, **ENTRY)
    assert made.country_code == "ES"
    assert api.list_institutions() == []
    with pytest.raises(InstitutionInvalid):
        api.verify_institution(made.uuid, how=" ", actor_id=operator.pk)
    api.verify_institution(made.uuid, how="Called them.", actor_id=operator.pk)
    assert [entry.name for entry in api.list_institutions()] == ["North University"]
    assert AuditEntry.objects.get(action="verify_institution").detail == {"how": "Called them."}
    api.close_institution(made.uuid, actor_id=operator.pk)
    assert api.list_institutions() == []
    assert api.get_institution(made.uuid).state is InstitutionState.CLOSED


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"country_code": "ESP"}, "country_code"),
        ({"country_code": ""}, "country_code"),
        ({"office_name": ""}, "office_name"),
        ({"appeals_contact": ""}, "appeals_contact"),
        ({"answers_within_days": 0}, "answers_within_days"),
        ({"answers_within_days": 366}, "answers_within_days"),
        ({"office_email": "registry"}, "office_email"),
        ({"office_email": "a@example.org, b@example.org"}, "office_email"),
        ({"office_email": "a@example.org\nBcc: b@example.org"}, "office_email"),
    ],
)
def test_create_institution_bad_input_names_the_field(operator: User, change, field) -> None:
    with pytest.raises(InstitutionInvalid) as refused:
        api.create_institution(actor_id=operator.pk, **ENTRY | change)
    assert list(refused.value.fields) == [field]
    assert not Institution.objects.exists()


def test_create_institution_same_name_twice_is_refused(institution, operator: User) -> None:
    with pytest.raises(InstitutionInvalid):
        api.create_institution(actor_id=operator.pk, **ENTRY)


def test_get_institution_unknown_is_not_found() -> None:
    with pytest.raises(InstitutionNotFound):
        api.get_institution(Institution().uuid)


VALUE = {
    "amount": Decimal(6),
    "unit": "ECTS",
    "recommender": "Council A",
    "evidence": "Review",
    "valid_from": datetime(2026, 1, 1, tzinfo=UTC),
}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("0.001")}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"unit": " "}, "unit"),
        ({"recommender": ""}, "recommender"),
        ({"evidence": ""}, "evidence"),
        ({"isced_f": "stat"}, "isced_f"),
        ({"isced_f": "1"}, "isced_f"),
        ({"isced_f": "٠٥٤٢"}, "isced_f"),
        ({"levels": [("EQF", " ")]}, "levels"),
        ({"valid_to": datetime(2026, 1, 1, tzinfo=UTC)}, "valid_to"),
    ],
)
def test_create_credit_value_bad_input_names_the_field(achievement, operator: User, change, field) -> None:
    with pytest.raises(CreditValueInvalid) as refused:
        api.create_credit_value(achievement_uuid=achievement.uuid, actor_id=operator.pk, **VALUE | change)
    assert list(refused.value.fields) == [field]
    assert not CreditValue.objects.exists()


def test_create_credit_value_unknown_achievement_is_not_found(operator: User) -> None:
    with pytest.raises(AchievementNotFound):
        api.create_credit_value(achievement_uuid=Institution().uuid, actor_id=operator.pk, **VALUE)


def test_credit_value_feeds_the_credential_with_all_its_levels(credit_value, achievement, settings) -> None:
    (credit,) = certificate_panels.recommended_credit(achievement.uuid, timezone.now())
    assert (credit.amount, credit.unit, credit.recommender) == ("6", "ECTS", "Council A")
    assert credit.levels == (("EQF", "6"), ("QF-EHEA", "1"))
    settings.CREDIT_TRANSFER_ENABLED = False
    assert certificate_panels.recommended_credit(achievement.uuid, timezone.now()) == []


def test_credit_value_holds_from_its_beginning_until_before_its_end(credit_value, achievement, operator: User) -> None:
    end = credit_value.valid_from + timedelta(days=10)
    api.end_credit_value(credit_value.uuid, actor_id=operator.pk, at=end)
    moments = {
        credit_value.valid_from - timedelta(microseconds=1): 0,
        credit_value.valid_from: 1,
        end - timedelta(microseconds=1): 1,
        end: 0,
    }
    for at, expected in moments.items():
        assert len(certificate_panels.recommended_credit(achievement.uuid, at)) == expected, at
    assert CreditValue.objects.count() == 1


@pytest.fixture
def programme(author: User):
    """A public programme of one course."""
    key = "course-v1:Mastery+A+1"
    get_backend().add_course(key, title="Course A")
    get_backend().add_course_staff(author.pk, key)
    pathways.create_programme(key="data", title="Data", actor_id=author.pk)
    rules = {"slot": {"key": "a", "title": "A", "routes": [{"kind": "course", "course_key": key}]}}
    return pathways.publish_programme("data", rules=rules, actor_id=author.pk)


@pytest.fixture
def make_offer(institution, programme, operator: User):
    """A function that drafts an offer: five months instead of ten."""

    def make(**fields):
        values = {
            "institution_uuid": institution.uuid,
            "programme_key": "data",
            "degree": "Master of Data",
            "standard_months": 10,
            "reduced_months": 5,
            "credits_waived": Decimal(30),
            "unit": "ECTS",
            "intake": "Autumn 2027",
            "deadline": timezone.now() + timedelta(days=90),
            "time_zone": "Europe/Madrid",
            "fee": Money(6000, "EUR"),
            "conditions": "English at B2",
        }
        return api.create_offer(actor_id=operator.pk, **values | fields)

    return make


def test_offer_is_shown_while_open_and_before_its_deadline(make_offer, operator: User) -> None:
    offer = make_offer()
    assert api.list_offers(programme_key="data") == []
    api.open_offer(offer.uuid, actor_id=operator.pk)
    (shown,) = api.list_offers(programme_key="data")
    assert (shown.reduced_months, shown.standard_months, shown.fee) == (5, 10, "EUR 60")
    with freeze_time(offer.deadline):
        assert api.list_offers(programme_key="data") == []
    api.close_offer(offer.uuid, actor_id=operator.pk)
    assert api.list_offers() == []
    with pytest.raises(OfferStateConflict):
        api.open_offer(offer.uuid, actor_id=operator.pk)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"degree": " "}, "degree"),
        ({"unit": ""}, "unit"),
        ({"intake": ""}, "intake"),
        ({"reduced_months": 11}, "reduced_months"),
        ({"reduced_months": 0}, "reduced_months"),
        ({"credits_waived": Decimal(-1)}, "credits_waived"),
        ({"time_zone": "Madrid"}, "time_zone"),
        ({"deadline": datetime(2020, 1, 1, tzinfo=UTC)}, "deadline"),
    ],
)
def test_create_offer_bad_input_names_the_field(make_offer, change, field) -> None:
    with pytest.raises(OfferInvalid) as refused:
        make_offer(**change)
    assert list(refused.value.fields) == [field]


def test_create_offer_unknown_programme_is_not_found(make_offer) -> None:
    with pytest.raises(ProgrammeNotFound):
        make_offer(programme_key="nothing")


def test_programme_page_names_the_deadline_with_its_zone_across_summer_time(make_offer, operator: User, client) -> None:
    # 01:30 UTC is the second 02:30 of that night in Madrid.
    with freeze_time("2026-09-01"):
        offer = make_offer(deadline=datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
        api.open_offer(offer.uuid, actor_id=operator.pk)
        html = client.get("/pathways/data/").content.decode()
    assert "25 Oct 2026, 02:30 (Madrid)" in html
    assert "5 instead of 10" in html
    assert "30 ECTS" in html
    assert "this is not admission" in html
