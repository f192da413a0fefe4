"""Addresses of the catalogue and of the authors' pages, below /mastery/."""

from django.urls import path

from mastery_exam.pages import author_home, bank_page, catalogue, exam_editor, measurement_pages, panel_pages, practice

urlpatterns = [
    path("exams/", catalogue.catalogue, name="catalogue"),
    path("exams/<slug:slug>/", catalogue.exam_page, name="exam"),
    path("exams/<slug:slug>/practice/", practice.practice, name="practice"),
    path("exams/<slug:slug>/practice/files/<str:sha256>/<path:name>", practice.practice_file, name="practice-file"),
    path("catalogue.jsonld", catalogue.catalogue_jsonld, name="catalogue-jsonld"),
    path("author/", author_home.author_home, name="author"),
    path("author/banks/<uuid:bank_uuid>/", bank_page.bank_page, name="bank"),
    path("author/banks/<uuid:bank_uuid>/panels/", panel_pages.panels_page, name="panels"),
    path("author/banks/<uuid:bank_uuid>/panels/<int:num>/", panel_pages.panel_page, name="panel"),
    path("author/exams/<slug:slug>/", exam_editor.exam_editor, name="author-exam"),
    path("author/exams/<slug:slug>/simulation/", measurement_pages.simulation_page, name="author-simulation"),
    path("author/exams/<slug:slug>/measurement/", measurement_pages.measurement_page, name="author-measurement"),
    path("author/exams/<slug:slug>/report/", measurement_pages.report_file, name="author-report"),
]
