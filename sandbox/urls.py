"""The host's addresses, then the plugins', appended as the platform appends them."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from edx_django_utils.plugins import get_plugin_url_patterns

from sandbox.pages import courses, grades, handlers, home
from sandbox.studio import pages as studio

COURSE = r"(?P<course>course-v1:[^/+]+\+[^/+]+\+[^/]+)"
USAGE = r"(?P<usage>block-v1:[^/]+)"
HANDLER = rf"{USAGE}/handler/(?P<handler>[\w-]+)(?:/(?P<suffix>.*))?$"

host_patterns = [
    path("", home.index, name="home"),
    path("login", home.sign_in, name="login"),
    path("logout", home.sign_out, name="logout"),
    path("mail/", home.mail, name="mail"),
    re_path(rf"^courses/{COURSE}/$", courses.outline, name="course"),
    re_path(rf"^courses/{COURSE}/enrol$", courses.enrol, name="enrol"),
    re_path(rf"^courses/{COURSE}/grades/$", grades.table, name="grades"),
    re_path(rf"^courses/{COURSE}/units/{USAGE}/$", courses.unit, name="unit"),
    re_path(rf"^courses/{COURSE}/jump_to/{USAGE}$", courses.jump_to, name="jump-to"),
    re_path(rf"^courses/{COURSE}/static/(?P<path>.+)$", courses.static_file, name="course-file"),
    re_path(rf"^courses/{COURSE}/xblock/{HANDLER}", handlers.lms, name="lms-handler"),
    re_path(rf"^preview/xblock/{HANDLER}", handlers.preview, name="preview-handler"),
    re_path(rf"^xblock/{HANDLER}", handlers.studio, name="studio-handler"),
    path("xblock/resource/<slug:block_type>/<path:uri>", handlers.resource, name="resource"),
    path("studio/", studio.index, name="studio"),
    re_path(rf"^studio/{COURSE}/$", studio.outline, name="studio-course"),
    re_path(rf"^studio/{COURSE}/import$", studio.import_olx, name="studio-import"),
    re_path(rf"^studio/{COURSE}/export$", studio.export_olx, name="studio-export"),
    re_path(rf"^studio/{COURSE}/rerun$", studio.rerun, name="studio-rerun"),
    re_path(rf"^studio/{COURSE}/units/{USAGE}/$", studio.unit, name="studio-unit"),
    re_path(rf"^studio/{COURSE}/blocks/{USAGE}$", studio.change_block, name="studio-block"),
]

urlpatterns = [
    path("", include((host_patterns, "sandbox"))),
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    *get_plugin_url_patterns(settings.PLUGIN_PROJECT_TYPE),
]
