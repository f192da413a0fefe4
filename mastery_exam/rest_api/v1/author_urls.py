"""Addresses of the public catalogue and of the authors' endpoints."""

from django.urls import path

from mastery_exam.rest_api.v1 import bank_views, catalogue_views, exam_views, measurement_views, panel_views

urlpatterns = [
    path("exams/", catalogue_views.ExamListView.as_view(), name="api-exams"),
    path("exams/<slug:slug>/", catalogue_views.ExamDetailView.as_view(), name="api-exam"),
    path("author/banks/", bank_views.BankListView.as_view(), name="api-banks"),
    path("author/banks/<uuid:bank_uuid>/", bank_views.BankDetailView.as_view(), name="api-bank"),
    path("author/banks/<uuid:bank_uuid>/import/", bank_views.BankImportView.as_view(), name="api-bank-import"),
    path("author/banks/<uuid:bank_uuid>/items/", bank_views.ItemListView.as_view(), name="api-bank-items"),
    path("author/banks/<uuid:bank_uuid>/item-table/", bank_views.ItemTableView.as_view(), name="api-bank-item-table"),
    path(
        "author/banks/<uuid:bank_uuid>/competencies/",
        bank_views.CompetencyListView.as_view(),
        name="api-bank-competencies",
    ),
    path(
        "author/banks/<uuid:bank_uuid>/competencies/import/",
        bank_views.CompetencyImportView.as_view(),
        name="api-bank-competencies-import",
    ),
    path("author/banks/<uuid:bank_uuid>/ratings/", bank_views.RatingsView.as_view(), name="api-bank-ratings"),
    path("author/banks/<uuid:bank_uuid>/panel/", panel_views.PanelView.as_view(), name="api-bank-panel"),
    path(
        "author/banks/<uuid:bank_uuid>/panel/release/", panel_views.PanelReleaseView.as_view(), name="api-bank-release"
    ),
    path("author/banks/<uuid:bank_uuid>/panel/judges/", panel_views.PanelJudgesView.as_view(), name="api-bank-judges"),
    path(
        "author/banks/<uuid:bank_uuid>/panel/judges/<uuid:judge_uuid>/",
        panel_views.PanelJudgeView.as_view(),
        name="api-bank-judge",
    ),
    path("author/banks/<uuid:bank_uuid>/panel/round/", panel_views.PanelRoundView.as_view(), name="api-bank-round"),
    path("author/banks/<uuid:bank_uuid>/panels/<int:num>/", panel_views.PanelReportView.as_view(), name="api-panel"),
    path("author/items/<uuid:item_uuid>/", bank_views.ItemDetailView.as_view(), name="api-item"),
    path("author/exams/", exam_views.DraftListView.as_view(), name="api-drafts"),
    path("author/exams/<slug:slug>/", exam_views.DraftDetailView.as_view(), name="api-draft"),
    path("author/exams/<slug:slug>/check/", exam_views.CheckView.as_view(), name="api-draft-check"),
    path("author/exams/<slug:slug>/publish/", exam_views.PublishView.as_view(), name="api-draft-publish"),
    path(
        "author/exams/<slug:slug>/simulations/", measurement_views.SimulationListView.as_view(), name="api-simulations"
    ),
    path(
        "author/exams/<slug:slug>/simulations/<uuid:run_uuid>/",
        measurement_views.SimulationDetailView.as_view(),
        name="api-simulation",
    ),
    path(
        "author/exams/<slug:slug>/simulations/<uuid:run_uuid>/cancel/",
        measurement_views.SimulationCancelView.as_view(),
        name="api-simulation-cancel",
    ),
    path("author/exams/<slug:slug>/measurement/", measurement_views.MeasurementView.as_view(), name="api-measurement"),
    path("author/exams/<slug:slug>/withdraw/", exam_views.WithdrawView.as_view(), name="api-draft-withdraw"),
]
