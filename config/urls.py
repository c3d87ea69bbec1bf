"""Every address of the product; the contracts' own addresses are listed in their folders."""

from django.contrib import admin
from django.urls import include, path

from config import health, metrics

admin.site.site_header = admin.site.site_title = "Polydesk administration"
admin.site.index_title = "Overview"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("", include("api.urls")),
    path("files/", include("attachments.urls")),
    path("", include("accounts.urls")),
    path("", include("webhooks.urls")),
    path("", include("tickets.urls")),
]
