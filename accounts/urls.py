"""Signing in, one's own account, and keys. Of allauth's pages only those we offer: nobody signs up by themselves."""

from allauth.account import views
from django.urls import path, re_path

from accounts.entry import braked
from accounts.pages import account, keys

urlpatterns = [
    path("account/", account.account, name="account"),
    path("settings/keys/", keys.index, name="keys"),
    path("settings/keys/new/", keys.new, name="key-new"),
    path("settings/keys/<int:number>/rotate/", keys.rotate, name="key-rotate"),
    path("settings/keys/<int:number>/revoke/", keys.revoke, name="key-revoke"),
    path("accounts/login/", braked(views.login), name="account_login"),
    path("accounts/logout/", views.logout, name="account_logout"),
    path("accounts/inactive/", views.account_inactive, name="account_inactive"),
    path("accounts/signup/", views.signup, name="account_signup"),
    path("accounts/reauthenticate/", braked(views.reauthenticate), name="account_reauthenticate"),
    path("accounts/password/change/", braked(views.password_change), name="account_change_password"),
    path("accounts/password/set/", views.password_set, name="account_set_password"),
    path("accounts/password/reset/", views.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
