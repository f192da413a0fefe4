"""Addresses of the REST API, version 1."""

from django.urls import path

from credit_transfer.rest_api.v1 import desk_views, learner_views, office_views

DESK = "desk/<str:token>/"
AGREEMENT = "agreements/<uuid:uuid>/"

urlpatterns = [
    path("recognitions/", learner_views.RecognitionsView.as_view(), name="api-recognitions"),
    path("requests/", learner_views.RequestListView.as_view(), name="api-requests"),
    path("requests/preview/", learner_views.PreviewView.as_view(), name="api-preview"),
    path("requests/<uuid:uuid>/", learner_views.RequestView.as_view(), name="api-request"),
    path("requests/<uuid:uuid>/withdrawal/", learner_views.WithdrawalView.as_view(), name="api-withdrawal"),
    path("institutions/", office_views.InstitutionListView.as_view(), name="api-institutions"),
    path("institutions/<uuid:uuid>/", office_views.InstitutionView.as_view(), name="api-institution"),
    path("institutions/<uuid:uuid>/verification/", office_views.VerificationView.as_view(), name="api-verification"),
    path("institutions/<uuid:uuid>/mailboxes/", office_views.MailboxesView.as_view(), name="api-mailboxes"),
    path("credit-values/", office_views.CreditValueListView.as_view(), name="api-credit-values"),
    path("credit-values/<uuid:uuid>/", office_views.CreditValueView.as_view(), name="api-credit-value"),
    path("agreements/", office_views.AgreementListView.as_view(), name="api-agreements"),
    path(AGREEMENT, office_views.AgreementView.as_view(), name="api-agreement"),
    path(f"{AGREEMENT}versions/", office_views.AgreementVersionsView.as_view(), name="api-agreement-versions"),
    path(f"{AGREEMENT}signatures/", office_views.SignaturesView.as_view(), name="api-signatures"),
    path(f"{AGREEMENT}state/", office_views.AgreementStateView.as_view(), name="api-agreement-state"),
    path("offers/", office_views.OfferListView.as_view(), name="api-offers"),
    path("offers/<uuid:uuid>/state/", office_views.OfferStateView.as_view(), name="api-offer-state"),
    path("deliveries/", office_views.DeliveryListView.as_view(), name="api-deliveries"),
    path("deliveries/<uuid:uuid>/bounce/", office_views.BounceView.as_view(), name="api-bounce"),
    path("deliveries/<uuid:uuid>/resend/", office_views.ResendView.as_view(), name="api-resend"),
    path(DESK, desk_views.DeskView.as_view(), name="api-desk"),
    path(f"{DESK}new-link/", desk_views.NewLinkView.as_view(), name="api-new-link"),
    path(f"{DESK}requests/<uuid:uuid>/", desk_views.DeskView.as_view(), name="api-desk-request"),
    path(f"{DESK}requests/<uuid:uuid>/code/", desk_views.CodeView.as_view(), name="api-desk-code"),
    path(f"{DESK}requests/<uuid:uuid>/answer/", desk_views.AnswerView.as_view(), name="api-desk-answer"),
]
