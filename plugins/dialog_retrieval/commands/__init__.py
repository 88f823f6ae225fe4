"""The commands of `dialog-core knowledge`."""
