# SPDX-License-Identifier: Apache-2.0
"""The waterfall as most would write it in Python."""
import asyncio

import aiohttp
import world


async def main():
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=world.IN_FLIGHT)) as session:
        async def get(url):
            async with session.get(url) as response:
                return response.status, await response.read()

        await asyncio.gather(*(world.work(get) for _ in range(world.IN_FLIGHT)))


world.report(lambda: asyncio.run(main()))
