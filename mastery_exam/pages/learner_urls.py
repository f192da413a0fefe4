"""Addresses of the learner's pages and of the desks, below /mastery/."""

from django.urls import path

from mastery_exam.pages import check_in, desk, my_exams, register, result, results_desk, review, runner

urlpatterns = [
    path("exams/<slug:slug>/register/", register.register_page, name="register"),
    path("my/", my_exams.my_exams, name="my-exams"),
    path("registrations/<uuid:registration_uuid>/check-in/", check_in.check_in, name="check-in"),
    path("attempts/<uuid:attempt_uuid>/", runner.runner, name="runner"),
    path("attempts/<uuid:attempt_uuid>/files/<str:sha256>/<path:name>", runner.attempt_file, name="attempt-file"),
    path("attempts/<uuid:attempt_uuid>/review/", review.review, name="review"),
    path("attempts/<uuid:attempt_uuid>/end/", review.end_now, name="end"),
    path("attempts/<uuid:attempt_uuid>/result/", result.result, name="result"),
    path("invigilate/<slug:slug>/", desk.invigilate, name="invigilate"),
    path("author/exams/<slug:slug>/results/", results_desk.results_desk, name="author-results"),
]
