"""Official documents: numbered, made as PDF, verified by anybody, revoked in public."""
