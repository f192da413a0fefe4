"""Addresses of the judges' pages, below /mastery/."""

from django.urls import path

from mastery_exam.pages import judging_pages

urlpatterns = [
    path("judging/", judging_pages.judging_home, name="judging"),
    path("judging/<uuid:panel_uuid>/", judging_pages.judging_panel, name="judging-panel"),
    path("judging/<uuid:panel_uuid>/questions/<int:position>/", judging_pages.judging_item, name="judging-item"),
    path("judging/<uuid:panel_uuid>/files/<str:sha256>/<path:name>", judging_pages.judging_file, name="judging-file"),
]
