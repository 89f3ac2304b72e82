"""What is told to the person at the keyboard instead of a traceback."""


class MendableError(Exception):
    """Something outside of this software is wrong; the message says in one Indonesian sentence what, and how to mend it."""
