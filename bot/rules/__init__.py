"""What the CRM allows: plain functions on records."""
