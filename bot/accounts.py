"""Shell: what was used, read from the store for an operator, beside a bot that runs or without."""

from bot.settings import Settings
from bot.store import Server, opened
from bot.usage import TOTAL, Report

CLIENT = "parley-usage"  # what the store's server calls us in its list of clients


async def used(settings: Settings, days: int) -> Report:
    """What everybody used on the newest *days* days, from the store that `run` would use.

    Raises SetupError or StoreError where that store cannot be had.
    """
    at = (
        Server(settings.data_dir, binary=settings.redis_server)
        if settings.redis_url is None
        else settings.redis_url.get_secret_value()
    )
    async with opened(at, name=CLIENT) as store:
        return await store.ledger.report(TOTAL, days)
