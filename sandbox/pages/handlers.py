"""The door to blocks' handlers, as open and as closed as the platform's own.

Any signed-in user reaches any handler, in the LMS and in Studio: what a handler may do is the block's to ask. Somebody
who is not signed in may only GET, and only in the LMS.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey
from webob import Request
from xblock.core import XBlock
from xblock.exceptions import DisallowedFileError, NoSuchHandlerError, NoSuchUsage
from xblock.plugin import PluginMissingError

from sandbox.runtime.host import SandboxRuntime


@csrf_exempt
def lms(request: HttpRequest, course: str, usage: str, handler: str, suffix: str | None = None) -> HttpResponse:
    """Call a handler as a learner, enrolled or not."""
    if request.method != "GET" and not request.user.is_authenticated:
        return HttpResponseForbidden("Unauthenticated")
    return _call(request, usage, handler, suffix, mode="lms", course=course)


@csrf_exempt
@login_required
def preview(request: HttpRequest, usage: str, handler: str, suffix: str | None = None) -> HttpResponse:
    """Call a handler of a block in Studio's preview."""
    return _call(request, usage, handler, suffix, mode="preview")


@csrf_exempt
@login_required
def studio(request: HttpRequest, usage: str, handler: str, suffix: str | None = None) -> HttpResponse:
    """Call a handler of a block's edit form."""
    return _call(request, usage, handler, suffix, mode="studio")


def resource(request: HttpRequest, block_type: str, uri: str) -> FileResponse:
    """A public file of a block's package."""
    try:
        return FileResponse(XBlock.load_class(block_type).open_local_resource(uri), filename=uri.rpartition("/")[2])
    except (PluginMissingError, DisallowedFileError, FileNotFoundError, IsADirectoryError) as error:
        raise Http404(str(error)) from error


def _call(
    request: HttpRequest, usage: str, handler: str, suffix: str | None, *, mode: str, course: str | None = None
) -> HttpResponse:
    refusal = _forged(request)
    if refusal is not None:
        return refusal
    try:
        usage_key = UsageKey.from_string(usage)
        if course is not None and usage_key.course_key != CourseKey.from_string(course):
            raise Http404("The block is in another course.")
        runtime = SandboxRuntime(request.user, usage_key.course_key, mode=mode)
        block = runtime.get_block(usage_key)
        answer = runtime.handle(block, handler, _webob(request), suffix or "")
    except (InvalidKeyError, NoSuchUsage, NoSuchHandlerError) as error:
        raise Http404(str(error)) from error
    response = HttpResponse(answer.body, status=answer.status_int, content_type=answer.content_type)
    for name, value in answer.headerlist:
        if name.lower() not in ("content-length", "content-type"):
            response[name] = value
    return response


def _forged(request: HttpRequest) -> HttpResponse | None:
    """The refusal of a request without its token; the body is read first, because looking for the token uses it up."""
    _ = request.body
    return CsrfViewMiddleware(lambda request: HttpResponse()).process_view(request, None, (), {})


def _webob(request: HttpRequest) -> Request:
    """The request as handlers know it."""
    environ = {name: value for name, value in request.META.items() if isinstance(value, str)}
    environ["wsgi.url_scheme"] = request.scheme or "http"
    return Request(environ, body=request.body) if request.method != "GET" else Request(environ)
