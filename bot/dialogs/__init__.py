"""The dialog engine: pure functions from state and understanding to the next state and replies."""
