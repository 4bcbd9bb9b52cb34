PATIENCE_S = 60.0
"""How long a fake waits for what must come. Only a failure takes so long, and a busy machine is none."""
