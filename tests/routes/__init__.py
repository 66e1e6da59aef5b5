"""What every route answers, to whom, for which method: a table that tests/accounts/test_routes.py walks.

**To add a route**, write one line into the file of its area in `areas/` (a new file there is found by
itself; so an idea of your own gets a file of its own and nobody else's lines are touched):

    ROUTES = {
        "coaching:meetups": page(),                        # everybody inside may look
        "coaching:meetup_change": form(EDITOR, Meetup),    # all look, editors send the form
        "coaching:meetup_cancel": deed(OWNER, Meetup),     # POST alone, by owners
        "coaching:rsvp": public(lambda stage: stage.theatre.row(Meetup).token, get=200, post=422),
    }

What follows the role are the arguments of the address after the organization: a model stands for the
id of that row of the theatre, anything callable is asked with the stage, all else is taken as it is.
`get=` and `post=` say what those who may do it get (200 and 302 if you say nothing; nothing is filled in
unless you give `data=`), and `but={(OWNER, "POST"): 409}` what differs from the rule. All other answers
follow from the rule: strangers, former members and ended consultants get 404 for each method, nobody
logged in is sent to the login, other methods get 405.

**To add a tenant model**, write into the same file how a row of it is made in some organization:

    ROWS = {Meetup: lambda place: create(Meetup, place, title="Talk", starts_at=NOW)}

A route without an expectation fails, and so does a tenant model without a row.
"""
