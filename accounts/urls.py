"""Addresses of pages about people and the organizations they work for."""

from django.urls import include, path

from accounts.views import invitations, members, tokens

app_name = "accounts"

settings = [
    path("members/", members.members, name="members"),
    path("members/leave/", members.leave, name="member_leave"),
    path("members/<int:pk>/role/", members.role, name="member_role"),
    path("members/<int:pk>/remove/", members.remove, name="member_remove"),
    path("members/<int:pk>/hand-over/", members.hand_over, name="member_hand_over"),
    path("invitations/<int:pk>/again/", members.invite_again, name="invite_again"),
    path("invitations/<int:pk>/revoke/", members.invite_not, name="invite_not"),
    path("tokens/", tokens.organization, name="tokens"),
    path("tokens/<int:pk>/end/", tokens.end, name="token_end"),
]

urlpatterns = [
    path("you/tokens/", tokens.mine, name="my_tokens"),
    path("you/tokens/<int:pk>/end/", tokens.end_mine, name="my_token_end"),
    path("invitation/<slug:secret>/", invitations.invitation, name="invitation"),
    path("o/<slug:organization>/settings/", include(settings)),
]
