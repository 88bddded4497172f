"""Shell: what an operator reads of the store, beside a bot that runs or without."""

from collections.abc import Mapping

from bot.settings import Override, Settings
from bot.store import Server, opened
from bot.usage import TOTAL, Report

CLIENT = "parley-account"  # what the store's server calls us in its list of clients
PATIENCE = 3.0  # seconds: a person waits for it, and the store runs already or is not there


async def used(settings: Settings, days: int) -> Report:
    """What everybody used on the newest *days* days, from the store that `run` would use.

    Raises SetupError or StoreError where that store cannot be had.
    """
    async with opened(_store(settings), name=CLIENT, patience=PATIENCE) as store:
        return await store.ledger.report(TOTAL, days)


async def changed(settings: Settings) -> Mapping[str, Override]:
    """What was changed by command, by place, from the store that `run` would use.

    A store of our own that was never opened is not opened for this. Raises SetupError or
    StoreError where the store cannot be had.
    """
    if settings.redis_url is None and not settings.data_dir.exists():
        return {}
    async with opened(_store(settings), name=CLIENT, patience=PATIENCE) as store:
        return await store.overrides.read()


def _store(settings: Settings) -> str | Server:
    if settings.redis_url is None:
        return Server(settings.data_dir, binary=settings.redis_server)
    return settings.redis_url.get_secret_value()
