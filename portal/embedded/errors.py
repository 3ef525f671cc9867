"""What can go wrong with the embedded servers, in one sentence each."""


class EmbeddedError(RuntimeError):
    """An embedded server cannot be started; the message is one line for the person at the terminal."""
