"""Phrases by which people ask, complain, thank and praise; the same patterns as in `lexicon`."""

from __future__ import annotations

MESSAGE_PHRASES: dict[str, str] = {
    "asks_how": """
        ^who | ^what | ^whats | ^what's | ^where | ^wheres | ^when | ^whens | ^how | ^why | ^which
        ^whose | how do|does|can|much|many|long|late|old|early|far|is|are i|we|you|it|the|they|is
        what time|day|date|size|age | what's the|on | when is|are|does|do|will|can
        where is|are|do|can|does | is there|it|this|that|the | are there|you|the|these|any
        do you|i|we|they | does the|it|this|that|anyone|anybody|my
        can i|we|you|kids|children|dogs|someone|anyone | will you|there|it|the|this|they
        did you|the|anyone | has the|anyone|it | have you|they|the
        any idea|news|chance|update|plans|word | ^is | ^are | ^do | ^does | ^can | ^will | ^did | ^has
        ^have | ^would | ^any | ^was | ^were
        wondering if|whether|what|when|how | anyone know|knows | know if|when|what|where|how|who|whether
        which is|one|of|bus|day|way | who is|do|are|was|did|wrote|plays|made|runs
        what is|are|do|does|did|happened|about | got any | still on|open|available|running|happening""",
    "asks_for": """
        please | pls | plz

        could|can|would|will you please|pls|send|tell|let|help|dm|call|check|put|add|hold|make|do|bring
        could|can|would|will you fix|move|change
        could|can|would|will you cancel|refund|book|look|get|give|share|post|reply
        could|can|would|will you remove|take|turn|stop|pass|confirm|forward|update|resend|explain
        let me know | send me|us|it|them | i'd|i|we|we'd need|would|want|like to|a|some|help
        i'd love|like|appreciate | we'd love|like | need help|you|a|to|someone | help me|us
        can someone|somebody|anyone
        could|can|may|might i|we have|get|book|swap|change|move|request
        could|can|may|might i|we return|exchange|cancel|order|borrow|hire|reserve|speak
        would love it|to|if|a|some | it would be|great if | bring back | put me|us|my|out|more
        add me|us|my | ring|call|email|dm|message|contact|text me|us | looking for|to | hoping to|you
        requesting|request | any chance of|you|we|i | would appreciate | if you could
        please can|could|may|add|send|put|call|check|fix|let|tell | take me off | sign me
        hold|save|keep me|two|one|a
        consider|stock|reprint|repeat|extend|reopen | you should|need|ought to~ | need to|a
        wish you|you'd | suggestion|suggest""",
    "orders": """
        ^turn | ^put | ^save me | ^wake | ^take | ^open | ^stop | ^give | ^send | ^bring | ^keep | ^make
        ^let | ^hold | ^add
        ^fix | ^move | ^change | ^cancel | ^refund | ^book | ^reserve | ^update | ^remove | ^call | ^ring
        ^email | ^check
        ^look into | ^sort | ^clear | ^clean | ^grit | ^mend | ^replace | ^return | ^post | ^show | ^play
        ^sell | ^stock
        ^do more|a|an|another|one | ^put us|me|my | ^need | ^looking | ^want | ^requesting | ^page | ^tell
        ^kindly | ^reserve
        would you mind|consider|sign|be able|come|do|run | could you come|run|do|please|possibly|also
        can you page|order|put|post|do
        somebody|someone|anybody|anyone have a look | i left | we left | i've left|lost | lost property
        left my|a|our|his|her
        need blankets|volunteers|a|an|the|my|to|two|some | if you've any|got | set aside | put aside
        by friday|monday|tomorrow|tonight
        speak to|with | talk to a|someone|somebody | a copy of | size chart|guide
        you mind putting|sending|moving | instead please|pls
        please ! | please . | pls . | in size | a refund | table for
        tickets|seats for <num>|two|three|four|the""",
    "complains": """
        disappointed | disappointing | disgusted | disgraceful | disgrace | terrible | awful | appalling
        worst | rude | useless | joke | shambles | rubbish | ridiculous | unacceptable | frustrated
        frustrating | annoyed | annoying | angry | shame | shameful | poor | pathetic | outrageous
        horrible | shocking | disgusting
        not good enough | not happy|impressed|acceptable|working|great|ok|okay|fair|the|what
        no reply|answer|response|apology|one|signal|help|explanation|refund
        still waiting|no|not|broken|haven't|nothing|hasn't
        doesn't|does|dont|don't|won't work|answer|care|reply|load|open|let|arrive|arrived|come|get
        isn't|didn't|hasn't|haven't|can't|cannot work|answer|care|reply|load
        isn't|didn't|hasn't|haven't|can't|cannot open|let|arrive|arrived|come|get
        never got|arrived|again|received|came|answered|had | waited
        waiting|waited for|an|over|since|weeks|days|months|two|three
        third|second|<num> time|week|month|day | complaint | complain | refund | money back | broken
        broke | faulty | damaged | wrong | missing | late | dirty | filthy | freezing | overpriced
        rip|ripoff - off | rip off | expensive | cancelled
        full price | ruined | spoilt | spoiled | wasted | waste of | let down
        never going|coming|again|shopping|buying|using | fed up | sick of
        nobody|no - one|no answered|answers|told|came|cares|replied | ignored | ignoring
        sort it|this|yourselves|your | couldn't|could hear|see|get|barely|hardly
        too loud|cold|hot|long|small|expensive|quiet|dark | fix your|the|this|it
        what a waste|joke|shambles|mess|let
        crashed|crashes|crashing | error | keeps crashing|saying|telling|happening|freezing | locked out
        charged | overcharged | queue | how is|are that|this|people|we|you|pensioners
        why is|are|do|does|did|can't|won't|isn't|have|has|would | yet again | again !
        stop sending|calling|emailing|ringing | unsubscribe | ^so you|much for|apparently
        shouldn't|should have to|not|be | supposed to | lost my|our | blocked | hours on|in|for
        <emoji> service | great service <emoji> | cheers for nothing | thanks for nothing | thanks a lot
        unhelpful | misleading | dangerous | unsafe | leaking | overflowing | potholes|pothole
        nothing happens|happened|done | smells|smelly|stinks""",
    "sounds_cross": """
        mould | mouldy | mice | mouse | rat | rats | cockroach | hair in | plastic in | torture
        humiliating | infuriating | infuriated | refused
        declined | fined | fine | scribbles | gossip | laughed | sulky | snapped | shouted | slammed
        sweating | sauna | stuffy | cramped | squashed
        logged me out | logs me out | signs me out | last time i|we
        six|three|two|four|five weeks|hours|months | <num> weeks|hours|months|minutes late|without
        without a|an|any|water|heating|warning|asking
        no signs|sign|staff|water|heating|seats|soap|paper|parking|warning|toilet|toilets|lift
        out of order
        honestly | seriously | really ? | typical | of course | not one | not a single | not even
        never once | no longer | gone | sold out | double
        cold soup|food|chips|coffee|tea|shower | stale | soggy | burnt | raw | mushy | tasteless | lukewarm
        greasy | sour | stone cold | rock hard | squeaks
        twice this | every time | every week | every single | as usual | once again | and again
        third|fourth|fifth|tenth time | for the | the wrong
        hung up | cut off | left standing|waiting|me|us | turned away | walked past | drove past|off
        stood|standing for|in | sat for | told us|me | said no
        bins|bin not|collection|still | not collected | overgrown | litter | dumped | flooded | ankle deep
        dog mess | drilling | noise | noisy | loud
        <emoji> really | is that it | is this a joke | thanks for that | cheers . | thanks . | slow | slower
        lag | bug | bugs | glitch | spam | scam
        doubled | hidden fee|fees|charge | extra charge | put up | price rise|rises|increase | costs more
        daylight robbery | how much ? | can't afford""",
    "sounds_pleased": """
        joy | glorious | crispy | welcoming | superstars | superstar | star | stars
        worth every|the|it|a|being | quality | kind | kindest | kindness | warm | patient
        cheerful | sulking | singing | witchcraft | came home | rather be in | would recommend
        will be back | we'll be back | i'll be back | coming back | already booked
        finest | nicest | loveliest | friendliest | best <num> | years and never | never a bad
        never had a bad | nothing lost | in ten minutes | real person | answered on the
        though <emoji> | tho <emoji> | that <emoji> | obsessed | adore | adored | adores | treasure
        national treasure | credit to | ten out of | <num> out of <num> | top marks | faultless
        thoughtful | clever | so clean|fresh|warm|kind|tidy|pretty|calm|cosy | spot on | magic | moved me|us
        cried | crying | laughed till|until|so|out | belly laugh | couldn't stop
        still smiling|humming|thinking|talking | went out | full of | every penny | cheered | hooked
        smashed it | nailed it | on form | what a | absolute | absolutely
        my favourite|favorite | our favourite|favorite | the kids loved | kids loved | kids adored
        happy place | home from home | like family | feel at home | broke my heart
        changed my life | second to none | hidden gem | unforgettable | breathtaking | immaculate | sublime
        divine | heaven | dreamy | smooth | quick | speedy | seamless""",
    "gives_thanks": """
        thanks | thank you|u|everyone|all|to|so|for | thankyou | thx | ty | cheers | many thanks
        much appreciated | appreciate | appreciated | grateful | ta ! | ^ta | bless you | thank | thanking
        hats off | owe you | lifesaver | you saved|made|helped my|our|us|me|the""",
    "praises_us": """
        love this|it|that|you|your|these|the|my|what | loved it|this|that|every|the|your|all | brilliant
        amazing | fantastic | wonderful | superb | excellent | stunning | gorgeous | beautiful
        incredible | outstanding | awesome | magical | magnificent | phenomenal | lovely | fab | fabulous
        best | well done | bravo
        great job|work|show|night|day|evening|exhibition|place|staff|service|team|time|fun|stuff|shop
        congratulations | congrats | heroes | legends | hero | legend | proud | impressed | wow
        masterpiece | highly recommend|recommended | can't|cannot|couldn't recommend | five stars
        <num> stars | <num> / <num> | perfect | perfection | delicious | a joy|treat|gem|delight
        goosebumps | in tears | standing ovation | hilarious | so good|funny|moving|proud|much|lucky
        made my|our day|week|night | keep it|up | the best | deserves|deserve a|an|more|every|medal
        blown away | spellbound | enjoyed | must see | favourite|favorite | friendly | helpful | spotless
        exceptional | what a night|show|day|place|team|performance|find|treat|evening|gem""",
    "chats": """
        look at | see you|ya there|soon|sat|saturday|then | can't wait | mum | we have to go|do
        my page|profile|account | check my|out my | free iphone|followers|gift | whatsapp | invest
        crypto|bitcoin | nice profile | add me | dm me for | followers | earn <money>|from | click my|the
        entered | fingers crossed | ^same | ^lol | ^haha | ^me | ^this | ^yes | ^no
        remember when|this|that | reminds me | used to | years ago
        my dad|mum|nan|gran|grandad|uncle|aunt|great|brother|sister|wife|husband|son|daughter|kids
        going on|tonight|tomorrow|again|with | i was|remember|used|work|think|saw|went
        just saying|leaving|saw|got | coming with|too | who's in|coming | tagging | first ! | ^first
        bump""",
}
EXPECTS = {
    "asks_how": "question",
    "asks_for": "request",
    "orders": "request",
    "complains": "complaint",
    "sounds_cross": "complaint",
    "sounds_pleased": "praise",
    "gives_thanks": "thanks",
    "praises_us": "praise",
    "chats": "other",
}
"""Which intent a phrase speaks for; its weight there may not be learned below zero."""
