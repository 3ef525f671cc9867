"""How static files are named and compressed."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):
    """Names with a hash, also in the ``import`` lines of our ES modules, so that all may be cached for ever."""

    support_js_module_import_aggregation = True
