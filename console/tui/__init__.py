"""What the operator sees and presses."""

import os

# Textual draws at most so many frames a second, and after one waits up to two of these periods:
# at its own 60, news that comes shortly after other news would be seen 33 ms late. It reads this
# when it is first imported. Without news nothing is drawn.
os.environ.setdefault("TEXTUAL_FPS", "240")
