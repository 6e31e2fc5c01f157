from django.urls import include, path, re_path
from posthog import urls as posthog

from posthog_emulator import urls as emulator
from posthog_emulator.evaluation import views as evaluation
from whole.query import Query

urlpatterns = [
    re_path(r"^api/(?:projects|environments)/(?P<project>[^/]+)/query/?$", Query.as_view()),
    path("api/", include(emulator.API)),
    re_path(r"^array/(?P<token>[^/]+)/config/?$", evaluation.remote_config),
    re_path(r"^array/(?P<token>[^/]+)/config\.js$", evaluation.remote_config_script),
    # Health, the login page, and whatever else leads there.
    *posthog.urlpatterns,
]
