from pathlib import Path

import pytest

from bot.settings import SlackSettings, read
from tests.bot.settings.written import complaints_of, settings_of


def test_nothing_written_is_a_good_setting(tmp_path: Path) -> None:
    settings = read({}, tmp_path)
    assert (settings.language, settings.anthropic_api_key, settings.slack) == ("en", None, None)
    assert (settings.redis_url, settings.redis_server, settings.port) == (None, None, None)
    assert settings.data_dir == tmp_path / "data"
    assert (settings.log_level, settings.log_format) == ("INFO", "text")
    assert (settings.claude.patience_wait, settings.claude.patience_turn) == (60, 300)
    assert (settings.limits.answers_user, settings.limits.answers_channel) == (3, 20)
    assert not settings.source.exists


def test_every_variable_reaches_its_setting(tmp_path: Path) -> None:
    server = tmp_path / "a-server"
    server.touch(mode=0o755)
    settings = read(
        {
            "ANTHROPIC_API_KEY": "sk-ant-1",
            "ANTHROPIC_BASE_URL": "http://127.0.0.1:1234",
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_APP_TOKEN": "xapp-1",
            "SLACK_SIGNING_SECRET": "signed",
            "SLACK_API_URL": "https://slack-gov.com/api/",
            "DISCORD_BOT_TOKEN": "dis.cord",
            "DISCORD_API_URL": "http://localhost:1/api",
            "REDIS_URL": "rediss://:pw@there:6380/1",
            "BOT_REDIS_SERVER": str(server),
            "BOT_DATA_DIR": "elsewhere",
            "PORT": "8080",
            "LOG_LEVEL": "debug",
            "LOG_FORMAT": "json",
        },
        tmp_path,
    )
    assert settings.anthropic_api_key
    assert settings.anthropic_api_key.get_secret_value() == "sk-ant-1"
    assert settings.anthropic_base_url == "http://127.0.0.1:1234"
    assert isinstance(settings.slack, SlackSettings)
    assert settings.slack.bot_token.get_secret_value() == "xoxb-1"
    assert settings.slack.app_token
    assert settings.slack.app_token.get_secret_value() == "xapp-1"
    assert settings.slack.signing_secret
    assert settings.slack.signing_secret.get_secret_value() == "signed"
    assert settings.slack.api_url == "https://slack-gov.com/api/"
    assert settings.discord
    assert settings.discord.bot_token.get_secret_value() == "dis.cord"
    assert settings.discord.api_url == "http://localhost:1/api"
    assert settings.redis_url
    assert settings.redis_url.get_secret_value() == "rediss://:pw@there:6380/1"
    assert settings.redis_server == server
    assert settings.data_dir == tmp_path / "elsewhere"
    assert settings.port == 8080
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")


def test_only_the_environment_handed_in_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "8080")
    monkeypatch.setenv("LANGUAGE", "ja")  # gettext's, and no key of ours
    settings = read({}, tmp_path)
    assert (settings.port, settings.language, settings.source.variables) == (None, "en", {})


def test_the_environment_wins_over_the_env_file(tmp_path: Path) -> None:
    env = "PORT=1\nLOG_FORMAT=json  # a comment\nSOMETHING_ELSE=7\n"
    settings = settings_of(tmp_path, env=env, PORT="2")
    assert (settings.port, settings.log_format) == (2, "json")
    assert settings.source.variables == {"PORT": "environment", "LOG_FORMAT": ".env"}


def test_files_may_begin_with_the_byte_order_mark_of_a_windows_editor(tmp_path: Path) -> None:
    mark = "\ufeff"
    (tmp_path / "key").write_text(f"{mark}sk-ant-9\n", encoding="utf-8")
    settings = settings_of(
        tmp_path,
        f'{mark}language = "ja"\r\n',
        env=f"{mark}PORT=8080\r\nANTHROPIC_API_KEY_FILE=key\r\n",
    )
    assert (settings.language, settings.port) == ("ja", 8080)
    assert settings.anthropic_api_key
    assert settings.anthropic_api_key.get_secret_value() == "sk-ant-9"
    assert settings.source.near_misses == ()


@pytest.mark.parametrize("scheme", ["redis", "rediss", "unix", "valkey", "valkeys"])
def test_each_scheme_that_the_store_speaks_is_an_address(tmp_path: Path, scheme: str) -> None:
    settings = settings_of(tmp_path, REDIS_URL=f"{scheme}://there/1")
    assert settings.redis_url
    assert settings.redis_url.get_secret_value() == f"{scheme}://there/1"


def test_a_prompt_may_have_lines_and_tabs(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, '[defaults]\nprompt = """a\n\tb\n"""\n')
    assert settings.defaults.prompt == "a\n\tb\n"


def test_what_is_blank_is_absent(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path, env="PORT=8080\nLOG_LEVEL=\nLOG_FORMAT\n", PORT="", BOT_CONFIG="  "
    )
    assert settings.port == 8080
    assert settings.source.variables == {"PORT": ".env"}


def test_blanks_around_a_value_are_no_part_of_it(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, env="LOG_LEVEL=' debug '\n", LOG_FORMAT=" json\n")
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")


def test_a_secret_may_stand_in_a_file_and_loses_its_line_break(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-ant-9\n")
    settings = settings_of(tmp_path, ANTHROPIC_API_KEY_FILE="key")
    assert settings.anthropic_api_key
    assert settings.anthropic_api_key.get_secret_value() == "sk-ant-9"
    assert settings.source.variables == {"ANTHROPIC_API_KEY": "ANTHROPIC_API_KEY_FILE"}


def test_a_secret_in_the_environment_wins_over_a_file_that_the_env_file_names(
    tmp_path: Path,
) -> None:
    env = "ANTHROPIC_API_KEY_FILE=/nowhere\n"
    settings = settings_of(tmp_path, env=env, ANTHROPIC_API_KEY="sk-ant-1")
    assert settings.source.variables == {"ANTHROPIC_API_KEY": "environment"}


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    told = complaints_of(tmp_path, REDIS_URL="redis://h", REDIS_URL_FILE="url")
    assert told == ["environment: REDIS_URL and REDIS_URL_FILE are both set; keep one of them"]


def test_a_secrets_file_that_cannot_be_used_is_named_and_never_quoted(tmp_path: Path) -> None:
    empty, binary = tmp_path / "empty", tmp_path / "binary"
    empty.write_text(" \n")
    binary.write_bytes(b"\xff\xfesecret")
    told = complaints_of(
        tmp_path,
        ANTHROPIC_API_KEY_FILE="nowhere",
        SLACK_BOT_TOKEN_FILE=str(empty),
        SLACK_APP_TOKEN_FILE=str(binary),
        REDIS_URL_FILE=str(tmp_path),
    )
    assert told == [
        f"ANTHROPIC_API_KEY_FILE: {tmp_path}/nowhere: cannot be read (No such file or directory)",
        f"SLACK_BOT_TOKEN_FILE: {empty}: the file is empty",
        f"SLACK_APP_TOKEN_FILE: {binary}: the file cannot be read as text in UTF-8",
        f"REDIS_URL_FILE: {tmp_path}: cannot be read (Is a directory)",
    ]


def test_what_a_secrets_file_holds_is_judged_and_never_quoted(tmp_path: Path) -> None:
    (tmp_path / "two").write_text("xoxb-1\nxoxb-2\n")
    (told,) = complaints_of(tmp_path, SLACK_BOT_TOKEN_FILE="two")
    assert told.startswith("SLACK_BOT_TOKEN_FILE: SLACK_BOT_TOKEN: the value holds a blank, a line")
    assert "xoxb" not in told


def test_a_line_of_the_env_file_that_sets_nothing_is_named_and_never_quoted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told = complaints_of(tmp_path, env="PORT=1\nmy secret sentence\n")
    assert told == [".env: line 2 is not of the form NAME=value"]
    assert not caplog.records


def test_an_env_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PORT=\xff")
    (tmp_path / "bot.toml").write_bytes(b'language = "\xff"')
    with pytest.raises(Exception, match=r"\.env: .*UTF-8") as refused:
        read({}, tmp_path)
    assert "bot.toml: the file cannot be read as text in UTF-8" in str(refused.value)


@pytest.mark.parametrize("name", ["elsewhere.toml", "./elsewhere.toml"])
def test_the_configuration_file_may_have_another_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere.toml").write_text('language = "ja"')
    settings = settings_of(tmp_path, 'language = "en"', BOT_CONFIG=name)
    assert settings.language == "ja"
    assert (settings.source.file, settings.source.exists) == (name, True)


def test_a_configuration_file_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    (told,) = complaints_of(tmp_path, BOT_CONFIG="botty.toml")
    assert told.startswith("botty.toml: there is no such file; BOT_CONFIG names")


def test_a_folder_in_place_of_the_configuration_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bot.toml").mkdir()  # a container's volume that named a missing file
    assert complaints_of(tmp_path)[0].startswith("bot.toml: there is no such file")


def test_malformed_toml_is_told_with_line_and_column(tmp_path: Path) -> None:
    (told,) = complaints_of(tmp_path, 'language = "en"\n[defaults\n')
    assert told.startswith("bot.toml: not valid TOML: ")
    assert "line 2, column 10" in told


@pytest.mark.parametrize("text", ["a = " + "9" * 5_000, "a = " + "[" * 50_000])
def test_toml_that_no_parser_bears_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    (told,) = complaints_of(tmp_path, text)
    assert told.startswith("bot.toml: ")


def test_a_server_binary_is_found_by_its_name_or_its_path(tmp_path: Path) -> None:
    binary = tmp_path / "bin" / "some-server"
    binary.parent.mkdir()
    binary.touch(mode=0o755)
    by_name = settings_of(tmp_path, BOT_REDIS_SERVER="some-server", PATH=str(binary.parent))
    by_path = settings_of(tmp_path, BOT_REDIS_SERVER="bin/some-server")
    assert by_name.redis_server == by_path.redis_server == binary


def test_a_server_binary_that_cannot_be_started_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plain").touch(mode=0o644)
    told = complaints_of(tmp_path, BOT_REDIS_SERVER="plain", PATH=str(tmp_path))
    assert told == ['environment: BOT_REDIS_SERVER: "plain" is no program that can be started']


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    told = complaints_of(
        tmp_path, "langauge = 1\n[limits]\nanswers_user = -1\n", env="PORT=http\n", LOG_LEVEL="loud"
    )
    assert [line.partition(": ")[0] for line in told] == [".env", "environment"] + ["bot.toml"] * 2


def test_a_near_miss_of_a_variable_is_noted_unless_the_right_one_is_there(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        env="SLACK_APPTOKEN=x\nredis_url=y\n",
        ANTHROPIC_APIKEY="z",
        LOGLEVEL="w",
        LOG_LEVEL="INFO",
        EXPORT="v",
    )
    assert settings.source.near_misses == (
        ("ANTHROPIC_APIKEY", "ANTHROPIC_API_KEY"),
        ("SLACK_APPTOKEN", "SLACK_APP_TOKEN"),
        ("redis_url", "REDIS_URL"),
    )
