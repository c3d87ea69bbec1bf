from django.urls import path

from attachments import pages

urlpatterns = [
    path("<uuid:uuid>", pages.download, name="download"),
    path("<uuid:uuid>/preview", pages.preview, name="preview"),
    path("<uuid:uuid>/thumbnail", pages.thumbnail, name="thumbnail"),
]
