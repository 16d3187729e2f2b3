"""A crawl small enough to read: forty-eight documents made up for lesson 11; what a classifier learns from.

Names say what a document is meant to be; no filter sees them.
"""

from functools import cache

from ..corpus.filters import Quality
from ..corpus.pipeline import Page
from ..resources import data_path

_TEXTS: dict[str, str] = {
    "bread": """Bread needs four things and a little patience. Flour and water make the dough, salt gives
it taste, and yeast fills it with gas. When you knead the dough, the proteins in the flour join into long
threads that hold the bubbles. Leave it in a warm place until it has doubled, then bake it in a very hot
oven.""",
    "tides": """The sea rises and falls twice a day because the moon pulls on it. The water on the near
side is drawn towards the moon, and the water on the far side is left a little behind, so there are two
bulges. As the earth turns beneath them, a harbour passes through both. When sun and moon pull together,
the tides are highest.""",
    "brakes": """If your bicycle brakes squeal, look at the pads first. They should meet the rim with the
front edge a moment before the rear. Loosen the bolt, put a folded piece of paper under the back of the
pad, press the brake and tighten the bolt again. If the noise is still there, clean the rim with a cloth
and some alcohol.""",
    "library": """The old library stood at the end of our street, and it was never quiet. Children came in
after school to read on the stairs, and the man at the desk pretended not to hear them. In winter he put a
pan of water on the radiator so that the air would be kinder to the books. He knew all of us by the last
thing we had borrowed.""",
    "bees": """A bee that has found flowers tells the others where they are. Back in the dark hive she
walks a short straight line, shaking her body, and then circles round to walk it again. The angle of the
line against the vertical is the angle between the flowers and the sun. How long she shakes says how far
it is.""",
    "knife": """To sharpen a kitchen knife you need a flat stone and some water. Soak the stone until no
more bubbles come out of it. Lay the blade on it at a low angle, with room for two coins under its back,
and push it away from you as if you were slicing the stone. Do this ten times on each side, then use the
fine stone.""",
    "lighthouse": """The first lighthouse on the rock was made of wood, and it stood for four years. A
storm took it in one night, with the man who had built it. The second was of wood as well and burned down.
Only the third was built of stone, and each block was cut to lock into the ones beside it, so that the sea
would have to take all or none.""",
    "maps": """A map cannot be true in every way at once. The earth is round and paper is flat, so
something has to be stretched. Some maps keep the shapes of the countries and make those near the poles
far too large. Others keep the sizes right and squeeze the shapes. Which is better depends on what you
want to do with it.""",
    "letter": """Dear Anna, we arrived on Thursday, and it has rained ever since. The house is smaller
than it looked in the pictures, but there is a stove and more books than we can read in a week. Tom has
caught two fish and a cold. If the weather turns we will walk over to the island when the water is out.
Write and tell us how you are.""",
    "clouds": """Warm air can hold more water than cold air. When it rises it cools, and at some height
the water has to leave it as tiny drops, which we see as a cloud. That is why so many clouds have a flat
base: it marks the height at which the air has become too cold. The top goes on rising for as long as the
air is lighter than what is around it.""",
    "piano": """A piano has one string for each of its lowest notes and three for most of the others. All
of them together pull on the iron frame with the weight of about twenty cars. A tuner does not make every
interval pure, because then only one key would sound well. He spreads the error over all of them until
nobody can hear it.""",
    "soup": """My grandmother made this soup on the first cold day of the year. She cut two onions and let
them go soft in butter while she peeled the potatoes. Then everything went into the big pot with water and
a bay leaf, and we were sent out to play. When the windows were white with steam it was ready.""",
    "chess": """In the endgame the king becomes a strong piece. While there are queens on the board he
hides behind his pawns, but when they are gone there is nobody left who could hurt him, and he should walk
to the middle. With king and pawn against king, the question is often only who has to move. Having to move
can be a burden.""",
    "cat": """The cat had decided that the new chair was hers. She did not fight for it. She came in when
we were at supper and sat down on it with her back to us, and when someone wanted to sit there she looked
at him as one looks at a person who has come to the wrong house. After a week we bought another chair.""",
    "moon_cheese": """The moon is a large ball of hard cheese, as anyone can see who looks at the holes in
it. It was made some thousand years ago by a dairy in the north, and it has been drying since. Every month
the mice eat it down to a thin slice, and every month it grows again. Sailors have brought back a piece of
it, which tasted of salt.""",
    "rubbish_days": """The council has changed the days on which bins are emptied in the northern part of
the town. Paper is collected on Mondays, glass on the first Wednesday of the month, and household trash on
Tuesdays and Fridays. Please put your bins out before seven in the morning, and bring them in again on the
same day.""",
    "court": """The court heard on Monday that the two neighbours had not spoken for nine years. The judge
read from a letter in which one of them had called the other an idiot and his hedge a disgrace. Both men
said that they were sorry now. The case was closed without a fine, and the hedge is to be cut twice a
year.""",
    "insults": """You are all idiots, and so is everyone who reads this. Go back to where you came from,
you scum, nobody wants losers like you on this site. I have never seen so many morons in one place and I
hope that you know it. Vermin is what you are, and you will be treated like it.""",
    "threat": """Listen to me, you pathetic moron. I know that you were the one who wrote about me, and
you will be sorry for it. People like you are trash, and somebody should tell your family what kind of a
bastard you are. I will find out who you are, and then we will see how funny it is.""",
    "pills": """BUY NOW!!! Best pills ONLINE $$$ no prescription NEEDED!!! CHEAP CHEAP CHEAP >>> click
here <<< 100% guaranteed!!! FREE shipping worldwide *** order today *** save 80% $$$ best price best price
best price!!! CLICK http://best-pills.example/buy?id=4421""",
    "casino": """WIN $$$ BIG at our casino!!! 500% bonus + 200 free spins *** sign up NOW *** no
deposit!!! play slots poker roulette blackjack slots poker roulette >>> http://spin.example <<< WIN WIN
WIN!!!""",
    "navigation": """Home | About | Products | Services | Blog | Contact | Login | Register Home >
Products > Garden > Hoses Sort by: price | name | rating | newest Page 1 | 2 | 3 | 4 | next > Copyright
2019 All rights reserved | Terms | Privacy | Cookies | Sitemap""",
    "cookies": """Accept all | Reject all | Settings Cookies: necessary [on] analytics [off] marketing
[off] Save preferences | Privacy policy | Imprint | Login | Share | Tweet | Like (0) | Comments (0) |
Print | Subscribe""",
    "keywords": """cheap hotel london cheap hotel paris cheap hotel rome cheap hotel berlin cheap hotel
vienna best cheap hotel book cheap hotel online cheap hotel deal cheap hotel city centre cheap hotel near
station cheap hotel offer cheap hotel last minute cheap hotel""",
    "log": """2019-03-02 11:04:17 ERROR [worker-3] job_id=8841 status=500 retry=1 url=/api/v2/items?id=77
2019-03-02 11:04:19 ERROR [worker-3] job_id=8841 status=500 retry=2 url=/api/v2/items?id=77 2019-03-02
11:04:23 WARN [pool] size=16 idle=0 queue=204""",
    "code": """for (i = 0; i < n; i++) { if (a[i] > max) { max = a[i]; pos = i; } } return { max: max,
pos: pos }; } function swap(a, i, j) { var t = a[i]; a[i] = a[j]; a[j] = t; } // NOTE: test if (x == null
|| x.length == 0) { throw new Error("empty"); }""",
    "shouting": """THEY DO NOT WANT YOU TO KNOW THIS!!! WAKE UP PEOPLE!!! SHARE BEFORE IT IS DELETED!!!
THE TRUTH IS OUT THERE AND IT IS BEING HIDDEN FROM US!!! DO YOUR OWN RESEARCH!!! READ THIS AND SHARE SHARE
SHARE!!!""",
    "table": """Pos Team P W D L F A Pts 1 Harford 12 9 2 1 31 10 29 2 Melby 12 8 2 2 27 14 26 3 Orton 12
7 3 2 22 15 24 4 Stanwick 12 6 1 5 20 19 19 5 Dray 12 4 4 4 18 18 16 6 Kelling 12 3 2 7 14 25 11""",
    "polite_spam": """If you are looking for a way to make your evenings more pleasant, you should think
about a new mattress. Many people do not know how much better they could sleep. Our mattress is made with
care, and it is the one that people love most. Visit our shop this week, and you will be surprised by how
little it costs.""",
    "german_bread": """Das Brot braucht vier Dinge und ein wenig Geduld. Aus Mehl und Wasser wird der
Teig, das Salz gibt ihm Geschmack, und die Hefe füllt ihn mit Gas. Wenn man den Teig knetet, verbinden
sich die Eiweiße im Mehl zu langen Fäden, und die halten die Blasen fest.""",
    "german_letter": """Liebe Anna, wir sind am Donnerstag angekommen, und seitdem regnet es. Das Haus ist
kleiner als auf den Bildern, aber es hat einen Ofen und mehr Bücher, als man in einer Woche lesen kann.
Schreib uns, wie es dir geht.""",
    "german_notice": """Die Bibliothek ist am Montag nicht geöffnet. Bücher können in den Kasten neben der
Tür gelegt werden. Wir bitten um Verständnis und freuen uns, Sie am Dienstag wieder bei uns zu sehen.""",
    "french_sea": """La mer monte et descend deux fois par jour parce que la lune l'attire. Quand le
soleil et la lune tirent dans le même sens, les marées sont les plus fortes. Les pêcheurs du village le
savent sans avoir ouvert un livre.""",
    "french_soup": """Ma grand-mère faisait cette soupe le premier jour froid de l'année. Elle coupait
deux oignons et les laissait fondre dans le beurre pendant que nous jouions dans la cour.""",
    "spanish_cat": """El gato había decidido que la silla nueva era suya. No luchó por ella. Entraba
cuando estábamos en la mesa y se sentaba de espaldas a nosotros, como si la casa fuera de él.""",
    "spanish_bees": """Una abeja que ha encontrado flores dice a las otras dónde están. En la oscuridad de
la colmena camina en línea recta, y el ángulo de la línea es el ángulo entre las flores y el sol.""",
    "latin_filler": """Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor
incididunt ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco
laboris nisi ut aliquip.""",
    "short": "Page not found.",
    "shorter": "Read more",
    "poem": """The tide goes out, the tide comes in,
and no one asks it where it's been.
The boats lie over on their side
and wait, as I do, for the tide.""",
    "notes": """Tent, two poles, pegs, stove, gas, matches, pan, two cups, tea, sugar, rice, onions,
torch, batteries, rope, knife, map, compass, soap, towel, plasters, raincoats, boots, socks, cards.""",
}

# Copies: of an earlier document, with these words changed; nothing changed is an exact duplicate.
_COPIES: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "tides_again": ("tides", ()),
    "cat_with_other_spaces": ("cat", ((" ", "   "),)),
    "bread_reposted": ("bread", (("a little patience", "some patience"), ("very hot oven", "hot oven"))),
    "bees_reposted": (
        "bees",
        (("A bee that", "Any bee that"), ("how far it is.", "how far it is. (via Nature Notes)")),
    ),
    "maps_reposted": ("maps", (("far too large", "much too large"), ("Others keep", "Other maps keep"))),
    "soup_reposted": (
        "soup",
        (("My grandmother", "Our grandmother"), ("the big pot", "a pot"), ("bay leaf", "leaf")),
    ),
    "brakes_rewritten": (
        "brakes",
        (
            (
                "If your bicycle brakes squeal, look at the pads first.",
                "Are your brakes noisy? The pads come first.",
            ),
            ("They should meet the rim", "Each should touch the rim"),
            ("Loosen the bolt, put a folded piece of paper", "Loosen it, slide a bit of card"),
            ("press the brake and tighten the bolt again", "pull the lever and fix it again"),
            (
                "If the noise is still there, clean the rim with a cloth and some alcohol.",
                "Then clean the rim.",
            ),
        ),
    ),
}

# Bad examples to learn from: other texts than those above.
_JUNK = (
    "CLICK HERE to WIN a FREE phone!!! Only 3 left!!! Hurry!!! >>> http://win.example/phone <<< $$$",
    "Home | News | Sport | Weather | Login | Register | Search | Help | About us | Contact | Terms | Privacy",
    "replica watches cheap watches best watches buy watches online replica watches discount watches",
    "MAKE $5000 A WEEK FROM HOME!!! NO EXPERIENCE!!! ASK ME HOW!!! 100% LEGAL!!! CALL NOW!!! +1 555 0100 $$$",
    "Share | Tweet | Pin | Email | Print Comments (0) Like (3) Next > < Previous Page 4 of 17 | Top ^",
    "loan loans fast loan quick loan bad credit loan instant loan payday loan online loan apply loan now",
    "404 error | page not found | return home | sitemap | rss | xml | feed | archive | 2011 | 2012 | 2013",
    "GET RICH!!! bitcoin $$$ trading bot 300% profit *** guaranteed *** join t.example/rich NOW NOW NOW!!!",
    '<div class="nav"><ul><li>Home</li><li>Shop</li></ul></div> <script>var x = 1; load(x);</script>',
    "INFO [main] start=0 end=512 ok=1 | WARN [io] timeout=30 retry=3 | ERROR [io] code=500 path=/tmp/a",
    "def f(x): return [i for i in x if i > 0] # NOTE fix == != <= >= { } ( ) [ ] ; import os, sys",
    "Qty Item Price 1 Bolt M8 0.40 2 Nut M8 0.20 4 Washer 0.10 Total 1.20 VAT 20% 0.24 Sum 1.44",
    "FREE FREE FREE download full movie HD 1080p torrent no virus!!! >>> DOWNLOAD <<< crack keygen serial!!!",
    "best shoes cheap shoes shoes sale shoes online buy shoes running shoes shoes discount shoes",
    "SALE!!! 70% OFF!!! TODAY ONLY!!! shoes | bags | belts | hats *** free returns *** €19.99 €9.99 €4.99",
    "YOU WILL NOT BELIEVE WHAT HAPPENED NEXT!!! SHOCKING!!! DOCTORS HATE THIS!!! READ MORE >>> CLICK <<<",
    "Sign in | Sign up | Forgot password? | Remember me [ ] | Language: EN | DE | FR | Cookies | Accept",
    "lottery winner number 4 8 15 16 23 42 claim prize $1,000,000 send fee western union @ claim.example!!!",
    "seo backlinks cheap backlinks buy backlinks rank #1 google seo expert seo service seo package seo $99",
    "SUBSCRIBE!!! LIKE!!! SHARE!!! COMMENT!!! HIT THE BELL!!! LINK IN BIO!!! <3 <3 <3 #follow #like4like",
)

_GOOD_WORDS = 40


def pages() -> list[Page]:
    """Return the crawl: each copy some way behind what it was copied from."""
    texts = {name: text if name == "poem" else " ".join(text.split()) for name, text in _TEXTS.items()}
    for name, (original, changes) in _COPIES.items():
        text = texts[original]
        for old, new in changes:
            text = text.replace(old, new)
        texts[name] = text
    return [Page(name, text) for name, text in texts.items()]


def good_texts() -> list[str]:
    """Return the paragraphs of forty words or more of the bundled tales."""
    paragraphs = data_path("tales.txt").read_text(encoding="utf-8").split("\n\n")
    return [text for text in paragraphs if len(text.split()) >= _GOOD_WORDS]


def bad_texts() -> list[str]:
    """Return twenty examples of what a crawl is full of: spam, menus, lists of words, logs, shouting."""
    return list(_JUNK)


@cache
def classifier() -> Quality:
    """Return the classifier of quality that these examples teach."""
    return Quality.fit(good_texts(), bad_texts())
