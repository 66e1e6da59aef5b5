"""The phrases by which people recognise talking and telling, as small patterns over tokens.

A pattern is a row of tokens; `a|b` means either, `~` after a token means it may be missing, `^` in front
means only where a sentence starts. Written for this project from how organizations speak.
"""

from __future__ import annotations

import re
from itertools import product

_GOOD = "great|good|nice|lovely|fantastic|brilliant|wonderful|amazing|awesome|fab|fabulous|excellent|terrific|superb|stunning|beautiful|gorgeous|cool"
_THING = (
    "photo|photos|pic|pics|picture|pictures|shot|shots|job|work|stuff|idea|question|point|news|effort|choice|"
    "turnout|teamwork|initiative|review|write-up|words|feedback|team|day|evening|show|performance|snap|video|post|blog|thread"
)
_BOUT = "about|at|for|in|on|to|of|with"

PHRASES: dict[str, str] = {
    # towards people
    "thanks": """
        thank you|u|<at>|everyone|all|goodness | thanks | thx | thnx | tx | ty | cheers for | many thanks
        big thanks | thankyou
        a big thank | we're|are|so|very|really grateful | we appreciate | much appreciated
        appreciate it|that|you|your|the
        shout out to | shoutout to | hats off to | kudos | grateful to|for | couldn't have done it without
        ^cheers , | ^cheers ! | ^cheers <at> | thank-you""",
    "apologises": """
        sorry to hear|see|read|learn|disappoint | so|very|really|truly|we're|are|i'm|terribly sorry
        sorry for|about|that|you|if|we|to
        ^sorry | our|my|sincere apologies | ^apologies | apologies for | we|i apologise|apologize
        apologise|apologize for
        shouldn't have happened | not good enough | not what we|the experience | for the inconvenience""",
    "greets": """
        ^hi | ^hello | ^hey | ^hiya | ^good morning | ^morning | ^good afternoon | ^good evening | ^dear
        ^hey there
        ^hi there | ^evening , | ^afternoon ,""",
    "congratulates": """
        congratulations | congrats | congratulating | congratulate | well done | bravo | well deserved
        well-deserved
        proud of you | proud of our team|volunteers|staff|young | so proud of you|them | way to go
        huge|big well done""",
    "praises": f"""
        ^{_GOOD} {_THING} | what a|an {_GOOD} {_THING} | ^what a|an {_GOOD}
        looks|look|sounds|sound {_GOOD}|delicious|like
        ^love this|it|that|your|these|the | we love|loved this|that|your|these|it | ^{_GOOD} !
        so {_GOOD} !
        keep up the {_GOOD} | keep it up | love your | such a {_GOOD} {_THING} | you|u rock | ^wow
        you're|are the best|amazing|awesome|brilliant|stars|legends
        ^what a day|night|week|weekend|team|crowd|audience|lot | {_GOOD} to see you|your|so""",
    "wishes": """
        good luck | best of luck
        have a|an great|good|lovely|fantastic|wonderful|nice|amazing|fab|safe|brilliant|super | have fun
        enjoy your
        ^enjoy ! | enjoy the show|evening|day|rest|weekend | happy birthday | get well | best wishes
        fingers crossed | take care
        safe travels|journey|trip | break a leg | merry christmas | happy new year | happy holidays
        hope you enjoy|enjoyed|have|had|feel|like|liked|get
        hope it|that|this helps | hope that's|this is | all the best | ^enjoy | sending love|you|our
        thinking of you""",
    "welcomes": """
        you're|are|your|you so|very|most~ welcome | welcome aboard|to the|our|back | ^welcome ,
        ^welcome <at> | ^welcome !
        nice|great|lovely|good to meet you | no problem | our pleasure | ^pleasure | ^anytime | any time !
        my pleasure | don't mention it
        always welcome""",
    "is_glad": """
        glad you|to hear|that|it|we|to have|they|she|he|see | so|we're|are|very|really|i'm|just glad
        happy to hear|help|see you
        delighted|thrilled|pleased to hear|you | we're|are delighted|thrilled|happy|pleased you|that you
        lovely|great|wonderful|good|fantastic|fab|brilliant|so good to hear|see you|have you
        thrilled you | delighted you | pleased you | made our day|week|morning | means a lot|so much
        loved having|seeing|meeting you|everyone
        great having|seeing|meeting you | looking forward to seeing|meeting|welcoming|having|hearing
        see you soon|there|then|tomorrow|tonight|next|on|at|in
        can't wait to see|meet|welcome you | hope to see you | come back soon | we'll see you
        we miss you | missed you""",
    "agrees": """
        quite right | fair cop | good catch|spot|thinking|point|shout|eye | you've got a point | you have a point | i'm afraid | we're afraid | ^fixed ! | ^done ! | ^sorted ! | ^noted | ^fair | ^fancy | ^that's a no|yes | hasn't it | isn't it | aren't they|you|we
        ^unlucky | ^blimey | ^crikey | ^oops | ^phew | ^hooray | ^yay | ^hurrah | ^woohoo | ^oof | ^ouch | ^ooh | ^oh | if i were you | were missed | see you then|saturday|sunday|friday|monday|at
        ^agreed | ^indeed | ^yes | ^yep | ^yup | ^yeah | ^absolutely | ^exactly | ^definitely | ^of course
        ^true | ^totally | ^ditto | ^same here
        ^us too | ^me too | ^so do we | ^so are we | ^good|great|fair point | ^no , | ^not yet
        ^unfortunately | ^not at the moment | ^sure | ^it does|is|has|was|did|will !
        ^oh no | ^oh dear | ^haha | ^ha ! | ^ha , | ^lol | ^hahaha | ^aww | ^aw | ^ooh | ^ah
        ^we do|did|are|have|will|would|hope|can ! | you're|are right|correct
        couldn't agree more | ^no worries | ^correct | ^actually ,~ | ^nope | ^we do|did|are|have|will ,
        we hear you | ^great|good|excellent question""",
    "promises_help": """
        we'll|i'll|we|will look into|check|investigate | we'll|i'll|will find out
        we'll|i'll|will let you know
        we'll|i'll|will pass|get|be|make|see|forward|ask|chase|sort|fix|send|dm|reply|take|do
        looking into it|this|that | look into this|it|that for | look into what
        passed this|it|that|your on | passed on to | pass this|that|it|your on
        pass on to | passed to | let the team know | get back to you | be in touch
        can|could|may help you|with|further | help you|u with|out|further|find | to assist | here to help
        happy to help|assist|look | we can help|confirm|see|look|check|offer|certainly|definitely
        take a look for you | we're|are on it | ^on it | should be working|fixed|back|sorted
        has been fixed|resolved|sorted | try again | please try
        try this|these|the|restarting|clearing|reinstalling|refreshing | if that doesn't | if this doesn't
        if it doesn't|persists|happens
        if you're|are still|having|unable|able|seeing | if you have|need any|further|more | we understand
        i understand | understand your|how|the|that frustration|you|this | raise this|it with
        refund you|your|it
        we've|have forwarded|passed|flagged|raised|shared|refunded|replied|sent you | in the meantime
        reach out to|for|with | the best way to|is | for more help | we recommend|suggest|advise""",
    "invites_contact": """
        let us|me know | please|pls|just|can|could|to|us|a|via|by|or|your dm | dm us|me | direct message
        message|email|ring|call|contact|tweet|text|write us|me
        drop us|me | get in touch|contact with~ | give us a call|ring|shout|bell | send us|me|over
        send it|them|that|your over|to us | via dm | by dm | in a dm
        private message|request | inbox us | pop us | pop in and ask
        share your|the details|order|booking|reference|case|email|account | follow us so|and dm
        speak|talk to our|us|someone|the | come and say hello|hi | say hello|hi
        if you have any|further|more questions|queries|trouble|problems|issues|concerns | any questions
        any other questions
        feel free to | don't hesitate | happy to answer|chat|talk|discuss""",
    "asks_opinion": """
        what do you|u|y'all think|say|reckon
        what are|were|is your|you thoughts|favourite|favorite|looking|up|doing|reading|watching|most
        what's|whats your|ur
        which is|one|would|do|of|was you|your|these|them | which one | your favourite|favorite ? | tell us
        tell me | share your|yours | we'd|we'd|would|i'd love to hear|know|see
        we want to hear | let's hear | your thoughts | any thoughts
        your memories|stories|story|ideas|suggestions|questions|views|tips|opinion|recommendations ?
        send us your
        who's|whos your|coming|joining|with|been|excited|ready|going|seen|read | who else
        who is|are your|you|coming|going|with | what did you | what would you
        where would|do|did|are|is you|your
        how do|did|would|are|was|is you|your | how was your | how's your | how's it | anyone else
        anybody | anyone
        have you ever|been|seen|tried|read|got|heard|visited|had|met|noticed|booked|found
        do you remember|have|know|prefer|like|love|agree|think|recognise|recognize|want
        did you see|enjoy|know|get|make|manage|have|catch|go|like | would you rather|like|be|ever

        are you coming|going|ready|a|an|joining|able|still|having|around|near|free|excited|watching|using|on
        can you help|guess|spot|name|tell|see|remember|confirm|let|send|dm|please|share|provide|try
        could you please|dm|send|let|tell|share|confirm|provide|try|give|elaborate | do tell | ask us
        ask me | got a question | tell us more | what brings you | penny for your""",
    "quips": """
        ^that's|thats a|the|so|what|very|really|great|good|amazing|brilliant|fantastic|awesome|lovely
        ^this is so|brilliant|amazing|great|lovely|wonderful
        ^it was|is lovely|great|wonderful|so|a | fair enough | good call | good spot | well spotted
        well said | touché | you bet
        you got|have|had|made|did|can|could|may|should|will|were|must|don't|might
        ^here you go|are | ^here's the|a link | ^you can|could|should|will|may|might|did|have|were|made
        ^we|i think|agree|believe|hope|wish|know|thought|wondered""",
    "shares_credit": """
        written|made|told|drawn|painted|filmed|recorded|photographed|published|shot|compiled|collected by | told by herself|himself|themselves | in their|her|his own~ words | not ours | isn't ours | aren't ours
        worth your time|ten|five|a|every | the one to read|watch|hear | credit to|goes|where | ^credit | wise words | recommended by | we recommend reading|this | interview with | profile of | obituary of
        photos|photo|pictures|picture|photographs|drawing|film|words|poem|illustration|map|recipe|guide|review|essay|piece|column by | over on her|his|their|the | on her|his|their blog|channel|site|page|podcast|feed
        <at> has|have written|made|drawn|published|recorded|filmed|put|done|built|collected | <at> on why|how|what | has|have written|recorded|published|filmed|drawn|painted|mapped|measured|made a|an|the|all|its|their|his|her|this
        s guide|blog|photos|photo|piece|review|story|film|podcast|list|diary|thread|talk|book|recipe|drawing|map|column|essay to|on|about|of|from|in|is | of the week by|from|: | too good to|not | we wish we'd|had
        s own photos|words|pictures|guide|story | read and steal | a marvel | it's a corker|gem|treat | their work|pictures|words|story | spotted in|on|at|near|this | reading : | listening to : | from our friends|neighbours|neighbors
        via <at> | h / t <at> | ht <at> | hat tip | photo by|credit|from|courtesy|via|:
        photos by|credit|from|courtesy|via|: | pic by|credit|from|courtesy|via|:
        image by|credit|from|courtesy|via|: | images by|credit|from|courtesy
        video by|credit|from|courtesy|via|: | credit : | credit to | <emoji> <at> | by <at> | from <at>
        thanks|thx to~ <at> for sharing
        courtesy of | cc <at> | ( via | spotted by | captured by | taken by | recipe by|from | artwork by
        made by <at> | written by <at>
        great|good|lovely|interesting|fascinating|nice|wonderful read|piece|article|post|blog|thread|review|interview|story from|by|on|about|in|via
        worth a|your read|time|follow | recommended reading
        our friends|neighbours|neighbors|pals|colleagues|partners|mates at|over|in|from|<at>
        check out <at> | follow <at> | have a look at <at>
        by our friends|neighbours|neighbors|volunteer|volunteers|visitor|visitors
        lovely|great|beautiful|gorgeous|amazing|stunning|brilliant photo|photos|picture|pictures|pic|shot|drawing|film|poem|words by|from|of|taken""",
    # telling and selling
    "announces": """
        announce | announces | announced | announcing | announcement | launches | launching | launched
        launch of | introducing | introduces | unveils | unveiled | unveiling | unveil | reveals
        presents | presenting
        proud|excited|pleased|delighted|thrilled|honoured|honored|happy to announce|be|share|have|support|present|partner|introduce|launch|offer|say|work|sponsor|join|reveal|host|see
        proud to|sponsor|sponsors|partner | excited to|for|at | pleased to | delighted to|at
        honoured|honored to|by|with | coming soon | out now | now open|available|live|playing
        is|are now|here|back
        available now|at|from|in|on
        has|have been awarded|named|recognized|recognised|ranked|selected|appointed|shortlisted|nominated|honored
        named|ranked as|best|top|one|among|by|<tag> | wins|won award|awards
        awarded | press release | breaking : | new : | newsletter | today we|marks|is|sees
        this week|month|weekend we|at|on|in|,
        opens|opening|starts|begins|returns|premieres|airs on|at|in|this|tonight|tomorrow|today|next|to
        our new|latest|next|first|upcoming|annual | the new|latest|first-ever|annual
        we have|we've opened|launched|published|released|added|invested|partnered|joined|received|won|signed|updated|extended|appointed
        will be held|open|closed|closing|launched|released|held|available|joined|speaking
        reports|results|earnings | ceo|chairman|president|director says|said|told|on|speaks""",
    "reads_more": """
        read|learn|see|find|know|discover|hear|view|explore|watch more
        more|further info|information|details|here|at|about|on : | more : | more <url>
        more info|information|details|here|at | for info|details|more|further|information
        find out | ^read | ^see the|our|how|what|why|who|where|which|more|all|it|its|his|her|their|this|these|here|if|a|an|some|full|<url>|<tag>|:
        ^check out | check it|out|back | check us out | here's how|why|what
        take a look|peek|tour | have a look | ^watch | ^listen | ^learn | ^discover | ^explore | ^view
        ^browse | ^meet | ^get | ^download | ^follow
        learn how|about|why|what|to|more | see how|what|why|if|the|our|all|which
        read about|the|our|how|why|what|all|on|his|her|their|this|it|full
        watch the|our|how|this|now|live|here|as|it | listen to|now|here|in
        click here|on|the|to|below|link | link in bio|comments
        full|whole story|report|article|details|list|programme|program|interview|post|recipe|statement :
        full story|report|details | visit our|the|us|www|<url>|my | please visit | go to <url>|our|the
        details|info|information|video|photos|pictures|link : | details|info here|at
        ^follow us|our|the|<at> | don't miss | not to be missed | dont miss | tune in | live webcast
        webcast | ^join | watch here|now | discuss here|with | stay tuned
        ask your | visit <url> | ^visit | ^try | ^find | ^use | ^click | ^start | ^take | ^make | ^help
        ^be | ^keep | ^tune | ^stay | ^look | ^pop | ^save | ^bring | ^celebrate | ^think | ^talk""",
    "sells": """
        sign up for free|our|the|a|today|now | upgrade to|now|your | <num> off | up to <num> off | to <num> off | today only | tonight only | this week only | weekend only | only today|until | refer a friend | free with|entry|gift|drink|trial|sample|tote
        with every order|purchase | two|three for <money> | for <money> | from <money> | at <money> | code : | your code | a code | with code | start your|a free|trial | free trial | sale ! | final reductions | must go | in store|stores now|today|this | new in ! | best sellers|seller
        first pick|dibs | earn <money>|points|rewards | save on|when|with | switch to | pick up a|your | available in all|our|every | pre - order | order by | deal of | bundle | half price | on offer
        buy now|your|tickets|yours|one|it|a|online|here|now | ^buy
        book now|your|tickets|online|here|early|today|at|a|by|ahead|via|yours|ahead|before | ^book
        booking now|open|is|from|fee | tickets | ticket | box office | on sale
        order now|yours|online|your|here|today|by|a | ^order
        shop now|online|here|the|our|all|today|for | ^shop
        off your|everything|all|selected|with|when|tickets|orders|full | discount | discounts
        special offer | offer ends|ends | save <num>|<money>|up | free shipping|delivery|postage
        sale ends|now|starts|today|on|is | for only|just <money>
        from only~|just~ <money> | only <money> | just <money> | use|with|enter code|promo | promo
        black friday|cyber | gift card|vouchers|voucher|certificate|cards|shop
        limited edition|time|offer|stock|availability|seats|spaces | last few|chance|remaining|tickets
        selling fast|out | sold out | few tickets|seats|places|spaces | grab your|yours|a|one|them|tickets
        get yours | get your tickets|ticket|copy|hands|free|own|seats|discount|place
        secure|reserve your|yours|a | book|reserve|secure your place|seat|spot|table
        subscribe | available to buy|order|book|pre-order | pre-order | preorder | in stores|store now
        add to cart|basket | members|membership from|gets|get|save | become a|an member|friend|patron
        limited availability | hurry | before it's|they're too|gone|late
        treat yourself|your|someone|them|mum|dad | perfect|great|ideal gift|present|stocking | a gift
        free gift | tap|swipe to|up|the shop|buy""",
    "asks_money": """
        are you in ? | every pound|penny|dollar|little counts|helps|goes | counts towards | won't mend itself | give today|now|what | sponsor us|me|a | support the friends|appeal|work | membership <money> | donors
        donate | donates | donation | donations | ^give
        give now|today|what|to|generously|online|a|the gift|monthly | please give | giving tuesday
        fundraise | fundraiser | fundraising | fundraisers | crowdfunder | crowdfunding | kickstarter
        justgiving | gofundme
        your gift|donation|support|contribution will|can|could|helps|means|funds|provides | chip in
        match funding | matched | doubled | will be matched|doubled
        every <money>|penny|pound|dollar|donation|gift
        <money> could|can|will|helps|buys|pays|funds|provides|feeds
        text <tag>|give|donate | to <num> to give|donate | make a gift|donation|difference today|now
        sponsor a|me|us|our|him|her | raise money|funds | raising money|funds
        help us raise|reach|feed|fund|save|keep|build|buy|provide|hit|get
        support our|us|the appeal|campaign|work|fundraiser|today|by
        our appeal | appeal | legacy | leave a gift | pledge | regular giving | gift aid | purchases fund
        your purchase | funds mammograms | give what you | be a donor | give blood""",
    "calls_to_act": """
        vote for|now|here|in|today|us|on | ^vote | cast your|a vote | sign the|our|this|up|now|and|here
        ^sign | petition | nominate | nominations | ^register
        register now|here|for|today|at|by|to|your|online | sign up|ups | ^subscribe | ^apply
        apply now|here|by|for|online|today | apply to
        rsvp | take part | get involved | take action
        join us|our|the|in|for|now|today|hundreds|thousands|at|on|a | ^come
        come along|and|to|down|join|see|on|visit | ^bring | volunteer with|for|at|today|now
        become a volunteer | spread the word | write to your|mp | email your | call your
        tell your friends
        ^add your | add your name|voice | ^stand with|up | pass it on
        please|pls rt|retweet|share|support|sign|vote|donate|give|help|note | rt to|if|and|for|this
        retweet to|if|and|this | share this|to|if|with|and|the|far | ^share
        like our|and|this|if|us|to page|facebook | like us
        enter our|the|to|now|for|here|by | ^enter
        win a|an|tickets|one|two|the|your|our|<num>|<money>|free | for a|your chance | chance to win
        competition | giveaway | prize | prizes | take the|our quiz|survey|pledge|challenge|poll
        fill in|out | have your say | complete our|the | download our|the|your|now|it|a
        save the date | mark your calendars|calendar|diaries | diary | doors open|at
        invites you|public|the | you're|are|all invited | be there | be part|inspired|a
        see you|ya there ! | doors <time> | come see | pop in|along|by|down to|for | drop in | last chance
        submit your|a|an | deadline | don't forget | remember to | make sure you|to
        open call | we're hiring | job opportunity | vacancy | vacancies | closing date""",
    "baits": """
        like if | like and|& share|tag|comment|follow|retweet|rt | like & share | like this if | like , share|comment|tag | ^like for | ^like or | like or share|love
        hit like|share|the | smash the|that like|button | give this|it|us a like|thumbs|heart|share | give us a like|star | star us | ^tag | tag a|your|someone|two|three|an|the friend|mate|person
        tag someone|somebody|friends|two|three|<num>|them|who|your | share if|and|& you|tag|win|like | share if | share & | share and win|tag|follow | ^share this|if|and | comment below|yes|amen|with|and
        comment " | comment “ | type " | type “ | type yes|amen|me|win|your|the | ^type | write " | drop a|an|your emoji|<emoji>|comment|below|heart|like|flag | drop your | rt if|& | rt and follow|win|like
        rt to win|enter|be | retweet if|to win|enter | retweet and|& | follow and|& rt|retweet|like|share|win | follow us and|& | follow us , like | double tap | who agrees | who else agrees | agree ?
        how many likes|of you agree | can we|this get <num>|to | let's get to|<num> | <num> likes|retweets|shares|followers | likes and|& we | say yes|amen | vote with | heart for | love for | caption this
        in the comments for|to win|be | below to win|be|enter|get | only real|true fans | bet you can't|won't | tag , | first <num> to|people | ^comment | react with
        <emoji> for | <emoji> if | or <emoji> ? | winner will|is|announced | one lucky winner|follower|person | lucky winner|winners | to be in with | in with a chance""",
    "fun_fact": """
        did you know | didyouknow | fun fact | fact of the | fact : | tip of | tip : | ^tips
        tips for|to|on | on this day | otd | throwback | quote of | of the day|week|month|year
        reasons to|why|you | ways to|you | steps to | things to|you | how to | ^why | secrets to|of
        icymi""",
    "newsy": """
        according to | study finds|shows | research shows|finds|suggests | survey | report : | in <num> ,
        since <num> | quarter | shares | stock | market | billion | million | percent | analyst | analysts
        investors | investor | exclusive : | exclusive - | update : | update <num> | [ video | analysis :
        deal | acquisition
        statement | policy | industry | agreement | partnership""",
}

TOWARDS_PEOPLE = frozenset(
    {
        "thanks",
        "apologises",
        "greets",
        "congratulates",
        "praises",
        "wishes",
        "welcomes",
        "is_glad",
        "agrees",
        "promises_help",
        "invites_contact",
        "asks_opinion",
        "quips",
        "shares_credit",
    }
)
TELLING = frozenset(
    {"announces", "reads_more", "sells", "asks_money", "calls_to_act", "baits", "fun_fact", "newsy"}
)


def expand(pattern: str) -> list[tuple[bool, tuple[str, ...]]]:
    """All rows of tokens a pattern stands for, each with whether it must open a sentence."""
    opens = pattern.startswith("^")
    choices: list[list[str]] = []
    for part in pattern.lstrip("^").split():
        options = part.removesuffix("~").split("|")
        choices.append([*options, ""] if part.endswith("~") else options)
    # A word with a hyphen is three tokens.
    rows = {
        tuple(piece for token in row for piece in (re.sub(r"(?<=\w)-(?=\w)", " - ", token).split()))
        for row in product(*choices)
    }
    return [(opens, row) for row in sorted(rows) if row]


def patterns(block: str) -> list[str]:
    """The patterns of one block: separated by ` | ` or a new line."""
    found: list[str] = []
    for line in block.splitlines():
        found.extend(piece.strip() for piece in line.split(" | ") if piece.strip())
    return found
