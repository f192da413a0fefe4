"""Addresses of micromasters_pathway: its pages and /api/micromasters_pathway/v1/."""

from django.urls import include, path

from micromasters_pathway.pages import views
from openedx_bridge.switches import guard_urls

app_name = "micromasters_pathway"
urlpatterns = guard_urls(
    "micromasters_pathway",
    [
        path("pathways/", views.programmes, name="programmes"),
        path("pathways/author/", views.author_home, name="author"),
        path("pathways/author/<slug:key>/", views.author_programme, name="author-programme"),
        path("pathways/<slug:key>/", views.programme, name="programme"),
        path("pathways/<slug:key>/join/", views.join, name="join"),
        path("api/micromasters_pathway/v1/", include("micromasters_pathway.rest_api.v1.urls")),
    ],
)
