"""Signing keys: rotated, stolen, and never to be read from a dump or a log."""

from __future__ import annotations

import base64
import json
import logging
from datetime import timedelta
from time import sleep

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.apps import apps
from django.core import serializers
from django.urls import reverse
from django.utils import timezone

from openedx_bridge.backend import get_backend
from paid_certificate import api
from paid_certificate.data import CredentialState
from paid_certificate.errors import BodyRefused, CredentialErased, KeySecretMissing
from paid_certificate.models import BodyKey, Credential, TokenKey
from paid_certificate.proofs.bundle import resolver_from_files
from paid_certificate.proofs.errors import KeyUnwrapError
from paid_certificate.proofs.multibase import encode_base58btc
from paid_certificate.proofs.verify import Verdict, verify_document
from paid_certificate.services.bodies import open_body_key
from paid_certificate.services.status import signed_status_list
from paid_certificate.services.tokens import open_token_key
from paid_certificate.services.verify_credential import Answer

pytestmark = pytest.mark.django_db


def verdict(uuid) -> Verdict:
    files = api.bundle_of(uuid)
    return verify_document(files["credential.json"], resolver_from_files(files), timezone.now()).verdict


def did_methods(client) -> list[dict]:
    return client.get(reverse("paid_certificate:did", args=["institute"])).json()["verificationMethod"]


@pytest.fixture
def compromise(operator, django_capture_on_commit_callbacks):
    """A function that declares the key of a credential stolen since a time."""

    def go(at, key=None):
        key = key or BodyKey.objects.get(live=1)
        with django_capture_on_commit_callbacks(execute=True):
            return api.compromise_key("institute", name=key.public_multikey, at=at, actor_id=operator.pk)

    return go


def test_rotate_key_keeps_the_old_key_public_and_what_it_signed_good(issued, operator, client) -> None:
    old = BodyKey.objects.get(live=1)
    api.rotate_key("institute", actor_id=operator.pk)
    new = BodyKey.objects.get(live=1)
    assert new.public_multikey != old.public_multikey
    assert [method["publicKeyMultibase"] for method in did_methods(client)] == [
        old.public_multikey,
        new.public_multikey,
    ]
    assert verdict(issued.uuid) is Verdict.VALID


def test_compromise_key_replaces_what_it_signed_since(issued, compromise, client) -> None:
    stolen = BodyKey.objects.get()
    assert compromise(issued.issued_at - timedelta(hours=1)) == 1
    old = api.get_credential(issued.uuid)
    assert old.state is CredentialState.SUPERSEDED
    new = api.get_credential(old.successor_uuid)
    assert new.state is CredentialState.ISSUED
    assert verdict(new.uuid) is Verdict.VALID
    assert verdict(old.uuid) is not Verdict.VALID
    assert Credential.objects.get(uuid=new.uuid).signing_key == BodyKey.objects.get(live=1)
    methods = {method["publicKeyMultibase"]: method for method in did_methods(client)}
    assert "revoked" in methods[stolen.public_multikey]
    assert len(methods) == 2


def test_compromise_key_leaves_what_it_signed_before_good(issued, compromise) -> None:
    Credential.objects.update(issued_at=timezone.now() - timedelta(days=2))
    sleep(1.1)  # proofs name whole seconds, and one of the very second of the theft is not trusted
    assert compromise(timezone.now()) == 0
    assert api.get_credential(issued.uuid).state is CredentialState.ISSUED
    assert verdict(issued.uuid) is Verdict.VALID


def test_compromise_key_has_the_status_lists_signed_anew(issued, compromise) -> None:
    stolen = BodyKey.objects.get()
    assert stolen.public_multikey in signed_status_list("institute", "suspension", 1)
    Credential.objects.update(issued_at=timezone.now() - timedelta(days=2))
    compromise(timezone.now())
    again = signed_status_list("institute", "suspension", 1)
    assert stolen.public_multikey not in again
    assert BodyKey.objects.get(live=1).public_multikey in again


def test_compromise_key_again_changes_nothing_and_an_earlier_time_reaches_further(issued, compromise) -> None:
    key = BodyKey.objects.get()
    Credential.objects.update(issued_at=issued.issued_at - timedelta(seconds=10))
    later = issued.issued_at - timedelta(seconds=9)
    assert compromise(later, key) == 0
    assert compromise(later, key) == 0
    assert compromise(issued.issued_at - timedelta(minutes=1), key) == 1
    assert BodyKey.objects.filter(live=1).count() == 1


def test_compromise_key_replaces_what_it_signed_in_that_very_second(issued, compromise) -> None:
    second = timezone.now().replace(microsecond=0) - timedelta(seconds=5)
    Credential.objects.update(issued_at=second + timedelta(milliseconds=200))
    assert compromise(second + timedelta(milliseconds=700)) == 1


def test_credential_on_hold_at_the_theft_is_replaced_once_the_hold_ends(
    issued, compromise, operator, client, django_capture_on_commit_callbacks
) -> None:
    api.suspend_credential(issued.uuid, actor_id=operator.pk)
    assert compromise(issued.issued_at - timedelta(hours=1)) == 0
    assert api.verify_issued(issued.uuid).answer is Answer.SUSPENDED
    api.resume_credential(issued.uuid, actor_id=operator.pk)
    assert api.verify_issued(issued.uuid).answer is Answer.ALTERED, "no page calls valid what every verifier refuses"
    page = client.get(reverse("paid_certificate:verification", args=[issued.uuid])).content.decode()
    assert "Do not rely on it" in page
    assert [outcome.finding.kind for outcome in api.reconcile()] == ["signed_by_stolen_key"]
    with django_capture_on_commit_callbacks(execute=True):
        api.reconcile(dry_run=False, actor_id=operator.pk)
    old = api.get_credential(issued.uuid)
    assert old.state is CredentialState.SUPERSEDED
    assert verdict(old.successor_uuid) is Verdict.VALID
    assert api.reconcile() == []


def test_erased_credential_gets_no_other_when_its_key_was_stolen(issued, compromise, learner, operator) -> None:
    file = api.get_document(issued.uuid)
    get_backend().retire(learner.pk)
    assert compromise(issued.issued_at - timedelta(hours=1)) == 0
    assert api.reconcile() == []
    assert api.verify_text(file).answer is Answer.ALTERED
    with pytest.raises(CredentialErased):
        api.supersede_credential(issued.uuid, actor_id=operator.pk, reason="reissued")
    assert Credential.objects.count() == 1


def test_stored_document_that_was_changed_is_not_called_valid(issued) -> None:
    document = api.get_document(issued.uuid).replace("Introductory statistics", "Master of statistics")
    Credential.objects.update(document=document)
    assert api.verify_issued(issued.uuid).answer is Answer.ALTERED


def test_compromise_key_unknown_or_in_the_future_is_refused(issued, compromise, operator) -> None:
    with pytest.raises(BodyRefused):
        compromise(timezone.now() + timedelta(hours=1))
    with pytest.raises(BodyRefused):
        api.compromise_key("institute", name="z6Mk", at=timezone.now(), actor_id=operator.pk)
    assert not BodyKey.objects.filter(compromised_at__isnull=False).exists()


def test_key_pages_are_for_those_who_issue(issued, client_of, learner, operator) -> None:
    key = BodyKey.objects.get()
    body = {"name": key.public_multikey, "at": timezone.now().isoformat()}
    address = "/api/paid_certificate/v1/bodies/institute/keys/compromise/"
    assert client_of(learner).post(address, body, content_type="application/json").status_code == 403
    desk = reverse("paid_certificate:credential-desk")
    form = {"action": "compromise_key", "slug": "institute", "name": key.public_multikey, "at": "nonsense"}
    assert client_of(operator).post(desk, form).status_code == 400
    assert client_of(operator).post(desk, form | {"at": "2026-01-01T12:00"}).status_code == 302
    assert "stolen since" in client_of(operator).get(desk).content.decode()


@pytest.fixture
def tokens(settings) -> None:
    """Credentials are signed as tokens too, so that the body has an RSA key."""
    settings.PAID_CERTIFICATE_JWT = True


def forms_of(secret: bytes) -> set[str]:
    """How raw bytes may stand in a text."""
    return {
        secret.hex(),
        str(int.from_bytes(secret[:512])),
        base64.b64encode(secret).decode().rstrip("="),
        base64.urlsafe_b64encode(secret).decode().rstrip("="),
        encode_base58btc(secret),
        repr(secret),
    }


def secrets_of_the_keys() -> set[bytes]:
    """Every private key of every body as bytes, and each number of an RSA key from which the rest follows."""
    found = {open_body_key(key)._key.private_bytes_raw() for key in BodyKey.objects.all()}
    for key in TokenKey.objects.all():
        private = open_token_key(key)._key
        numbers = private.private_numbers()
        found |= {number.to_bytes((number.bit_length() + 7) // 8) for number in (numbers.d, numbers.p, numbers.q)}
        found |= {
            private.private_bytes(Encoding.DER, form, NoEncryption())
            for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL)
        }
    return found


def told_secrets(text: str) -> list[str]:
    """The forms of secrets that stand in `text`."""
    return [form for secret in secrets_of_the_keys() for form in forms_of(secret) if form in text]


def test_dump_of_the_database_holds_no_usable_private_key(tokens, issued, settings) -> None:
    key, token_key = BodyKey.objects.get(), TokenKey.objects.get()
    assert len(secrets_of_the_keys()) == 1 + 5
    rows = [row for model in apps.get_app_config("paid_certificate").get_models() for row in model.objects.all()]
    dump = json.dumps(json.loads(serializers.serialize("json", rows)))
    assert key.public_multikey in dump
    assert token_key.public_jwk["n"] in dump
    assert told_secrets(dump) == []
    for secret in secrets_of_the_keys():
        assert secret not in bytes(key.wrapped_private) + bytes(token_key.wrapped_private)
    settings.PAID_CERTIFICATE_KEY_SECRET = "another secret of at least thirty-two characters"
    with pytest.raises(KeyUnwrapError):
        open_body_key(key)
    with pytest.raises(KeyUnwrapError):
        open_token_key(token_key)


def test_new_secret_in_front_of_the_old_one_opens_and_signs(tokens, issued, settings, operator) -> None:
    old, settings.PAID_CERTIFICATE_KEY_SECRET = settings.PAID_CERTIFICATE_KEY_SECRET, "n" * 40
    settings.PAID_CERTIFICATE_OLD_KEY_SECRETS = [old]
    assert open_body_key(BodyKey.objects.get()).sign(b"x")
    api.rotate_key("institute", actor_id=operator.pk)
    settings.PAID_CERTIFICATE_OLD_KEY_SECRETS = []
    assert open_body_key(BodyKey.objects.get(live=1)).sign(b"x"), "a new key is wrapped by the new secret"
    with pytest.raises(KeyUnwrapError):
        open_body_key(BodyKey.objects.get(live=None))


def test_key_service_takes_the_place_of_the_secret(tokens, body, operator, settings) -> None:
    settings.PAID_CERTIFICATE_KEY_VAULT = "tests.paid_certificate.key_service.key_service"
    settings.PAID_CERTIFICATE_KEY_SECRET = ""
    api.rotate_key("institute", actor_id=operator.pk)
    key = BodyKey.objects.get(live=1)
    assert open_body_key(key).sign(b"x")
    assert len(bytes(key.wrapped_private)) == 16, "the service's ticket, and no key"
    settings.PAID_CERTIFICATE_KEY_VAULT = ""
    with pytest.raises(KeySecretMissing):
        open_body_key(key)


def test_secret_that_was_told_would_be_found(tokens, issued) -> None:
    private = open_token_key(TokenKey.objects.get())._key
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    assert told_secrets("".join(pem.splitlines()[1:-1]))
    assert told_secrets(f"d={private.private_numbers().d}")


def test_logs_hold_no_private_key_and_no_secret(tokens, exam, learner, pass_exam, operator, caplog, settings) -> None:
    secret = settings.PAID_CERTIFICATE_KEY_SECRET
    with caplog.at_level(logging.DEBUG):
        api.rotate_key("institute", actor_id=operator.pk)
        award = api.award_for_decision(pass_exam(learner, exam).uuid)
        settings.PAID_CERTIFICATE_KEY_SECRET = "another secret of at least thirty-two characters"
        with pytest.raises(KeyUnwrapError):
            api.issue_credential(award.uuid)
        settings.PAID_CERTIFICATE_KEY_SECRET = secret
        failure = api.get_credential(award.uuid).failure
        api.issue_credential(award.uuid)
        api.rotate_key("institute", actor_id=operator.pk)
        settings.PAID_CERTIFICATE_KEY_SECRET = "another secret of at least thirty-two characters"
        with pytest.raises(KeyUnwrapError) as refused:
            open_token_key(TokenKey.objects.get(live=1))
        settings.PAID_CERTIFICATE_KEY_SECRET = secret
    told = caplog.text + failure + repr(refused.value)
    assert failure
    assert TokenKey.objects.count() == 2
    assert told_secrets(told) == []
    assert secret not in told
