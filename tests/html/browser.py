# SPDX-License-Identifier: MIT
"""Drives a headless Chromium over its debugging pipe, with nothing but Python.

Messages are JSON with a NUL at the end: commands on descriptor 3 of the browser,
answers and events on its descriptor 4.
"""
import base64
import json
import os
import select
import shutil
import subprocess
import time

NAMES = ["chromium", "chromium-browser", "google-chrome"]
ANSWER_SECONDS = 60


def find():
    """The browser's path, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Page:
    """One tab of a browser of its own, and all that it complained of or asked for."""

    def __init__(self, profile, width=1360, height=900):
        self.last = 0
        self.rest = b""
        self.events = []
        self.session = None
        self.process = self.start(profile, width, height)
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(domain + ".enable")

    def start(self, profile, width, height):
        command_read, self.writing = os.pipe()
        self.reading, answer_write = os.pipe()
        # a shell puts the two where the browser looks for them
        script = f'exec "$@" 3<&{command_read} 4>&{answer_write}'
        options = ["--headless", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run",
                   "--disable-dev-shm-usage", "--hide-scrollbars",
                   f"--user-data-dir={profile}", f"--window-size={width},{height}"]
        if os.getuid() == 0:
            options.append("--no-sandbox")
        process = subprocess.Popen(
            ["bash", "-c", script, "bash", find(), *options],
            pass_fds=(command_read, answer_write), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(command_read)
        os.close(answer_write)
        return process

    def read_message(self, deadline):
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.reading], [], [], max(0, deadline - time.monotonic()))
            piece = os.read(self.reading, 1 << 20) if ready else b""
            if not piece:
                raise RuntimeError("the browser does not answer")
            self.rest += piece
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def send(self, method, **parameters):
        """Gives a command and returns its answer."""
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writing, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            answer = self.read_message(deadline)
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, path):
        """Opens a file and waits until it is there; the seconds that it took."""
        self.events = []
        began = time.monotonic()
        self.send("Page.navigate", url="file://" + os.path.abspath(path))
        while self.run("document.readyState") != "complete":
            time.sleep(0.01)
        return time.monotonic() - began

    def run(self, expression):
        """The value of a JavaScript expression."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def key(self, name, code, text=""):
        """Presses a key as a keyboard does."""
        for kind in ("keyDown", "keyUp"):
            extra = {"text": text} if text and kind == "keyDown" else {}
            self.send("Input.dispatchKeyEvent", type=kind, key=name, code=name,
                      windowsVirtualKeyCode=code, **extra)

    def media(self, media="screen", scheme="light"):
        self.send("Emulation.setEmulatedMedia", media=media,
                  features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, path):
        picture = self.send("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture))

    def print(self, path):
        document = self.send("Page.printToPDF", preferCSSPageSize=True)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(document))

    def complaints(self):
        """What the console has, of the page or of the browser on it."""
        found = []
        for event in self.events:
            method, details = event.get("method"), event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append(details["exceptionDetails"]["text"])
            elif method == "Runtime.consoleAPICalled":
                found.append(str(details["args"]))
            elif method == "Log.entryAdded":
                found.append(details["entry"]["text"])
        return found

    def requests(self):
        """All addresses that were asked for."""
        return [event["params"]["request"]["url"] for event in self.events
                if event.get("method") == "Network.requestWillBeSent"]

    def close(self):
        self.session = None
        self.send("Browser.close")
        self.process.wait(ANSWER_SECONDS)
        os.close(self.writing)
        os.close(self.reading)
