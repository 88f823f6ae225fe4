"""What a person who takes over is told."""
