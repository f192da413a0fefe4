"""Credentials as RS256 tokens, where the setting asks for them: signed, shown, checked, ended and erased."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from time import sleep

import jwt
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from token_mutations import encoded, forged_tokens, token_mutations, token_parts

from openedx_bridge.backend import get_backend
from paid_certificate import api
from paid_certificate.data import CredentialState, KeyKind
from paid_certificate.errors import CredentialErased
from paid_certificate.models import CredentialToken, IssuingBody, TokenKey
from paid_certificate.proofs.bundle import resolver_from_files
from paid_certificate.proofs.jose import jwk_thumbprint
from paid_certificate.proofs.verify import Reason, Verdict, verify_document
from paid_certificate.services.tokens import live_token_key, open_token_key
from paid_certificate.services.verify_credential import Answer
from tests.paid_certificate.conftest import FACE

pytestmark = pytest.mark.django_db
VERIFY = "paid_certificate:verify"


@pytest.fixture
def tokens(settings) -> None:
    """The setting on."""
    settings.PAID_CERTIFICATE_JWT = True


@pytest.fixture
def signed(tokens, issued):
    """A credential that was signed as a token too."""
    return issued


@pytest.fixture
def offline(monkeypatch) -> None:
    """No connection to anywhere."""

    def refuse(*args, **kwargs):
        raise AssertionError("A check must fetch nothing.")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def compromise(operator, django_capture_on_commit_callbacks):
    """A function that declares a key for tokens stolen since a time."""

    def go(at, key=None):
        key = key or TokenKey.objects.get(live=1)
        with django_capture_on_commit_callbacks(execute=True):
            return api.compromise_key("institute", name=key.thumbprint, at=at, actor_id=operator.pk)

    return go


def address(name: str, uuid) -> str:
    return reverse(f"paid_certificate:{name}", args=[uuid])


def did_methods(client) -> dict[str, dict]:
    document = client.get(reverse("paid_certificate:did", args=["institute"])).json()
    assert set(document["assertionMethod"]) == {method["id"] for method in document["verificationMethod"]}
    return {method["id"]: method for method in document["verificationMethod"]}


def stranger_reads(token: str, client) -> dict:
    """What PyJWT reads in `token` with the key that the DID document names."""
    header = jwt.get_unverified_header(token)
    method = did_methods(client)[header["kid"]]
    assert method["type"] == "JsonWebKey"
    return jwt.decode(token, jwt.PyJWK(method["publicKeyJwk"] | {"alg": "RS256"}), algorithms=["RS256"])


def test_setting_off_signs_no_token_and_makes_no_rsa_key(issued, client) -> None:
    assert api.get_token(issued.uuid) == api.get_statement_token(issued.uuid) == ""
    assert not TokenKey.objects.exists()
    answer = client.get(address("token", issued.uuid))
    assert answer.status_code == 404
    assert "Use the signed file" in answer.content.decode()
    assert "publicKeyJwk" not in json.dumps(list(did_methods(client).values()))
    assert "credential.jwt" not in api.bundle_of(issued.uuid)


def test_token_says_what_the_signed_document_says_and_a_stranger_can_check_it(signed, client) -> None:
    answer = client.get(address("token", signed.uuid))
    assert answer["Content-Type"] == "application/jwt"
    token = answer.content.decode()
    assert token == api.get_token(signed.uuid)
    payload = stranger_reads(token, client)
    document = json.loads(api.get_document(signed.uuid))
    proof = document.pop("proof")
    assert {name: payload[name] for name in document} == document
    assert proof
    header = jwt.get_unverified_header(token)
    assert header["alg"] == "RS256"
    assert header["typ"] == "JWT"
    assert header["kid"].split("#") == [document["issuer"]["id"], jwk_thumbprint(header["jwk"])]
    assert set(header["jwk"]) == {"kty", "n", "e"}
    assert payload["iss"] == document["issuer"]["id"]
    assert payload["jti"] == document["id"]
    assert payload["nbf"] == int(signed.awarded_at.timestamp())
    assert payload["iat"] == int(CredentialToken.objects.get().signed_at.timestamp())
    assert "sub" not in payload
    assert "exp" not in payload
    assert verify_document(token, resolver_from_files(api.bundle_of(signed.uuid)), timezone.now()).verdict is (
        Verdict.VALID
    )


def test_result_statement_token_is_for_the_holder_until_shared(signed, client, client_of, learner, other_learner):
    page = address("statement-token", signed.uuid)
    assert client.get(page).status_code == 302
    assert client_of(other_learner).get(page).status_code == 404
    text = client_of(learner).get(page).content.decode()
    payload = stranger_reads(text, client)
    assert payload["id"] == json.loads(api.get_statement(signed.uuid))["id"]
    assert payload["credentialSubject"]["result"]
    api.set_sharing(learner.pk, credential_uuid=signed.uuid, shares_statement=True, links_successor=False)
    assert client.get(page).content.decode() == text


def test_tokens_over_rest_are_for_the_holder(signed, client, client_of, learner, operator) -> None:
    page = address("api-credential-tokens", signed.uuid)
    assert client.get(page).status_code in (401, 403)
    assert client_of(operator).get(page).status_code == 404
    assert client_of(learner).get(page).json() == {
        "credential": api.get_token(signed.uuid),
        "statement": api.get_statement_token(signed.uuid),
    }


def test_credential_page_and_check_page_lead_to_the_token(signed, client, client_of, learner) -> None:
    link = f'href="{address("token", signed.uuid)}"'
    assert link in client_of(learner).get(address("credential", signed.uuid)).content.decode()
    assert address("statement-token", signed.uuid) in client_of(learner).get(signed.url).content.decode()
    assert link in client.get(address("verification", signed.uuid)).content.decode()


def test_check_of_a_token_pasted_uploaded_or_sent_answers_as_for_the_file(signed, client, offline) -> None:
    token = api.get_token(signed.uuid)
    assert api.verify_text(f"\n {token}\n").answer is Answer.VALID
    assert api.verify_text(api.get_statement_token(signed.uuid)).answer is Answer.VALID
    assert api.verify_text(api.get_statement(signed.uuid)).answer is Answer.VALID
    for form in ({"text": token}, {"file": SimpleUploadedFile("credential.jwt", token.encode())}):
        page = client.post(reverse(VERIFY), form).content.decode()
        assert "The issuer stands by this credential today." in page
        assert "Ana Ćosić" in page
    rest = client.post("/api/paid_certificate/v1/verify/", {"credential": token}, content_type="application/json")
    assert rest.json()["answer"] == "valid"
    assert {check["name"]: check["outcome"] for check in rest.json()["checks"]}["proof"] == "passed"


def test_check_of_a_token_follows_the_credential(signed, operator) -> None:
    token = api.get_token(signed.uuid)
    api.suspend_credential(signed.uuid, actor_id=operator.pk)
    assert api.verify_text(token).answer is Answer.SUSPENDED
    api.resume_credential(signed.uuid, actor_id=operator.pk)
    assert api.verify_text(token).answer is Answer.VALID
    api.revoke_credential(signed.uuid, actor_id=operator.pk, reason="issued_in_error")
    assert api.verify_text(token).answer is Answer.REVOKED
    resolver = resolver_from_files(api.bundle_of(signed.uuid))
    assert verify_document(token, resolver, timezone.now()).verdict is Verdict.REVOKED


def test_tampered_tokens_are_altered(signed, offline) -> None:
    token = api.get_token(signed.uuid)
    changed = token_mutations(token) | forged_tokens(token)
    answers = {name: api.verify_text(text) for name, text in changed.items()}
    # What names another credential, or cannot be read at all, is no credential of ours.
    assert {name for name, found in answers.items() if found.answer is not Answer.ALTERED} == {"key twice"}
    assert answers["key twice"].answer is Answer.UNREADABLE
    assert not [name for name, found in answers.items() if found.credential]
    assert len(changed) >= 25


def test_token_of_somebody_elses_address_is_not_ours(signed, offline) -> None:
    header, payload, signature = token_parts(api.get_token(signed.uuid))
    elsewhere = payload["id"].replace("mastery.example.org", "other.example.org")
    text = f"{encoded(header)}.{encoded(payload | {'id': elsewhere})}.{encoded(signature)}"
    assert api.verify_text(text).answer is Answer.NOT_OURS
    assert api.verify_text("a.b.c").answer is Answer.UNREADABLE
    assert api.verify_text("www.example.org").answer is Answer.UNREADABLE


def test_token_that_another_body_signed_for_our_credential_is_altered(signed, operator) -> None:
    api.create_body(slug="other", name="Quite Another School", actor_id=operator.pk, **FACE)
    api.publish_body("other", actor_id=operator.pk)
    other = open_token_key(live_token_key(IssuingBody.objects.get(slug="other")))
    _header, payload, _signature = token_parts(api.get_token(signed.uuid))
    for issuer in (payload["iss"], other.verification_method.partition("#")[0]):
        said = payload | {"iss": issuer, "issuer": payload["issuer"] | {"id": issuer}}
        text = ".".join([encoded({"alg": "RS256", "kid": other.verification_method}), encoded(said)])
        found = api.verify_text(f"{text}.{encoded(other.sign(text.encode()))}")
        assert found.answer is Answer.ALTERED


def test_replaced_credential_gets_a_new_token_and_its_old_one_is_refused(
    signed, operator, django_capture_on_commit_callbacks
) -> None:
    old = api.get_token(signed.uuid)
    with django_capture_on_commit_callbacks(execute=True):
        new = api.supersede_credential(
            signed.uuid, actor_id=operator.pk, reason="name_changed", holder_name="Ana Nováková"
        )
    token = api.get_token(new.uuid)
    assert "Ana Nováková" in json.dumps(token_parts(token)[1], ensure_ascii=False)
    assert api.verify_text(token).answer is Answer.VALID
    assert api.verify_text(old).answer is Answer.REPLACED
    assert api.get_token(signed.uuid) == old


def test_erasure_empties_the_tokens_and_the_kept_one_goes_on_answering(signed, learner, client) -> None:
    token = api.get_token(signed.uuid)
    get_backend().retire(learner.pk)
    row = CredentialToken.objects.get()
    assert row.document == row.statement == ""
    assert client.get(address("token", signed.uuid)).status_code == 410
    with pytest.raises(CredentialErased):
        api.get_token(signed.uuid)
    found = api.verify_text(token)
    assert (found.answer, found.credential, found.is_erased) == (Answer.VALID, None, True)


def test_bundle_and_export_carry_the_tokens(signed, tmp_path, client_of, operator) -> None:
    call_command("export_credential", str(signed.uuid), bundle=tmp_path)
    names = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert names["credential.jwt"] == api.get_token(signed.uuid)
    addresses = {name: address for address, name in json.loads(names["map.json"]).items()}
    for name in ("token", "statement-token"):
        path = reverse(f"paid_certificate:{name}", args=[signed.uuid])
        file = "credential.jwt" if name == "token" else "result-statement.jwt"
        assert addresses[file] == f"https://mastery.example.org{path}"
    assert names["result-statement.jwt"] == api.get_statement_token(signed.uuid)
    resolver = resolver_from_files({name: text.encode() for name, text in names.items()})
    for name in ("credential.jwt", "result-statement.jwt"):
        assert verify_document(names[name], resolver, timezone.now()).verdict is Verdict.VALID
    shown = api.bundle_of(signed.uuid, with_statement=False)
    assert "credential.jwt" in shown
    assert "result-statement.jwt" not in shown


def test_bulk_issue_signs_tokens_with_one_key(
    tokens, exam, make_user, pass_exam, operator, django_capture_on_commit_callbacks
) -> None:
    for name in ("ana", "bea"):
        pass_exam(make_user(name), exam)
    with django_capture_on_commit_callbacks(execute=True):
        api.start_bulk_issue(exam.key, actor_id=operator.pk)
    rows = CredentialToken.objects.all()
    assert [api.verify_text(row.document).answer for row in rows] == [Answer.VALID] * 2
    assert TokenKey.objects.count() == 1


def test_setting_switched_on_later_holds_for_what_is_signed_from_then_on(
    issued, exam, other_learner, pass_exam, settings, django_capture_on_commit_callbacks
) -> None:
    settings.PAID_CERTIFICATE_JWT = True
    with django_capture_on_commit_callbacks(execute=True):
        pass_exam(other_learner, exam)
    (later,) = api.list_credentials(other_learner.pk)
    settings.PAID_CERTIFICATE_JWT = False
    assert api.get_token(issued.uuid) == ""
    assert api.verify_text(api.get_token(later.uuid)).answer is Answer.VALID


def test_rotate_key_keeps_the_old_rsa_key_public_and_its_tokens_good(signed, operator, client) -> None:
    old = TokenKey.objects.get()
    api.rotate_key("institute", actor_id=operator.pk)
    new = TokenKey.objects.get(live=1)
    assert new.thumbprint != old.thumbprint
    methods = did_methods(client)
    assert [method["type"] for method in methods.values()] == ["Multikey", "Multikey", "JsonWebKey", "JsonWebKey"]
    assert stranger_reads(api.get_token(signed.uuid), client)["jti"]
    assert api.verify_text(api.get_token(signed.uuid)).answer is Answer.VALID
    assert [(key.kind, bool(key.retired_at)) for key in api.list_keys("institute")] == [
        (KeyKind.ED25519, True),
        (KeyKind.ED25519, False),
        (KeyKind.RSA, True),
        (KeyKind.RSA, False),
    ]


def test_rotate_key_without_tokens_makes_no_rsa_key(issued, operator) -> None:
    api.rotate_key("institute", actor_id=operator.pk)
    assert not TokenKey.objects.exists()


def test_compromise_of_an_rsa_key_replaces_what_it_signed_since(signed, compromise, client) -> None:
    stolen, token = TokenKey.objects.get(), api.get_token(signed.uuid)
    assert compromise(signed.issued_at - timedelta(hours=1)) == 1
    old = api.get_credential(signed.uuid)
    assert old.state is CredentialState.SUPERSEDED
    new = api.get_credential(old.successor_uuid)
    assert new.state is CredentialState.ISSUED
    assert CredentialToken.objects.get(credential__uuid=new.uuid).signing_key == TokenKey.objects.get(live=1)
    assert api.verify_text(api.get_token(new.uuid)).answer is Answer.VALID
    assert api.verify_text(token).answer is not Answer.VALID
    method = next(entry for name, entry in did_methods(client).items() if name.endswith(stolen.thumbprint))
    assert "revoked" in method
    # A stranger with yesterday's status list sees by the DID document alone that the key was stolen by then.
    resolver = resolver_from_files(api.bundle_of(new.uuid))
    assert verify_document(token, resolver, timezone.now()).checks[1].reason is Reason.KEY_REVOKED


def test_compromise_of_an_rsa_key_leaves_what_it_signed_before_and_the_other_key_alone(signed, compromise) -> None:
    CredentialToken.objects.update(signed_at=timezone.now() - timedelta(days=2))
    sleep(1.1)  # a token names whole seconds, and one of the very second of the theft is not trusted
    assert compromise(timezone.now()) == 0
    assert api.get_credential(signed.uuid).state is CredentialState.ISSUED
    assert api.verify_text(api.get_token(signed.uuid)).answer is Answer.VALID
    assert [key.compromised_at for key in api.list_keys("institute") if key.kind is KeyKind.ED25519] == [None]
    assert compromise(timezone.now(), TokenKey.objects.get(compromised_at__isnull=False)) == 0
    assert TokenKey.objects.filter(live=1).count() == 1


def test_compromise_on_the_desk_names_the_rsa_key(signed, client_of, operator) -> None:
    desk = reverse("paid_certificate:credential-desk")
    key = TokenKey.objects.get()
    page = client_of(operator).get(desk).content.decode()
    assert "for tokens (RSA)" in page
    assert f'value="{key.thumbprint}"' in page
    form = {"action": "compromise_key", "slug": "institute", "name": key.thumbprint, "at": "2026-01-01T12:00"}
    assert client_of(operator).post(desk, form).status_code == 302
    key.refresh_from_db()
    assert key.compromised_at


def test_did_document_takes_as_many_queries_with_many_rsa_keys(signed, operator, client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(reverse("paid_certificate:did", args=["institute"]))
        return len(found)

    one = queries()
    api.rotate_key("institute", actor_id=operator.pk)
    assert queries() == one
