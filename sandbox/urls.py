"""The host's addresses, then the plugins', appended as the platform appends them."""

from django.conf import settings
from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from edx_django_utils.plugins import get_plugin_url_patterns

urlpatterns = [
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    *get_plugin_url_patterns(settings.PLUGIN_PROJECT_TYPE),
]
