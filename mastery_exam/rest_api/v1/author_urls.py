"""Addresses of the catalogue and of the authors' pages, below /mastery/."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
