"""Practices, their clients and their links."""

ELSEWHERE = {
    f"accounts:practice{what}"
    for what in (
        "",
        "_new",
        "_link",
        "_reply_to",
        "_look",
        "_css",
        "_logo",
        "_mail",
        "_leave",
        "_invite",
        "_consultant",
        "_link_again",
        "_link_revoke",
        "_answer",
        "_client_new",
        "_client",
        "_client_link",
        "_client_end",
        "s",
        "s_invite",
        "s_change",
        "s_take_back",
    )
}
