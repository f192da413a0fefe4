"""Addresses of the REST API, version 1."""

from django.urls import path

from micromasters_pathway.rest_api.v1 import views

urlpatterns = [
    path("programmes/", views.ProgrammeListView.as_view(), name="api-programmes"),
    path("programmes/<slug:key>/", views.ProgrammeView.as_view(), name="api-programme"),
    path("programmes/<slug:key>/versions/", views.ProgrammeVersionsView.as_view(), name="api-programme-versions"),
    path("programmes/<slug:key>/progress/", views.ProgressView.as_view(), name="api-progress"),
    path("programmes/<slug:key>/membership/", views.MembershipView.as_view(), name="api-membership"),
    path("completions/", views.CompletionListView.as_view(), name="api-completions"),
]
