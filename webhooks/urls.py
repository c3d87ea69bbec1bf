"""The pages of webhooks."""

from django.urls import path

from webhooks.pages import deliveries, endpoints, recoveries

urlpatterns = [
    path("settings/webhooks/", endpoints.index, name="webhooks"),
    path("settings/webhooks/new/", endpoints.new, name="webhook-new"),
    path("settings/webhooks/<int:number>/", deliveries.log, name="webhook"),
    path("settings/webhooks/<int:number>/edit/", endpoints.edit, name="webhook-edit"),
    path("settings/webhooks/<int:number>/switch/", endpoints.switch, name="webhook-switch"),
    path("settings/webhooks/<int:number>/rotate/", endpoints.rotate, name="webhook-rotate"),
    path("settings/webhooks/<int:number>/delete/", endpoints.delete, name="webhook-delete"),
    path("settings/webhooks/<int:number>/test/", endpoints.test, name="webhook-test"),
    path("settings/webhooks/<int:number>/recover/", recoveries.recover, name="webhook-recover"),
    path("settings/webhooks/<int:number>/deliveries/<int:delivery>/", deliveries.one, name="webhook-delivery"),
    path(
        "settings/webhooks/<int:number>/deliveries/<int:delivery>/outcome/", deliveries.outcome, name="webhook-outcome"
    ),
    path("settings/webhooks/<int:number>/deliveries/<int:delivery>/resend/", deliveries.resend, name="webhook-resend"),
]
