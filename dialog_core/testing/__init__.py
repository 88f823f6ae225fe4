"""What plugin authors test their components with."""
