"""The append-only record of every act (台账)."""
