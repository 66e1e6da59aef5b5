"""Addresses of pages about people and the organizations they work for."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.views import (
    account,
    dressing,
    invitations,
    members,
    organization,
    practice_access,
    practice_links,
    practices,
    tokens,
    trials,
)

app_name = "accounts"

settings = [
    path("organization/", organization.organization, name="organization"),
    path("organization/address/", organization.change_address, name="address_change"),
    path("organization/logo/", organization.change_logo, name="logo_change"),
    path("organization/second-step/", organization.ask_second_step, name="second_step_ask"),
    path("members/", members.members, name="members"),
    path("members/leave/", members.leave, name="member_leave"),
    path("members/<int:pk>/role/", members.role, name="member_role"),
    path("members/<int:pk>/remove/", members.remove, name="member_remove"),
    path("members/<int:pk>/hand-over/", members.hand_over, name="member_hand_over"),
    path("invitations/<int:pk>/again/", members.invite_again, name="invite_again"),
    path("invitations/<int:pk>/revoke/", members.invite_not, name="invite_not"),
    path("practices/", practice_access.practices, name="practices"),
    path("practices/invite/", practice_access.offer, name="practices_invite"),
    path("practices/<int:pk>/", practice_access.change, name="practices_change"),
    path("practices/links/<int:pk>/take-back/", practice_access.take_back, name="practices_take_back"),
    path("tokens/", tokens.organization, name="tokens"),
    path("tokens/<int:pk>/end/", tokens.end, name="token_end"),
]

firm = [
    path("", practices.practice, name="practice"),
    path("look/", practices.change_look, name="practice_look"),
    path("look.css", practice_links.stylesheet, name="practice_css"),
    path("logo.png", practice_links.logo, name="practice_logo"),
    path("mail/", practices.my_mail, name="practice_mail"),
    path("leave/", practices.leave, name="practice_leave"),
    path("consultants/invite/", practices.invite, name="practice_invite"),
    path("consultants/<int:pk>/", practices.consultant, name="practice_consultant"),
    path("links/<int:pk>/again/", practices.link_again, name="practice_link_again"),
    path("links/<int:pk>/revoke/", practices.link_revoke, name="practice_link_revoke"),
    path("links/<int:pk>/answer/", practices.offer_answer, name="practice_answer"),
    path("clients/new/", practices.client_new, name="practice_client_new"),
    path("clients/link/<int:pk>/", practices.client, name="practice_client"),
    path("clients/<int:pk>/link/", practices.client_link, name="practice_client_link"),
    path("clients/<int:pk>/end/", practices.client_end, name="practice_client_end"),
]

firms: list[URLPattern | URLResolver] = [
    path("new/", practices.new, name="practice_new"),
    path("links/<slug:token>/", practice_links.link, name="practice_link"),
    path("reply-to/<str:token>/", practice_links.answers, name="practice_reply_to"),
    path("<slug:practice>/", include(firm)),
]

urlpatterns = [
    path("you/", account.me, name="me"),
    path("you/delete/", account.delete, name="me_delete"),
    path("try-it/", trials.trial, name="trial"),
    path("try-it/keep/", trials.keep, name="trial_keep"),
    path("try-it/<str:token>/", trials.open_trial, name="trial_open"),
    path("you/tokens/", tokens.mine, name="my_tokens"),
    path("you/tokens/<int:pk>/end/", tokens.end_mine, name="my_token_end"),
    path("invitation/<slug:secret>/", invitations.invitation, name="invitation"),
    path("o/<slug:organization>/logo.png", organization.logo, name="logo"),
    path("o/<slug:organization>/settings/", include(settings)),
    path("practices/", include(firms)),
    path("look/<str:key>/logo.png", dressing.logo, name="dress_logo"),
    path("look/<str:key>/look.css", dressing.sheet, name="dress_sheet"),
]
