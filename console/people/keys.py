"""What tells the contacts of one source apart, also after it was read anew."""


class Keys:
    """Gives each contact of a source a key of its own: a uid, else name and company.

    One for all files of a source; the second with a key gets "#2", the third "#3". It remembers a
    number for each key, not the key, so that a million take little memory.
    """

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._counts: dict[int, int] = {}

    def key(self, uid: str, name: str, company: str) -> str:
        """The key of a contact; never the same twice."""
        return self.unique(uid or f"{name}|{company}")

    def unique(self, key: str) -> str:
        """The key itself, or with a count behind it if it was there before."""
        marked, which = key, hash(key)
        if which in self._seen:
            count = self._counts.get(which, 1)
            while hash(marked) in self._seen:
                count += 1
                marked = f"{key}#{count}"
            self._counts[which] = count
        self._seen.add(hash(marked))
        return marked
