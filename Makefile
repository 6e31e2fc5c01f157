# A fresh Debian 12 with git, make and python3-venv is enough for every target.
PYTHON ?= python3

# Two virtual environments in one: the demo stops at ansible-core and requests, the tests add the rest.
CORE := ansible-core>=2.17
EMULATOR_REQUIREMENTS := $(wildcard roles/emulator/files/requirements.txt)
VENV := .venv/bin/python
RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
TREE := .collections/ansible_collections/rollout/posthog

# Ansible finds the checkout, wherever it lies, as rollout.posthog. Python does not read Ansible's variable, hence two.
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/.collections
export PYTHONPATH := $(CURDIR)/.collections
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Ansible refuses to start without UTF-8; C.UTF-8 is the one such locale that every Debian has.
export LC_ALL := C.UTF-8
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint thorough bench docs setup clean

help:
	@echo "make demo    roll out the example project on a local PostHog emulator"
	@echo "make test    run every check (under 30 minutes); make lint runs the quick ones"
	@echo "make thorough  run what make test leaves out: more releases, hosts and versions of the same"
	@echo "make bench   measure requests, time, memory; make docs renders the module documentation"
	@echo "make clean   stop the emulator and remove all that make created"

demo: $(RUNTIME) $(TREE)
	ansible-playbook -i inventories/local playbooks/site.yml

test: setup
	@python tests/tools/steps.py test

lint: setup
	@python tests/tools/steps.py lint

thorough: setup
	@python tests/tools/steps.py thorough

bench: setup
	@python tests/benchmark

docs: setup
	@sh tests/tools/docs.sh

setup: $(DEVELOPMENT) $(TREE)

# The demo's emulator outlives the playbook that started it, so it is stopped first.
clean:
	-@test ! -x .venv/bin/ansible || ansible emulator -i inventories/local \
		-m ansible.builtin.include_role -a name=rollout.posthog.emulator -e emulator_state=absent
	rm -rf .venv .collections .build .cache

$(VENV):
	@$(PYTHON) -c 'import ensurepip' || { echo "Please install python3-venv (apt-get install python3-venv)."; exit 1; }
	$(PYTHON) -m venv .venv

$(RUNTIME): requirements.txt | $(VENV)
	$(VENV) -m pip install -qq '$(CORE)' -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(EMULATOR_REQUIREMENTS) $(RUNTIME)
	$(VENV) -m pip install -qq -r requirements-dev.txt $(EMULATOR_REQUIREMENTS:%=-r %)
	@touch $@

$(TREE):
	mkdir -p $(dir $@)
	ln -sfn ../../.. $@
