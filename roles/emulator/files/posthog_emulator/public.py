"""What the public endpoints share: browsers of any site may call them, and refusals look alike."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

View = Callable[..., HttpResponse]


def open_to_browsers(view: View) -> View:
    """Answer preflight requests, and let every origin read the answer."""

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = HttpResponse(status=200) if request.method == "OPTIONS" else view(request, **kwargs)
        response["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")
        response["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        response["Access-Control-Allow-Headers"] = "Content-Type, X-Requested-With"
        return response

    return answer


def refusal(status: int, kind: str, code: str, detail: str) -> JsonResponse:
    """An error in the usual envelope."""
    return JsonResponse({"type": kind, "code": code, "detail": detail, "attr": None}, status=status)
