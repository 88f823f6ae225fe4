"""The few styles of the chat.

Only attributes and those of the terminal's own colours that people can read on black and on white: no yellow, no white,
no grey by number.
"""

NAME = "bold cyan"
NUMBER = "bold cyan"
BAR = "cyan"
CODE = "magenta"
STRONG = "bold"
EMPHASIS = "italic"
STRUCK = "strike"
HEADING = "bold"
URL = "underline"
MUTED = "dim"
GOOD = "green"
BAD = "red"
