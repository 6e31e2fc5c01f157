from django.db import OperationalError, connection
from django.http import JsonResponse
from django.urls import path, re_path

from posthog_emulator.evaluation.views import flags


def alive(request):
    return JsonResponse({"status": "ok"})


def ready(request):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError as error:
        return JsonResponse({"status": str(error).strip()}, status=503)
    return JsonResponse({"status": "ok"})


urlpatterns = [path("_liveness", alive), path("_readiness", ready), re_path("^flags/?$", flags)]
