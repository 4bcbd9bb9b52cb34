"""Customers' people in their own chat."""
