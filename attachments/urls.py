from django.urls import path

from attachments import pages

urlpatterns = [path("<uuid:uuid>", pages.download, name="download")]
