"""Names of assets and partitions as folders, files and tables may have them: another name another place, anywhere."""

import hashlib
import re

_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9_])?")
"""What every file system and database keeps apart: they may not tell large letters from small ones."""

_READABLE = re.compile(r"[^a-z0-9_]+")
_LONGEST = 40


def own_name(text: str, *, taken: bool = False) -> str:
    """What stands for a part of an asset's key, or for a preset, where it is stored: itself, if it is plain.

    Anything else gets a digest of all its letters behind those that are plain. A tilde, which no plain name has, stands
    between.

    Args:
        text: the part.
        taken: whether what is plain means something else there.

    Example:
        >>> own_name("by_status"), own_name("By Status"), own_name("../by_status")
        ('by_status', 'by_status~9cdf06d564', 'by_status~724e7fca61')
    """
    if _PLAIN.fullmatch(text) and not taken:
        return text
    digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=5).hexdigest()
    return f"{_READABLE.sub('_', text.lower()).strip('_')[:_LONGEST]}~{digest}"
