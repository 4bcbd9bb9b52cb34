"""Pictures for people who decide: data in, a PNG and its words out. Nothing here knows the database."""
