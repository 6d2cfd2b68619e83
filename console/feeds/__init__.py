"""PBX dialects, and the one link that pumps a socket; the simulator; record and replay."""
