"""Addresses of paid_certificate. Those of bodies, achievements, credentials and lists are signed: they never change."""

from django.urls import include, path, re_path

from openedx_bridge.switches import guard_urls
from paid_certificate.pages import (
    author_views,
    claim_desk_views,
    claim_views,
    credential_desk_views,
    credential_views,
    money_views,
    public_views,
    sharing_views,
)

app_name = "paid_certificate"
urlpatterns = guard_urls(
    "paid_certificate",
    [
        path("credentials/verify/", public_views.verify, name="verify"),
        path("credentials/verify/<uuid:uuid>/", public_views.verification, name="verification"),
        path("credentials/bodies/<slug:slug>/", public_views.body, name="body"),
        path("credentials/bodies/<slug:slug>/did.json", public_views.did, name="did"),
        re_path(
            r"^credentials/bodies/(?P<slug>[-a-zA-Z0-9_]+)/logo-(?P<sha256>[0-9a-f]{64})\.png$",
            public_views.logo,
            name="logo",
        ),
        path("credentials/achievements/<uuid:version_uuid>/", public_views.achievement, name="achievement"),
        path("credentials/catalogue.jsonld", public_views.catalogue, name="catalogue-jsonld"),
        path("credentials/status/<slug:slug>/<slug:purpose>/<int:num>", public_views.status_list, name="status-list"),
        path("credentials/checkout/<uuid:registration_uuid>/", money_views.checkout, name="checkout"),
        path(
            "credentials/checkout/credential/<uuid:decision_uuid>/",
            money_views.checkout_credential,
            name="checkout-credential",
        ),
        path("credentials/orders/<uuid:order_uuid>/", money_views.order, name="order"),
        path("credentials/desk/", money_views.desk, name="desk"),
        path("credentials/desk/credentials/", credential_desk_views.credential_desk, name="credential-desk"),
        path("credentials/author/fees/<slug:exam_key>/", author_views.fee, name="fee"),
        path("credentials/author/bodies/", author_views.bodies, name="author-bodies"),
        path("credentials/author/bodies/<slug:slug>/", author_views.edit_body, name="author-body"),
        path("credentials/author/bodies/<slug:slug>/marks/", author_views.marks, name="author-body-marks"),
        path("credentials/author/achievements/", author_views.achievements, name="author-achievements"),
        path("credentials/evidence/start/<uuid:achievement_uuid>/", claim_views.start, name="claim-start"),
        path("credentials/evidence/desk/", claim_desk_views.desk, name="evidence-desk"),
        path("credentials/evidence/desk/<uuid:uuid>/", claim_desk_views.desk_claim, name="evidence-desk-claim"),
        path("credentials/evidence/<uuid:uuid>/", claim_views.claim, name="claim"),
        path("credentials/evidence/<uuid:uuid>/add/<slug:kind>/", claim_views.add_piece, name="claim-add"),
        path("credentials/evidence/<uuid:uuid>/withdrawal/", claim_views.withdraw, name="claim-withdraw"),
        path("credentials/evidence/pieces/<uuid:uuid>/original", claim_views.original, name="evidence-original"),
        path("credentials/evidence/pieces/<uuid:uuid>/removal/", claim_views.remove_piece, name="evidence-remove"),
        path("credentials/<uuid:uuid>/", credential_views.credential, name="credential"),
        path("credentials/<uuid:uuid>.json", credential_views.document, name="document"),
        path("credentials/<uuid:uuid>.jwt", credential_views.token, name="token"),
        path("credentials/<uuid:uuid>/statement.json", credential_views.statement, name="statement"),
        path("credentials/<uuid:uuid>/statement.jwt", credential_views.statement_token, name="statement-token"),
        path("credentials/<uuid:uuid>/certificate.pdf", credential_views.certificate, name="certificate"),
        path("credentials/<uuid:uuid>/bundle.zip", credential_views.bundle, name="bundle"),
        path("credentials/<uuid:uuid>/sharing/", sharing_views.sharing, name="sharing"),
        path("credentials/<uuid:uuid>/renewal/", sharing_views.renew, name="renew"),
        path("credentials/<uuid:uuid>/name/", sharing_views.correct_name, name="correct-name"),
        path("credentials/<uuid:uuid>/badge.<slug:kind>", sharing_views.badge, name="badge"),
        path("credentials/<uuid:uuid>/wallet", sharing_views.wallet, name="wallet"),
        path("api/paid_certificate/v1/", include("paid_certificate.rest_api.v1.urls")),
    ],
)
