"""The tap's settings are the same wherever they stand, and plugin.yaml is what the Hub wants.

``python -m tests.project.test_plugin`` writes plugin.yaml and the settings in meltano.yml anew.
"""

from __future__ import annotations

import fnmatch
import json
import re
from importlib.metadata import metadata
from textwrap import indent
from typing import Any

import yaml

from tap_tiktok_ads.tap import TapTikTokAds
from tests.conftest import discovered
from tests.project.test_project import BUILT_IN, PROJECT, TAP, about

PLUGIN = PROJECT / "plugin.yaml"
MELTANO = PROJECT / "meltano.yml"
EXAMPLE = PROJECT / ".env.example"
REPOSITORY = dict(
    each.split(", ") for each in metadata(TapTikTokAds.package_name).get_all("Project-URL", [])
)["Repository"]

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


def kind(name: str, setting: dict[str, Any]) -> str:
    """Meltano's word for what a setting takes."""
    types = [each for each in setting["type"] if each != "null"]
    if "enum" in setting:
        return "options"
    if name.endswith("_date"):
        return "date_iso8601"
    # Meltano 4.4 can't hand over a decimal setting.
    return "string" if types[0] == "number" else types[0]


def settings() -> list[dict[str, Any]]:
    """The settings that ``--about`` tells, as Meltano wants them."""
    found = []
    for name, setting in about()["settings"]["properties"].items():
        if name in BUILT_IN:
            continue
        entry = {"name": name, "label": setting["title"], "kind": kind(name, setting)}
        if setting.get("secret"):
            entry["sensitive"] = True
        if "default" in setting:
            entry["value"] = setting["default"]
        if "enum" in setting:
            entry["options"] = [
                {"label": each.replace("_", " ").capitalize(), "value": each}
                for each in setting["enum"]
            ]
        found.append({**entry, "description": setting["description"]})
    return found


def definition() -> dict[str, Any]:
    """What plugin.yaml holds."""
    tap = about()
    return {
        "name": tap["name"],
        "namespace": TAP["namespace"],
        "variant": TapTikTokAds.package_name.removesuffix(f"-{tap['name']}"),
        "label": "TikTok Ads",
        "description": tap["description"],
        "docs": f"{REPOSITORY}#readme",
        "repo": REPOSITORY,
        "domain_url": "https://ads.tiktok.com",
        "maintenance_status": "beta",
        "quality": "unknown",
        "keywords": ["api", "meltano_sdk"],
        "pip_url": TapTikTokAds.package_name,
        "supported_python_versions": tap["supported_python_versions"],
        **{name: TAP[name] for name in ("executable", "commands")},
        "capabilities": tap["capabilities"],
        "settings_group_validation": TAP["settings_group_validation"],
        "settings": settings(),
        "select": TAP["select"],
    }


def dumped(content: Any) -> str:
    """YAML as the project writes it."""
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=96)


def with_settings(meltano: str) -> str:
    """Put the settings into meltano.yml, where the first plugin has them."""
    block = re.compile(r"(?<=    settings:\n).*?(?=    config:\n)", re.DOTALL)
    return block.sub(lambda _: indent(dumped(settings()), "    "), meltano, count=1)


def test_the_plugin_definition_is_up_to_date() -> None:
    assert PLUGIN.read_text("utf-8") == dumped(definition())


def test_the_settings_in_meltano_are_up_to_date() -> None:
    assert TAP["settings"] == settings()


def test_meltano_has_the_capabilities_that_about_tells() -> None:
    assert TAP["capabilities"] == about()["capabilities"]


def test_the_example_environment_has_every_setting_with_its_default() -> None:
    shown = dict(re.findall(r"(?m)^(?:# )?TAP_TIKTOK_ADS_([A-Z_]+)=(.*)$", EXAMPLE.read_text()))
    defaults = {each["name"]: each["value"] for each in settings() if "value" in each}
    assert set(shown) == {each["name"].upper() for each in settings()}
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
    secret = [each for each in settings() if each.get("sensitive")]
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


if __name__ == "__main__":
    PLUGIN.write_text(dumped(definition()), "utf-8")
    MELTANO.write_text(with_settings(MELTANO.read_text("utf-8")), "utf-8")
