"""Where uploaded files lie: the state folder, or any store that speaks S3."""

from typing import Any

import environ

LOCAL = {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def default_storage(env: environ.Env) -> dict[str, Any]:
    """The ``default`` entry of STORAGES. S3_BUCKET switches the S3 store on; see docs/files.md."""
    bucket = env("S3_BUCKET", default="")
    if not bucket:
        return LOCAL
    from botocore.config import Config  # noqa: PLC0415  (takes a moment that a local hall need not spend)

    endpoint = env("S3_ENDPOINT_URL", default="") or None
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": endpoint,
            "region_name": env("S3_REGION", default="") or None,
            # Without a pair of keys boto3 looks where it always does: a role of the machine, its own variables.
            "access_key": env("S3_ACCESS_KEY", default="") or None,
            "secret_key": env("S3_SECRET_KEY", default="") or None,
            # No word about access is the store's private; buckets that own their objects refuse any other.
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
            # Beyond this a file on its way out waits on disk, not in the memory of the web server.
            "max_memory_size": 2 * 1024 * 1024,
            "client_config": Config(
                signature_version="s3v4",
                # Stores of one's own seldom have a name for each bucket.
                s3={"addressing_style": "path" if endpoint else "auto"},
                connect_timeout=3,
                read_timeout=20,
                retries={"total_max_attempts": 2, "mode": "standard"},
            ),
        },
    }
