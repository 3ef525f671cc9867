"""People, departments, posts, sign-in, and who may do what."""
