"""The errors that custom actions catch or raise."""


class FileIOException(Exception):
    """A file cannot be read or written."""


class FileNotFoundException(FileNotFoundError):
    """There is no such file."""


class YamlSyntaxException(Exception):
    """A file is no YAML."""
