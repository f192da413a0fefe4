"""Addresses of the catalogue and of the authors' pages, below /mastery/."""

from django.urls import path

from mastery_exam.pages import catalogue

urlpatterns = [
    path("exams/", catalogue.catalogue, name="catalogue"),
    path("exams/<slug:slug>/", catalogue.exam_page, name="exam"),
]
