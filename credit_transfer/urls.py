"""Addresses of credit_transfer: its pages and /api/credit_transfer/v1/."""

from django.urls import URLPattern, URLResolver

app_name = "credit_transfer"
urlpatterns: list[URLPattern | URLResolver] = []
