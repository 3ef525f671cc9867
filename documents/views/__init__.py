"""Pages of documents: for those who may see one, for anybody who verifies one, for who edits templates."""
