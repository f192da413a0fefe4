"""Addresses of the learner's endpoints, and of those for the staff of a sitting."""

from django.urls import path

from mastery_exam.rest_api.v1 import attempt_views, learner_views, staff_views

attempt = "attempts/<uuid:attempt_uuid>/"
item = f"{attempt}items/<int:position>/"
registration = "registrations/<uuid:registration_uuid>/"

urlpatterns = [
    path("ping/", learner_views.PingView.as_view(), name="api-ping"),
    path("exams/<slug:slug>/status/", learner_views.StatusView.as_view(), name="api-status"),
    path("registrations/", learner_views.RegistrationListView.as_view(), name="api-registrations"),
    path(registration, learner_views.RegistrationDetailView.as_view(), name="api-registration"),
    path(f"{registration}start/", learner_views.StartView.as_view(), name="api-start"),
    path(f"{registration}adjustments/", staff_views.AdjustmentsView.as_view(), name="api-adjustments"),
    path(f"{registration}start-code/", staff_views.StartCodeView.as_view(), name="api-start-code"),
    path(attempt, attempt_views.AttemptView.as_view(), name="api-attempt"),
    path(item, attempt_views.AttemptItemView.as_view(), name="api-attempt-item"),
    path(f"{item}answers/", attempt_views.AnswerView.as_view(), name="api-answers"),
    path(f"{item}flag/", attempt_views.FlagView.as_view(), name="api-flag"),
    path(f"{item}settle/", attempt_views.SettleView.as_view(), name="api-settle"),
    path(f"{attempt}take-over/", attempt_views.TakeOverView.as_view(), name="api-take-over"),
    path(f"{attempt}submit/", attempt_views.SubmitView.as_view(), name="api-submit"),
    path(f"{attempt}void/", staff_views.VoidView.as_view(), name="api-void"),
    path("decisions/", learner_views.DecisionListView.as_view(), name="api-decisions"),
    path("decisions/<uuid:decision_uuid>/review/", learner_views.ReviewRequestView.as_view(), name="api-review"),
    path(
        "decisions/<uuid:decision_uuid>/withdraw/",
        staff_views.WithdrawDecisionView.as_view(),
        name="api-decision-withdraw",
    ),
    path("my-answers/", learner_views.MyAnswersView.as_view(), name="api-my-answers"),
    path("author/exams/<slug:slug>/release/", staff_views.ReleaseView.as_view(), name="api-release"),
    path("author/exams/<slug:slug>/reviews/", staff_views.ReviewListView.as_view(), name="api-reviews"),
    path("reviews/<uuid:review_uuid>/answer/", staff_views.ReviewAnswerView.as_view(), name="api-review-answer"),
]
