# The two commands of the README are `make demo` and `make test`. Both set up everything they need.
.POSIX:
.PHONY: demo test lint clean

VENV = .venv
RUN = $(VENV)/bin

demo: $(VENV)/installed
	@$(RUN)/depesche demo

test: $(VENV)/installed-dev
	@$(RUN)/ruff format --check .
	@$(RUN)/ruff check .
	@$(RUN)/mypy
	@$(RUN)/python -m pytest -n 2

# Writes everything in the one form that `make test` asks for.
lint: $(VENV)/installed-dev
	@$(RUN)/ruff format .
	@$(RUN)/ruff check --fix .
	@$(RUN)/mypy

$(VENV)/installed: pyproject.toml scripts/make_venv.sh
	@sh scripts/make_venv.sh $(VENV)
	@echo "Installing Depesche into $(VENV) ..."
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV)
