"""The catalogue, an exam's page and its practice set: for anybody, with no login."""

from django.http import HttpRequest, HttpResponse


def catalogue(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def exam_page(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse()
