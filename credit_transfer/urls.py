"""Addresses of credit_transfer: its pages and /api/credit_transfer/v1/."""

from django.urls import include, path

from credit_transfer.pages import desk_views, office_views, public_views, request_views
from openedx_bridge.switches import guard_urls

DESK = "transfer/desk/<str:token>/"
REQUEST = f"{DESK}<uuid:request_uuid>/"

app_name = "credit_transfer"
urlpatterns = guard_urls(
    "credit_transfer",
    [
        path("transfer/where/", public_views.where_exam, name="where-exam"),
        path("transfer/where/<uuid:achievement_uuid>/", public_views.where, name="where"),
        path("transfer/request/<uuid:credential_uuid>/", request_views.ask, name="request"),
        path("transfer/requests/", request_views.requests, name="requests"),
        path("transfer/requests/<uuid:request_uuid>/", request_views.status, name="request-status"),
        path(DESK, desk_views.desk, name="desk"),
        path(f"{DESK}new-link/", desk_views.new_link, name="desk-new-link"),
        path(REQUEST, desk_views.desk, name="desk-request"),
        path(f"{REQUEST}transcript.pdf", desk_views.transcript_pdf, name="desk-pdf"),
        path(f"{REQUEST}transcript.csv", desk_views.transcript_csv, name="desk-csv"),
        path(f"{REQUEST}transcript.json", desk_views.transcript_json, name="desk-json"),
        path(f"{REQUEST}credential.zip", desk_views.credential_zip, name="desk-zip"),
        path(f"{REQUEST}receipt.pdf", desk_views.receipt_pdf, name="desk-receipt"),
        path("transfer/office/", office_views.office, name="office"),
        path("transfer/office/institutions/new/", office_views.new_institution, name="office-new-institution"),
        path("transfer/office/institutions/<uuid:uuid>/", office_views.institution, name="office-institution"),
        path("transfer/office/agreements/new/", office_views.new_agreement, name="office-new-agreement"),
        path("transfer/office/agreements/<uuid:uuid>/", office_views.agreement, name="office-agreement"),
        path("transfer/office/offers/", office_views.offers, name="office-offers"),
        path("transfer/office/credit/", office_views.credit, name="office-credit"),
        path("transfer/office/mails/", office_views.mails, name="office-mails"),
        path("api/credit_transfer/v1/", include("credit_transfer.rest_api.v1.urls")),
    ],
)
