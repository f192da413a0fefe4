"""The bridge's one page: where to turn for help and with complaints."""

from django.urls import path

from openedx_bridge.pages import help_page

app_name = "openedx_bridge"
urlpatterns = [path("mastery/help/", help_page, name="help")]
