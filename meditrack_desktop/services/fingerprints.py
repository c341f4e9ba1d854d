"""Six words for a desk's public key, so that two people can compare it by reading it out (security.md D17)."""

from __future__ import annotations

import hashlib

HOW_MANY = 6
_ROUNDS = 2**16
"""Six words are 48 bits: making another key with the same words costs each try this much."""

_WORDS = """
acorn actor album amber anchor apple apron arrow autumn bacon badge bagel baker ballet bamboo banana banjo
barley barrel basket beach beaver berry bicycle biscuit blanket blossom boat border bottle bridge broom
bubble bucket butter button cabin cactus camel candle canoe canyon carpet carrot castle cello cement chalk
cherry chess chimney cinema circle citrus cloud clover cobalt coconut comet compass copper coral corner
cotton cousin crane crayon cricket crystal cup curtain cushion daisy dancer desert diamond dinner dolphin
donkey dragon drawer drum eagle easel echo elbow emerald engine evening fabric falcon feather fence ferry
fiddle field finger flag flute forest fossil fountain fox garden garlic gate ghost ginger giraffe glacier
glove gold goose grape gravel guitar hammer harbor harp hazel helmet heron hill honey horse hotel icicle
igloo island ivory jacket jaguar jelly jersey jigsaw jungle kayak kettle kitchen kite ladder lagoon
lantern lemon library lily linen lion lizard lobster magnet mango maple marble market meadow melon mirror
mitten monkey morning mosaic mountain muffin museum napkin needle nickel north notebook nutmeg oasis ocean
olive onion opera orange orchard otter owl oyster paddle palace panda paper parrot peach peanut pebble
pencil pepper piano picnic pillow pilot pine planet plum pocket pond pottery powder pumpkin puppet puzzle
quartz rabbit radio rainbow raven ribbon river robin rocket saddle salad salmon sandal satin scarf school
seagull shadow silver sister sketch skirt sofa spoon spring statue stone summer sunset swan table teapot
temple thunder tiger timber toast tomato tower trumpet tulip tunnel turtle umbrella velvet violin wagon
walnut water whale willow
""".split()


def fingerprint(recipient: str) -> tuple[str, ...]:
    """Six plain words that are always the same for this public key. About 30 ms."""
    digest = hashlib.pbkdf2_hmac("sha256", recipient.encode(), b"meditrack desk fingerprint v1", _ROUNDS)
    return tuple(_WORDS[byte] for byte in digest[:HOW_MANY])
