"""The rules of the house: imports by import-linter, the rest read off the syntax trees."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator

from tests.house.sources import ROOT, Located, Module, modules, none_of, room_of, within

PRODUCT = ("bot", "adapters", "sandbox", "bench")
ROOMS = ("bot", "adapters", "bench")  # the sandbox is the world: all of it acts

# A room of these is pure unless it is named here as one that acts. What acts may wait,
# log, look at the clock and speak to the world; what is pure does not even import what does.
ACTING = frozenset(
    {
        "adapters.discord",
        "adapters.discord.adapter",
        "adapters.discord.backfill",
        "adapters.discord.calls",
        "adapters.discord.client",
        "adapters.discord.commanding",
        "adapters.discord.connection",
        "adapters.discord.deferring",
        "adapters.discord.gateway",
        "adapters.discord.invite",
        "adapters.discord.listening",
        "adapters.discord.pages",
        "adapters.discord.past",
        "adapters.discord.places",
        "adapters.discord.private",
        "adapters.discord.setup",
        "adapters.discord.thread",
        "adapters.discord.web",
        "adapters.discord.webhook",
        "adapters.slack",
        "adapters.slack.adapter",
        "adapters.slack.app",
        "adapters.slack.commanding",
        "adapters.slack.connection",
        "adapters.slack.listening",
        "adapters.slack.logs",
        "adapters.slack.lookups",
        "adapters.slack.people",
        "adapters.slack.pressing",
        "adapters.slack.quota",
        "adapters.slack.proxies",
        "adapters.slack.setup",
        "adapters.slack.status",
        "adapters.slack.thread",
        "adapters.slack.web",
        "bench.__main__",
        "bench.asking",
        "bench.burst",
        "bench.catalogue",
        "bench.crowd",
        "bench.idle",
        "bench.lag",
        "bench.population",
        "bench.stage",
        "bench.store",
        "bench.usage",
        "bot.__main__",
        "bot.accounts",
        "bot.answering",
        "bot.app",
        "bot.asking",
        "bot.caps",
        "bot.claude",
        "bot.claude.client",
        "bot.claude.keyed",
        "bot.claude.models",
        "bot.closing",
        "bot.delivery",
        "bot.desk",
        "bot.forgetting",
        "bot.governing",
        "bot.health",
        "bot.inquiry",
        "bot.logs",
        "bot.pacer",
        "bot.panel",
        "bot.pressing",
        "bot.reading",
        "bot.reply",
        "bot.reception",
        "bot.quieting",
        "bot.responder",
        "bot.roster",
        "bot.spending",
        "bot.statement",
        "bot.store",
        "bot.store.bookmarks",
        "bot.store.claims",
        "bot.store.configuration",
        "bot.store.connection",
        "bot.store.conversations",
        "bot.store.engine",
        "bot.store.follow_ups",
        "bot.store.nudges",
        "bot.store.ledger",
        "bot.store.opening",
        "bot.store.overrides",
        "bot.store.people",
        "bot.store.roll",
        "bot.store.scripts",
        "bot.store.server",
        "bot.store.signatures",
        "bot.store.slots",
        "bot.store.throttle",
        "bot.tenure",
    }
)
IMPURE = frozenset(
    {
        "aiohttp", "asyncio", "concurrent", "logging", "multiprocessing", "os", "random", "secrets",
        "select", "signal", "socket", "structlog", "subprocess", "tempfile", "threading",
        "time", "urllib.request", "uuid",
    }
)  # fmt: skip

# The command line hands the environment to bot.settings; the sandbox starts the bot as a child.
READS_ENVIRONMENT = frozenset({"bot.settings", "bot.__main__", "sandbox.house", "bench.__main__"})
ROOT_ROOMS = frozenset({"bot.app", "bot.__main__"})


def is_pure(module: Module) -> bool:
    return module.name not in ACTING


def is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(ast.unparse(one) in {"Exception", "BaseException"} for one in caught)


def is_lazy(module: Module, node: Located) -> bool:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return any(
        node in ast.walk(outer) for outer in ast.walk(module.tree) if isinstance(outer, functions)
    )


def loose_tasks(module: Module) -> Iterator[Located]:
    """Tasks that no TaskGroup waits for."""
    for call, name in module.calls():
        owner, _, verb = name.rpartition(".")
        from_loop = owner.endswith(("loop", ")"))
        if verb == "ensure_future" or (
            verb == "create_task" and (owner in {"", "asyncio"} or from_loop)
        ):
            yield call


def test_the_contracts_about_imports_are_kept() -> None:
    lint = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_logo=True))"
    ran = subprocess.run(
        [sys.executable, "-c", lint],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_room_that_acts_exists() -> None:
    assert {module.name for module in modules(*ROOMS)} >= ACTING


def test_pure_rooms_neither_wait_log_look_at_the_clock_throw_dice_nor_touch_the_system() -> None:
    rooms = modules(*ROOMS)
    names = frozenset(module.name for module in rooms)
    none_of(
        [
            f"{module.at(node)} imports {name}"
            for module in rooms
            if is_pure(module)
            for node, name in module.imports()
            if within(name, IMPURE) or room_of(name, names) in ACTING
        ]
    )


def test_pure_rooms_are_handed_the_time() -> None:
    none_of(
        [
            f"{module.at(call)} calls {name}"
            for module in modules(*ROOMS)
            if is_pure(module)
            for call, name in module.calls()
            if name.split(".")[-1] in {"now", "today", "utcnow"}
        ]
    )


def test_the_environment_is_read_in_one_place() -> None:
    none_of(
        [
            f"{module.at(node)} reads the environment"
            for module in modules(*PRODUCT)
            if not within(module.name, READS_ENVIRONMENT)
            for node, name in [*module.imports(), *module.attributes()]
            if name in {"os.environ", "os.environb", "os.getenv"}
        ]
    )


def test_the_core_meets_a_platform_only_when_it_needs_it() -> None:
    none_of(
        [
            f"{module.at(node)} imports {name}"
            for module in modules("bot")
            for node, name in module.imports()
            if within(name, frozenset({"adapters", "sandbox"}))
            and not (module.name in ROOT_ROOMS and is_lazy(module, node))
        ]
    )


def test_a_task_outside_a_task_group_says_beside_it_who_waits_for_it() -> None:
    none_of(
        [
            module.at(call)
            for module in modules(*PRODUCT)
            for call in loose_tasks(module)
            if not module.has_reason(call)
        ]
    )


def test_an_except_that_catches_everything_says_beside_it_why() -> None:
    none_of(
        [
            module.at(node)
            for module in modules(*PRODUCT, "tests")
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ExceptHandler)
            and is_broad(node)
            and not module.has_reason(node)
        ]
    )


def test_no_test_mocks_patches_or_skips() -> None:
    forbidden = re.compile(
        r"(unittest|mock|pytest_mock)\b.*"
        r"|pytest\.(mark\.)?(skip|skipif|xfail|importorskip)"
        r"|monkeypatch\.(setattr|delattr|setitem|delitem)"
    )
    none_of(
        [
            f"{module.at(node)} uses {name}"
            for module in modules("tests")
            for node, name in [*module.imports(), *module.attributes()]
            if forbidden.fullmatch(name)
        ]
    )
