"""What every REST view of the suite shares: who is calling, how errors look, how pages are counted."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from edx_rest_framework_extensions.auth.jwt.authentication import JwtAuthentication
from edx_rest_framework_extensions.auth.session.authentication import SessionAuthenticationAllowInactiveUser
from edx_rest_framework_extensions.paginators import DefaultPagination
from rest_framework import exceptions
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from openedx_bridge.errors import SuiteError

__all__ = ["DefaultPagination", "SuiteAPIView", "error_body"]


def error_body(code: str, developer_message: str, user_message: str, fields: dict[str, Any] | None = None) -> dict:
    """Return the body of every error: `{error_code, developer_message, user_message[, fields]}`."""
    body: dict[str, Any] = {
        "error_code": code,
        "developer_message": developer_message,
        "user_message": user_message,
    }
    if fields:
        body["fields"] = fields
    return body


class SuiteAPIView(APIView):
    """A view that authenticates as the platform does, wants a login by default, and answers our errors."""

    authentication_classes = (JwtAuthentication, SessionAuthenticationAllowInactiveUser)
    permission_classes: Any = (IsAuthenticated,)

    def get_exception_handler(self) -> Any:
        """Return the handler that turns domain and framework errors into the one error body."""
        return handle_exception


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn `error` into a response with the suite's error body; unknown errors stay errors."""
    if isinstance(error, SuiteError):
        body = error_body(error.code, error.developer_message, str(error.user_message), error.fields)
        return Response(body, status=error.status)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        detail = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
        message = _("Some of what was sent is not right. Each field says what to change.")
        response.data = error_body("invalid", "validation failed", message, detail)
    else:
        cause: Any = getattr(error, "detail", str(error))
        response.data = error_body(getattr(cause, "code", "error"), str(cause), str(cause))
    return response
