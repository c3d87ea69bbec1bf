"""Where each contract lives. A longer prefix comes first."""

from django.urls import include, path, re_path

from api.reading import docs

urlpatterns = [
    path("docs", docs, name="docs"),
    re_path(r"^api/v1(?:/|$)", include("api.platform.urls")),
    re_path(r"^v1/support(?:/|$)", include("api.support.urls")),
    re_path(r"^v1(?:/|$)", include("api.toptickets.urls")),
    re_path(r"^ticketing/v1(?:/|$)", include("api.taas.urls")),
]
