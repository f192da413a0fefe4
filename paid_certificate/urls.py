"""Addresses of paid_certificate: its pages and /api/paid_certificate/v1/."""

from django.urls import URLPattern, URLResolver

app_name = "paid_certificate"
urlpatterns: list[URLPattern | URLResolver] = []
