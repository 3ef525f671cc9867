"""Which static files are collected, and how they are named and compressed."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HallStatic(StaticFilesConfig):
    """Leaves out what packages ship for people who build their own, and pages that we do not show: 60 MB."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "redoc",
        "rest_framework",
        "*.map",
        "*.ts",
        "*.gz",
        "*.mjs",
        "*.amd.js",
        "*.cjs.js",
        "*.rtl.*",
        "bootstrap-*",
        "bootstrap.esm.*",
        "ext",
        "extension",
        "htmx.js",
        "htmx.esm.js",
        "echarts.js",
        "echarts.esm.*",
        "echarts.common*",
        "echarts.simple*",
    ]


class HashedStatic(CompressedManifestStaticFilesStorage):
    """Names with a hash, also in the ``import`` lines of our ES modules, so that all may be cached for ever."""

    support_js_module_import_aggregation = True
    # Without the rule for source maps, which are not collected.
    patterns = tuple(
        (glob, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for glob, rules in CompressedManifestStaticFilesStorage.patterns
    )
