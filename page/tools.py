"""The Model Context Protocol: the answer and the search as tools for other assistants."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from starlette.routing import BaseRoute

from page.asking import Asking, AskingError, Found, Replied

TOOLS_PATH = "/mcp"
_AT_ONCE = 4
_INSTRUCTIONS = (
    "Svarar ur numrerade lärdomar med ordagranna citat. Återge citaten som de står och med "
    "lärdomens nummer. refused betyder att lärdomarna inte svarar: säg det, och fyll inte i."
)


class Tools:
    """The server's routes, and what must run while they are open."""

    def __init__(self, asking: Asking) -> None:
        self._server = _server(asking)
        # Hosts, bodies and rates are the business of the gate in front of all routes.
        self._app = self._server.streamable_http_app(
            streamable_http_path=TOOLS_PATH,
            json_response=True,
            stateless_http=True,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )

    @property
    def routes(self) -> list[BaseRoute]:
        """To be put before Gradio, which answers everything."""
        return list(self._app.routes)

    @property
    def lifespan(self) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
        """For the application that holds the routes."""

        @asynccontextmanager
        async def running(_: FastAPI) -> AsyncIterator[None]:
            async with self._server.session_manager.run():
                yield

        return running


def _server(asking: Asking) -> MCPServer[None]:
    server: MCPServer[None] = MCPServer(
        "lardomsassistenten",
        title="Lärdomsassistenten",
        instructions=_INSTRUCTIONS,
        log_level="WARNING",
    )
    threads = CapacityLimiter(_AT_ONCE)

    @server.tool(title="Fråga lärdomarna")
    async def ask_lessons(
        question: str, context: Context[None], earlier: list[str] | None = None
    ) -> Replied:
        """Svaret ur lärdomarna på en fråga på svenska, med citat och lärdomarnas nummer.

        ``earlier``: frågorna före i samma samtal, äldst först.
        """
        try:
            return await to_thread.run_sync(
                asking.ask, question, earlier or (), _client(context), limiter=threads
            )
        except AskingError as error:
            raise ToolError(str(error)) from error

    @server.tool(title="Sök i lärdomarna")
    async def search_lessons(text: str, context: Context[None], count: int = 4) -> list[Found]:
        """De lärdomar som en text handlar om, i sin helhet, den närmaste först."""
        try:
            return await to_thread.run_sync(
                asking.search, text, count, _client(context), limiter=threads
            )
        except AskingError as error:
            raise ToolError(str(error)) from error

    return server


def _client(context: Context[None]) -> str:
    request = getattr(context.request_context, "request", None)
    client = getattr(request, "client", None)
    return client.host if client else ""
