from tests.demo.seen import company, world  # noqa: F401 — fixtures
