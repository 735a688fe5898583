"""The settings, in docs/settings.md, plugin.yaml, meltano.yml and .env.example."""

from __future__ import annotations

import json
import re
from importlib.metadata import metadata
from textwrap import indent, wrap
from typing import Any, Final

import yaml

from docs.generator.markdown import table
from docs.generator.tap import about, extractor, own_settings

DISTRIBUTION: Final = "adsfeed-tap-tiktok-ads"
PREFIX: Final = "TAP_TIKTOK_ADS_"
ENVIRONMENT_HEAD: Final = """\
# Copy this file to .env. A setting of the tap is called TAP_TIKTOK_ADS_ and its name in capitals.
# `tap-tiktok-ads-auth` writes the token and the app's id and secret.
"""
ENVIRONMENT_TAIL: Final = """\
# Your PostgreSQL. If it is not set, `make run` starts one in .meltano/postgres.
# DATABASE_URL=postgresql://user:password@localhost:5432/tiktok
# The same for target-postgres, if you call `meltano run` yourself.
# TARGET_POSTGRES_SQLALCHEMY_URL=postgresql+psycopg://user:password@localhost:5432/tiktok
"""


def settings_table() -> str:
    """Return the table of docs/settings.md."""
    rows = []
    for name, setting in own_settings().items():
        default = f"`{json.dumps(setting['default'])}`" if "default" in setting else ""
        secret = " Secret." if setting.get("secret") else ""
        rows.append((f"`{name}`", default, setting["description"] + secret))
    return table(("Setting", "Default", "Meaning"), rows)


def kind(name: str, setting: dict[str, Any]) -> str:
    """Return Meltano's name for the type of a setting."""
    types = [each for each in setting["type"] if each != "null"]
    if "enum" in setting:
        return "options"
    if name.endswith("_date"):
        return "date_iso8601"
    # Meltano 4.4 fails to pass a decimal setting to a plugin.
    return "string" if types[0] == "number" else str(types[0])


def meltano_settings() -> list[dict[str, Any]]:
    """Return the tap's settings as Meltano defines them."""
    found = []
    for name, setting in own_settings().items():
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
    """Return the plugin's definition for Meltano."""
    tap, plugin = about(), extractor()
    urls = dict(each.split(", ") for each in metadata(DISTRIBUTION).get_all("Project-URL", []))
    return {
        "name": tap["name"],
        "namespace": plugin["namespace"],
        "variant": DISTRIBUTION.removesuffix(f"-{tap['name']}"),
        "label": "TikTok Ads",
        "description": tap["description"],
        "docs": f"{urls['Repository']}#readme",
        "repo": urls["Repository"],
        "domain_url": "https://ads.tiktok.com",
        "maintenance_status": "beta",
        "quality": "unknown",
        "keywords": ["api", "meltano_sdk"],
        "pip_url": DISTRIBUTION,
        "supported_python_versions": tap["supported_python_versions"],
        **{name: plugin[name] for name in ("executable", "commands")},
        "capabilities": tap["capabilities"],
        "settings_group_validation": plugin["settings_group_validation"],
        "settings": meltano_settings(),
        "select": plugin["select"],
    }


def dump(content: Any) -> str:
    """Return YAML in the project's style."""
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=96)


def plugin_yaml(_: str = "") -> str:
    """Return plugin.yaml."""
    return dump(definition())


def meltano_yml(text: str) -> str:
    """Return meltano.yml with the settings of its first plugin, the tap, replaced."""
    block = re.compile(r"(?<=    settings:\n).*?(?=    config:\n)", re.DOTALL)
    return block.sub(lambda _: indent(dump(meltano_settings()), "    "), text, count=1)


def env_example(_: str = "") -> str:
    """Return .env.example: what says who reads what is left to fill in, the rest is commented."""
    plugin = extractor()
    required = {name for group in plugin["settings_group_validation"] for name in group}
    paragraphs = [ENVIRONMENT_HEAD]
    for name, setting in own_settings().items():
        comment = "".join(f"# {line}\n" for line in wrap(setting["description"], 98))
        value = plugin["config"].get(name, setting.get("default", ""))
        shown = value if isinstance(value, str) else json.dumps(value)
        hidden = "" if name in required else "# "
        paragraphs.append(f"{comment}{hidden}{PREFIX}{name.upper()}={shown}\n")
    return "\n".join([*paragraphs, ENVIRONMENT_TAIL])
