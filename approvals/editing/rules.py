"""Who edits the catalogue."""

from accounts.rules import is_administrator

may_edit_catalogue = is_administrator
