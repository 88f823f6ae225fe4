"""What the tests share: hypothesis measures no time, since the first use of SymPy imports it."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
