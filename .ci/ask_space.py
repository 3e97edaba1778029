"""Asks the page at $PAGE as programs do: its API, its tools for agents, its own address. For .ci/space alone."""

import asyncio
import os
import time
import urllib.request
from typing import Any

from gradio_client import Client
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client

PATIENCE = 120.0


def main() -> None:
    """Raises where anything is not as it should be."""
    page, began = os.environ["PAGE"], time.monotonic()
    while True:
        try:
            with urllib.request.urlopen(page, timeout=5) as answer:
                assert answer.status == 200
            break
        except OSError:
            assert time.monotonic() - began < PATIENCE, "the page did not come up"
            time.sleep(0.2)
    print(f"  up after {time.monotonic() - began:.1f} s")
    client = Client(page, verbose=False)
    assert {"address", "identity"} <= {one["name"] for one in client.predict(api_name="/tasks")}
    twins = client.predict(rows=5, api_name="/twins")
    assert len(twins["train"]) == 5
    replies = client.predict("你好", contenders=["base", "tuned:address"], max_tokens=8, api_name="/ask")
    assert [one["error"] for one in replies] == [None, None], replies
    print("  the API answers")
    names = asyncio.run(tools(f"{page}/gradio_api/mcp/"))
    assert any(name.endswith("twins") for name in names) and any(name.endswith("ask") for name in names), names
    print(f"  tools for agents: {', '.join(sorted(names))}")


async def tools(address: str) -> list[str]:
    """Names of the tools, after one of them was used."""
    async with streamablehttp_client(address) as (read, write, _), ClientSession(read, write) as session:
        await session.initialize()
        names = [tool.name for tool in (await session.list_tools()).tools]
        used: Any = await session.call_tool(next(name for name in names if name.endswith("tasks")), {})
        assert not used.isError and "address" in used.content[0].text, used
        return names


if __name__ == "__main__":
    main()
