# Each target makes its virtual environment first. GNU make 3.81 (macOS) and later.
# PYTHON=/path/to/python3.12 chooses the interpreter; pip's own PIP_* variables are obeyed.

.PHONY: help run test soak check bench lock runtime development
.DEFAULT_GOAL := help

PYTHON_HERE := .venv/bin/python

help:
	@echo 'make run     talk to the bot: on your platforms if their tokens are set, else in a sandbox'
	@echo 'make test    all tests, and how much of the code they reach'
	@echo 'make soak    storms and crowds in full, which takes minutes'
	@echo 'make check   format, lint, types, architecture'
	@echo 'make bench   what the program costs, measured against the sandbox'
	@echo 'make lock    renew the locked requirements'

# One token of a platform, in the environment or in .env, is enough to mean that platform:
# what is missing from the set, the bot itself says best.
TOKENS := (SLACK_BOT_TOKEN|SLACK_APP_TOKEN|SLACK_SIGNING_SECRET|DISCORD_BOT_TOKEN)(_FILE)?
BLANK := [[:space:]]*

run: runtime
	@if { env; cat .env 2>/dev/null; } | \
	    grep -Eq "^$(BLANK)(export )?$(BLANK)$(TOKENS)$(BLANK)=$(BLANK)[\"']?[^\"'#[:space:]]"; \
	then exec $(PYTHON_HERE) -m bot run; \
	else exec $(PYTHON_HERE) -m bot sandbox; fi

# Five, whatever the machine has: the tests mostly wait for their own servers.
test: development
	@$(PYTHON_HERE) -m pytest -n 5 \
	    --cov --cov-report term:skip-covered --cov-fail-under 95

soak: development
	@$(PYTHON_HERE) -m pytest -m soak -s tests/soak

check: development
	@$(PYTHON_HERE) -m ruff format --check .
	@$(PYTHON_HERE) -m ruff check .
	@$(PYTHON_HERE) -m mypy
	@$(PYTHON_HERE) -m pyright
	@.venv/bin/lint-imports --no-logo

bench: development
	@if [ -e bench/__main__.py ]; then exec $(PYTHON_HERE) -m bench; \
	else echo 'There is no benchmark yet: bench/ is missing.'; fi

# Universal: one file serves each system and each Python that we support.
LOCK := $(PYTHON_HERE) -m uv --quiet pip compile pyproject.toml --upgrade --universal \
    --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links

lock: development
	@$(LOCK) --output-file requirements.txt
	@$(LOCK) --group dev --constraint requirements.txt --output-file requirements-dev.txt
	@echo 'Locked. Next: make check test'

runtime:
	@sh .ci/environment requirements.txt

development:
	@sh .ci/environment requirements-dev.txt
