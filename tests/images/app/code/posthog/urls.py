from django.urls import path, re_path

from posthog import persons, views

urlpatterns = [
    path("_livez", views.livez),
    path("_readyz", views.readyz),
    re_path("^_health/?$", views.health),
    path("_preflight", views.preflight),
    path("api/users/@me/", views.me),
    path("api/projects/<int:project>/", views.project),
    path("api/projects/<int:project>/persons/<uuid:uuid>/", persons.person),
    path("api/projects/<int:project>/persons/bulk_delete/", persons.bulk_delete),
    path("login", views.login),
    # As PostHog: whatever else is asked for leads to the login page, /health too.
    re_path("", views.elsewhere),
]
