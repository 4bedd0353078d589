"""A real Chroma server on loopback, which can be killed, started again and held up."""

import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import chromadb
import httpx


class Server:
    """``chroma run``, which can be killed, started again and held up."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        command = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1"]
        self._process = subprocess.Popen(
            [*command, "--port", str(self._port), "--path", str(self._folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(600):
            try:
                httpx.get(f"{self.url}/api/v2/heartbeat", timeout=1).raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the Chroma server never answered")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def generations(self) -> int:
        """How many collections hold the vectors of a generation."""
        client = chromadb.HttpClient("127.0.0.1", self._port)
        names = [collection.name for collection in client.list_collections()]
        return sum(re.fullmatch(r"lardom-[0-9a-f]{12}", name) is not None for name in names)

    def collections(self) -> int:
        client = chromadb.HttpClient("127.0.0.1", self._port)
        return len(client.list_collections())

    def forget_all(self) -> None:
        client = chromadb.HttpClient("127.0.0.1", self._port)
        for collection in client.list_collections():
            client.delete_collection(collection.name)
