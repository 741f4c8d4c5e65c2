"""Write a name that a release gives in capitals as other releases write it, or its words."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

WORD = re.compile(r"[A-Za-z0-9&'’.]+")
SMALL = {"a", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}


@dataclass
class Casing:
    """How names and words are written where they are not in capitals throughout."""

    names: dict[str, str] = field(default_factory=dict)
    words: dict[str, Counter[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Iterable[str]) -> "Casing":
        """Learn from names, the last of equals counting."""
        found = cls()
        for name in names:
            if name.isupper():
                continue
            found.names[name.casefold()] = name
            for word in WORD.findall(name):
                found.words.setdefault(word.casefold(), Counter())[word] += 1
        return found

    def readable(self, name: str) -> str:
        """Return a name in capitals as it is written elsewhere, else word by word.

        One word alone stays, as it may be an acronym; so does what is bracketed or no word.
        """
        if not name.isupper() or len(name.split()) == 1:
            return name
        if name.casefold() in self.names:
            return self.names[name.casefold()]
        return WORD.sub(lambda found: self._word(found, name), name)

    def _word(self, found: re.Match[str], name: str) -> str:
        word = found[0]
        if found.start() and word.casefold() in SMALL:
            return word.lower()
        if word.casefold() in self.words:
            seen = self.words[word.casefold()].most_common(1)[0][0]
            return seen if found.start() else f"{seen[:1].upper()}{seen[1:]}"
        is_bracketed = name[found.start() - 1 : found.start()] == "("
        if is_bracketed or any(c.isdigit() for c in word) or not re.search("[AEIOUY]", word):
            return word
        return word.capitalize()
