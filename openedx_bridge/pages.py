"""Help and complaints, the page that every other page links to."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from openedx_bridge.web import render_page


def help_page(request: HttpRequest) -> HttpResponse:
    """Show whom to write to, or go to the operator's own help page."""
    if settings.OPENEDX_BRIDGE_HELP_URL:
        return redirect(settings.OPENEDX_BRIDGE_HELP_URL)
    context = {
        "platform": getattr(settings, "PLATFORM_NAME", request.get_host()),
        "email": getattr(settings, "CONTACT_EMAIL", settings.DEFAULT_FROM_EMAIL),
    }
    return render_page(request, "openedx_bridge/help.html", context)
