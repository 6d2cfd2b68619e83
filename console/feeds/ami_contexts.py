"""Where calls come from: how the channels of trunks are told from those of phones."""

from dataclasses import dataclass

from console.feeds.ami_channels import peer_of


@dataclass(frozen=True, slots=True)
class AmiContexts:
    """How inbound calls are told from internal ones: dialplan contexts, or starts of channel names.

    `trunk_channels` are like "PJSIP/trunk". Where nothing is said, a channel that is named by an
    extension (up to six digits) is a phone and any other leads outside.
    """

    trunk: frozenset[str] = frozenset()
    internal: frozenset[str] = frozenset()
    trunk_channels: tuple[str, ...] = ()
    internal_channels: tuple[str, ...] = ()

    def is_trunk(self, context: str, channel: str) -> bool:
        """Whether a channel leads outside."""
        if any(channel.startswith(start) for start in self.trunk_channels):
            return True
        if any(channel.startswith(start) for start in self.internal_channels):
            return False
        if context in self.trunk:
            return True
        if context in self.internal or self.trunk or self.trunk_channels:
            return False
        peer = peer_of(channel)
        return not (peer.isdecimal() and len(peer) <= 6)
