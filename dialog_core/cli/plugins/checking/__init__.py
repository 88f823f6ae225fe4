"""Whether an installed plugin is fit to be published: what `dialog-core plugins check` looks at, one room for each."""
