"""Solves for `first` in a channel and installs it into an empty prefix, as rattler does it."""

import asyncio
import os
import sys

import rattler

CHANNEL, PLATFORM, PREFIX, CACHE = sys.argv[1:]


async def main():
    # The key comes from the file that RATTLER_AUTH_FILE names.
    client = rattler.Client.authenticated_client()
    gateway = rattler.Gateway(cache_dir=f"{CACHE}/repodata", client=client)
    platforms = [rattler.Subdir(PLATFORM), rattler.Subdir("noarch")]
    records = await rattler.solve([rattler.Channel(CHANNEL)], ["first"], gateway=gateway, platforms=platforms)
    await rattler.install(
        records, PREFIX, cache_dir=f"{CACHE}/packages", client=client, show_progress=False, platform=rattler.Subdir(PLATFORM)
    )
    for record in records:
        print(record.sha256.hex(), record.url)


asyncio.run(main())
sys.stdout.flush()
# rattler's own threads may still hold Python objects, and an interpreter that ends beneath them aborts now and then.
os._exit(0)
