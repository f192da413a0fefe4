"""Addresses of the judges' endpoints."""

from django.urls import path

from mastery_exam.rest_api.v1 import judging_views

urlpatterns = [
    path("judging/", judging_views.JudgePanelListView.as_view(), name="api-judge-panels"),
    path("judging/<uuid:panel_uuid>/", judging_views.JudgePanelView.as_view(), name="api-judge-panel"),
    path("judging/<uuid:panel_uuid>/items/", judging_views.JudgeItemListView.as_view(), name="api-judge-items"),
    path(
        "judging/<uuid:panel_uuid>/items/<uuid:item_uuid>/",
        judging_views.JudgeItemView.as_view(),
        name="api-judge-item",
    ),
    path(
        "judging/<uuid:panel_uuid>/items/<uuid:item_uuid>/rating/",
        judging_views.JudgeRatingView.as_view(),
        name="api-judge-rating",
    ),
    path("judging/<uuid:panel_uuid>/bookmark/", judging_views.JudgeBookmarkView.as_view(), name="api-judge-bookmark"),
    path("judging/<uuid:panel_uuid>/limits/", judging_views.JudgeLimitsView.as_view(), name="api-judge-limits"),
]
