"""Fitting models to choices."""
