"""The tap's settings are the same wherever they stand, and plugin.yaml is what the Hub wants."""

from __future__ import annotations

import fnmatch
import json
import re

import yaml

from docs.generator.settings import definition, meltano_settings
from docs.generator.tap import PROJECT, about, extractor
from tests.conftest import discovered

PLUGIN = PROJECT / "plugin.yaml"
EXAMPLE = PROJECT / ".env.example"
TAP = extractor()

#: What a definition on the Hub may hold, and what it must.
ALLOWED = {
    *("capabilities", "commands", "definition", "description", "docs", "domain_url", "executable"),
    *("hidden", "keywords", "label", "log_parser", "logo_url", "maintenance_status", "metadata"),
    *("name", "namespace", "next_steps", "pip_url", "prereq", "python", "quality", "repo"),
    *("requires", "schema", "select", "settings", "settings_group_validation"),
    *("settings_preamble", "supported_python_versions", "usage", "variant"),
}
REQUIRED = {"label", "name", "namespace", "quality", "variant"}
SETTING = {
    *("aliases", "description", "docs", "env", "kind", "label", "name", "options", "placeholder"),
    *("sensitive", "value"),
}
KINDS = {
    *("array", "boolean", "date_iso8601", "decimal", "email", "file", "integer", "object"),
    *("options", "string"),
}
CAPABILITIES = {
    *("about", "activate-version", "batch", "catalog", "discover", "log-based"),
    *("schema-flattening", "state", "stream-maps", "structured-logging", "test"),
}


def test_the_plugin_definition_and_meltano_have_the_taps_settings() -> None:
    assert yaml.safe_load(PLUGIN.read_text("utf-8")) == definition()
    assert TAP["settings"] == meltano_settings()


def test_meltano_has_the_capabilities_that_about_tells() -> None:
    assert TAP["capabilities"] == about()["capabilities"]


def test_the_example_environment_has_every_setting_with_its_default() -> None:
    shown = dict(re.findall(r"(?m)^(?:# )?TAP_TIKTOK_ADS_([A-Z_]+)=(.*)$", EXAMPLE.read_text()))
    defaults = {each["name"]: each["value"] for each in meltano_settings() if "value" in each}
    assert set(shown) == {each["name"].upper() for each in meltano_settings()}
    for name, value in {**defaults, **TAP["config"]}.items():
        assert shown[name.upper()] == (value if isinstance(value, str) else json.dumps(value))


def test_the_example_environment_sets_nothing_but_who_reads() -> None:
    lines = re.findall(r"(?m)^[A-Z_]+=.*$", EXAMPLE.read_text())
    names = dict.fromkeys(name for group in TAP["settings_group_validation"] for name in group)
    assert lines == [f"TAP_TIKTOK_ADS_{name.upper()}=" for name in names]


def test_the_definition_holds_what_the_hub_takes() -> None:
    found = definition()
    assert set(found) >= REQUIRED
    assert set(found) <= ALLOWED
    assert set(found["capabilities"]) <= CAPABILITIES
    for setting in found["settings"]:
        assert set(setting) <= SETTING
        assert setting["kind"] in KINDS
        assert setting["label"]
        assert setting["description"].endswith(".")


def test_secrets_have_no_default_and_are_marked() -> None:
    secret = [each for each in meltano_settings() if each.get("sensitive")]
    assert [each["name"] for each in secret] == ["access_token", "app_id", "app_secret"]
    assert not any("value" in each for each in secret)


def test_either_account_ids_or_the_app_complete_the_token() -> None:
    assert definition()["settings_group_validation"] == [
        ["access_token", "advertiser_ids"],
        ["access_token", "app_id", "app_secret"],
    ]


def test_what_is_selected_by_default_is_in_the_catalogue() -> None:
    columns = [
        f"{stream['tap_stream_id']}.{column}"
        for stream in json.loads(discovered())["streams"]
        for column in stream["schema"]["properties"]
    ]
    assert [each for each in TAP["select"] if not fnmatch.filter(columns, each)] == []
