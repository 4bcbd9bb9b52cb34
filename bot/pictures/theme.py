"""Sizes and colours. The colours are those of Okabe and Ito, told apart by all eyes; dark on light.

Measures are in points of a phone's screen, 400 across; a picture has `SCALE` pixels for each.
"""

SCALE = 2
WIDTH = 400
MARGIN = 20
INNER = WIDTH - 2 * MARGIN

TITLE, BODY, SMALL = 19, 15, 12.5

PAPER = "#FFFFFF"
INK = "#1B2733"
MUTED = "#5A6775"
RULE = "#D5DBE1"
TRACK = "#EDF0F3"

BLUE = "#0072B2"
SKY = "#A6D3EE"
ORANGE = "#E69F00"
GREEN = "#009E73"
RED = "#D55E00"
PURPLE = "#AA5C94"
YELLOW = "#D9C930"
GREY = "#8C96A0"

SERIES = (BLUE, ORANGE, GREEN, PURPLE, RED, YELLOW, GREY)
