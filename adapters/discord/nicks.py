"""What people are called in a guild, as events told of late; pure."""

from collections import OrderedDict

_SIZE = 10_000


class Nicks:
    """Names by guild and user: the REST API tells only what people are called everywhere.

    The newest 10,000 are kept. Of others no name is known, and none is asked for.
    """

    def __init__(self) -> None:
        self._names: OrderedDict[tuple[str, str], str] = OrderedDict()

    def note(self, guild: str, user: str, name: str) -> None:
        """*user* is called *name* in *guild* from now on."""
        self._names[guild, user] = name
        self._names.move_to_end((guild, user))
        if len(self._names) > _SIZE:
            self._names.popitem(last=False)

    def of(self, guild: str, user: str, otherwise: str) -> str:
        """What *user* is called in *guild*; *otherwise* where nothing told of that."""
        return self._names.get((guild, user), otherwise)
