"""Addresses of /api/mastery_exam/v1/."""

from mastery_exam.rest_api.v1 import author_urls, judging_urls, learner_urls

urlpatterns = [*author_urls.urlpatterns, *judging_urls.urlpatterns, *learner_urls.urlpatterns]
