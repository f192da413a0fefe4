"""Documents that are open to everybody: cached, revalidated by what they hold, and readable from any site."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

__all__ = ["open_json"]


def open_json(
    request: HttpRequest, document: dict[str, Any], *, content_type: str = "application/json", max_age: int = 300
) -> HttpResponse:
    """Answer with `document` as JSON, or with 304 to whoever holds it already; `max_age` in seconds.

    The tag is made from the document alone, so that workers agree on it. Nothing in it may depend on who asks.
    """
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type=content_type)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={max_age}"
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Content-Type-Options"] = "nosniff"
    answer = get_conditional_response(request, etag=etag, response=response)
    return answer if answer is not None else response
