"""Addresses of mastery_exam: its pages and /api/mastery_exam/v1/; all answer 404 while the app is switched off."""

from django.urls import include, path

from mastery_exam.pages import author_urls, judging_urls, learner_urls
from openedx_bridge.switches import guard_urls

app_name = "mastery_exam"
urlpatterns = guard_urls(
    "mastery_exam",
    [
        path("mastery/", include(author_urls.urlpatterns)),
        path("mastery/", include(judging_urls.urlpatterns)),
        path("mastery/", include(learner_urls.urlpatterns)),
        path("api/mastery_exam/v1/", include("mastery_exam.rest_api.v1.urls")),
    ],
)
