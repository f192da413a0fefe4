"""Addresses of the REST API, version 1."""

from django.urls import path

from paid_certificate.rest_api.v1 import claim_views as claims
from paid_certificate.rest_api.v1 import credential_views as credentials
from paid_certificate.rest_api.v1 import holder_views as holder
from paid_certificate.rest_api.v1 import money_views as money
from paid_certificate.rest_api.v1 import operator_views as operator

urlpatterns = [
    path("quote/", money.QuoteView.as_view(), name="api-quote"),
    path("fees/<slug:exam_key>/", money.FeeView.as_view(), name="api-fee"),
    path("orders/", money.OrderListView.as_view(), name="api-orders"),
    path("orders/<uuid:uuid>/", money.OrderView.as_view(), name="api-order"),
    path("orders/<uuid:uuid>/cancel/", money.OrderCancelView.as_view(), name="api-order-cancel"),
    path("orders/<uuid:uuid>/payments/", money.OrderPaymentView.as_view(), name="api-order-payments"),
    path("orders/<uuid:uuid>/refund/", money.OrderRefundView.as_view(), name="api-order-refund"),
    path("entitlements/", money.EntitlementListView.as_view(), name="api-entitlements"),
    path("reconciliation/", money.ReconciliationView.as_view(), name="api-reconciliation"),
    path("bodies/", credentials.BodyListView.as_view(), name="api-bodies"),
    path("bodies/<slug:slug>/", credentials.BodyView.as_view(), name="api-body"),
    path("bodies/<slug:slug>/publication/", credentials.BodyPublicationView.as_view(), name="api-body-publication"),
    path("bodies/<slug:slug>/keys/", credentials.BodyKeyView.as_view(), name="api-body-keys"),
    path("achievements/", credentials.AchievementListView.as_view(), name="api-achievements"),
    path("achievements/<uuid:uuid>/", credentials.AchievementView.as_view(), name="api-achievement"),
    path("achievements/<uuid:uuid>/routes/", credentials.AchievementRouteView.as_view(), name="api-achievement-routes"),
    path("credentials/", credentials.CredentialListView.as_view(), name="api-credentials"),
    path("credentials/revocations/", operator.BatchRevocationView.as_view(), name="api-batch-revocation"),
    path("bulk-issues/", operator.BulkListView.as_view(), name="api-bulk-issues"),
    path("bulk-issues/<uuid:uuid>/", operator.BulkView.as_view(), name="api-bulk-issue"),
    path("bulk-issues/<uuid:uuid>/approval/", operator.BulkApprovalView.as_view(), name="api-bulk-approval"),
    path("bulk-issues/<uuid:uuid>/undo/", operator.BulkUndoView.as_view(), name="api-bulk-undo"),
    path("bodies/<slug:slug>/signatories/", operator.SignatoryListView.as_view(), name="api-signatories"),
    path("signatories/<uuid:uuid>/", operator.SignatoryView.as_view(), name="api-signatory"),
    path("bodies/<slug:slug>/keys/compromise/", operator.KeyCompromiseView.as_view(), name="api-key-compromise"),
    path("credentials/<uuid:uuid>/", credentials.CredentialView.as_view(), name="api-credential"),
    path(
        "credentials/<uuid:uuid>/revocation/",
        credentials.CredentialRevocationView.as_view(),
        name="api-credential-revocation",
    ),
    path(
        "credentials/<uuid:uuid>/replacement/",
        holder.CredentialReplacementView.as_view(),
        name="api-credential-replacement",
    ),
    path("credentials/<uuid:uuid>/tokens/", holder.CredentialTokenView.as_view(), name="api-credential-tokens"),
    path("credentials/<uuid:uuid>/renewal/", holder.CredentialRenewalView.as_view(), name="api-credential-renewal"),
    path("credentials/<uuid:uuid>/sharing/", holder.CredentialSharingView.as_view(), name="api-credential-sharing"),
    path(
        "credentials/<uuid:uuid>/corrections/",
        holder.CredentialCorrectionView.as_view(),
        name="api-credential-corrections",
    ),
    path("corrections/", holder.CorrectionListView.as_view(), name="api-corrections"),
    path("corrections/<uuid:uuid>/answer/", holder.CorrectionAnswerView.as_view(), name="api-correction-answer"),
    path("verify/", credentials.VerifyView.as_view(), name="api-verify"),
    path("evidence-claims/", claims.ClaimListView.as_view(), name="api-evidence-claims"),
    path("evidence-claims/<uuid:uuid>/", claims.ClaimView.as_view(), name="api-evidence-claim"),
    path("evidence-claims/<uuid:uuid>/pieces/", claims.ClaimPieceListView.as_view(), name="api-evidence-pieces"),
    path(
        "evidence-claims/<uuid:uuid>/submission/", claims.ClaimSubmissionView.as_view(), name="api-evidence-submission"
    ),
    path(
        "evidence-claims/<uuid:uuid>/withdrawal/", claims.ClaimWithdrawalView.as_view(), name="api-evidence-withdrawal"
    ),
    path("evidence-claims/<uuid:uuid>/question/", claims.ClaimQuestionView.as_view(), name="api-evidence-question"),
    path("evidence-claims/<uuid:uuid>/approval/", claims.ClaimApprovalView.as_view(), name="api-evidence-approval"),
    path("evidence-claims/<uuid:uuid>/refusal/", claims.ClaimRefusalView.as_view(), name="api-evidence-refusal"),
    path("evidence-desk/", claims.EvidenceDeskView.as_view(), name="api-evidence-desk"),
    path("evidence-pieces/<uuid:uuid>/", claims.PieceView.as_view(), name="api-evidence-piece"),
    path("evidence-pieces/<uuid:uuid>/original/", claims.PieceOriginalView.as_view(), name="api-evidence-original"),
    path("evidence-pieces/<uuid:uuid>/check/", claims.PieceCheckView.as_view(), name="api-evidence-check"),
    path("bodies/<slug:slug>/assessors/", claims.AssessorListView.as_view(), name="api-assessors"),
    path("bodies/<slug:slug>/assessors/<str:username>/", claims.AssessorView.as_view(), name="api-assessor"),
]
