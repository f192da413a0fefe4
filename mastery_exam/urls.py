"""Addresses of mastery_exam: its pages and /api/mastery_exam/v1/."""

from django.urls import URLPattern, URLResolver

app_name = "mastery_exam"
urlpatterns: list[URLPattern | URLResolver] = []
