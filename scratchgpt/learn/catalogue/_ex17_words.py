"""Words of the exercises of lesson 17, with their sounds."""

# Words and their phones, as the dictionary has them; of some, several pronunciations.
SAID = {
    word: [tuple(phones.split()) for phones in each.split(" / ")]
    for word, each in {
        "again": "AH0 G EH1 N / AH0 G EY1 N",
        "amaze": "AH0 M EY1 Z",
        "bequeath": "B IH0 K W IY1 DH",
        "close": "K L OW1 S / K L OW1 Z",
        "day": "D EY1",
        "desire": "D IH0 Z AY1 ER0",
        "dexterity": "D EH0 K S T EH1 R AH0 T IY0",
        "does": "D AH1 Z / D OW1 Z",
        "fire": "F AY1 ER0 / F AY1 R",
        "gaze": "G EY1 Z",
        "heath": "HH IY1 TH",
        "liar": "L AY1 R",
        "measure": "M EH1 ZH ER0",
        "men": "M EH1 N",
        "pain": "P EY1 N",
        "pen": "P EH1 N",
        "posterity": "P AA0 S T EH1 R AH0 T IY0",
        "sea": "S IY1",
        "see": "S IY1",
        "sun": "S AH1 N",
        "son": "S AH1 N",
        "thee": "DH IY1",
        "treasure": "T R EH1 ZH ER0",
        "wind": "W IH1 N D / W AY1 N D",
        "find": "F AY1 N D",
        "th'": "TH",
        "sh": "SH",
        "way": "W EY1",
        "rain": "R EY1 N",
        "read": "R IY1 D / R EH1 D",
        "red": "R EH1 D",
        "vain": "V EY1 N",
        "ten": "T EH1 N",
    }.items()
}
