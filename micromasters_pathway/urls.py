"""Addresses of micromasters_pathway: its pages and /api/micromasters_pathway/v1/."""

from django.urls import URLPattern, URLResolver

app_name = "micromasters_pathway"
urlpatterns: list[URLPattern | URLResolver] = []
