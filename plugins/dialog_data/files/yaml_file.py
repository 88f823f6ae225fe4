"""A YAML file, read at once: YAML cannot be cut into pieces."""

from dialog_core.configuration import ConfigurationError, Node, Problem, parse_yaml
from dialog_data.files.encodings import open_text
from dialog_data.files.problems import FileProblems

MAX_YAML = 64 * 1024 * 1024  # bytes; of more than that, JSON lines can be read piece by piece


def read_yaml_file(problems: FileProblems) -> Node:
    """Return what stands in the file.

    Raises:
        ConfigurationError: It cannot be read, or it is not what YAML may be here.
    """
    with open_text(problems) as stream:
        raw = stream.read(MAX_YAML + 1)
    if len(raw) > MAX_YAML:
        message = f"the YAML file has more than {MAX_YAML // 1024**2} MB"
        raise ConfigurationError([Problem(message, problems.file, remedy="Write it as JSON lines.")])
    return parse_yaml(raw, problems.file)
