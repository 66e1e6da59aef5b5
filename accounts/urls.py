"""Addresses of pages about people and the organizations they work for."""

from django.urls import path

from accounts.views import tokens

app_name = "accounts"

urlpatterns = [
    path("you/tokens/", tokens.mine, name="my_tokens"),
    path("you/tokens/<int:pk>/end/", tokens.end_mine, name="my_token_end"),
    path("o/<slug:organization>/settings/tokens/", tokens.organization, name="tokens"),
    path("o/<slug:organization>/settings/tokens/<int:pk>/end/", tokens.end, name="token_end"),
]
