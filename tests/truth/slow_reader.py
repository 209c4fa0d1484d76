# SPDX-License-Identifier: MIT
"""Reads an extension's NumPy facts the slow way, for tests only.

The text of objdump is taken line by line in address order; at each call the
argument registers are looked up backwards.  It shares nothing with the product:
no walk from PyInit, no tables of functions, no own instruction decoder.
"""

import bisect
import functools
import re
import struct
import subprocess

LINE = re.compile(
    r"^\s*([0-9a-f]+):\s+(?:(?:notrack|bnd|data16|rep|repz|lock) )*(\S+)\s*(.*)$"
)
LARGE = 256 << 10
MARGIN = 0x1800
BEHIND = 90
ARGUMENTS = ("rdi", "rsi", "rdx", "rcx", "r8", "r9")
LETTERS = {"a": "rax", "b": "rbx", "c": "rcx", "d": "rdx"}
MODULE = re.compile(r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$")
CLASS = re.compile(r"^[A-Za-z_]\w*$")
API_TEXT = re.compile(r"module (?:was )?compiled against (ABI|API|NumPy C-API) version")
SIZE_TEXT = re.compile(r"^%[.\w]+\.%[.\w]+ (size changed, may|has the wrong size)")
TYPE_TEXT = re.compile(
    r"^%[.\w]+\.%[.\w]+ (is not a type object|size changed|has the wrong)"
)
OLD_TEXT = rb"\0%[.0-9]*s\.%[.0-9]*s has the wrong size, try recompiling"

# In a large file only the code near references to such strings is looked at.
TELLING = (
    rb"module (was )?compiled against",
    rb"%[.0-9]*s\.%[.0-9]*s size changed, may",
    rb"%[.0-9]*s\.%[.0-9]*s (is not a type object|has the wrong size)",
    rb"(?<=\0)(numpy|builtins|ndarray|dtype)(?=\0)",
    rb"(?<=\0)[A-Za-z_]\w*(\.[A-Za-z_]\w*)+(?=\0)",
)


def names_module(text):
    return MODULE.match(text) and not text.endswith((".pyx", ".pxd", ".py"))


@functools.lru_cache(None)
def full_name(register):
    """Returns the 64-bit name of a register, '' for anything else."""
    name = register.lstrip("%")
    if re.match(r"^r(8|9|1[0-5])[dwb]?$", name):
        return name.rstrip("dwb")
    if re.match(r"^[re]?[abcd][xlh]$", name):
        return LETTERS[name[-2]]
    if re.match(r"^[re]?(si|di|sp|bp)l?$", name):
        return "r" + name.lstrip("re").rstrip("l")[:2]
    return ""


class Elf:
    """The sections of a little-endian 64-bit file, and strings by address."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        data = self.data
        (table,) = struct.unpack_from("<Q", data, 40)
        size, count, names = struct.unpack_from("<HHH", data, 58)
        self.sections = []
        for i in range(count):
            self.sections.append(
                struct.unpack_from("<IIQQQQIIQQ", data, table + i * size)
            )
        base = self.sections[names][4] if count else 0
        self.by_name = {self.text_at(base + s[0]): s for s in self.sections}
        self.loaded = sorted((s[3], s[4], s[5], s[1]) for s in self.sections if s[2] & 2)

    def text_at(self, offset):
        return self.data[offset : self.data.index(b"\0", offset)].decode("latin-1")

    def offset_of(self, address):
        at = bisect.bisect(self.loaded, (address, 1 << 62)) - 1
        if at < 0:
            return None
        start, offset, size, kind = self.loaded[at]
        return offset + address - start if address < start + size and kind != 8 else None

    def string(self, address):
        """Returns the printable text at ADDRESS, or None."""
        offset = self.offset_of(address)
        if offset is None or address == 0:
            return None
        end = self.data.find(b"\0", offset, offset + 400)
        raw = self.data[offset:end] if end > offset else b""
        if not raw or not all(32 <= c < 127 or c == 10 for c in raw):
            return None
        return raw.decode("ascii")

    def has_text(self, text):
        """Says whether TEXT is in the constants, ended by NUL or (Rust) not."""
        for start, offset, size, kind in self.loaded:
            if kind == 1 and text in self.data[offset : offset + size]:
                return True
        return False

    def find_all(self, pattern):
        """Returns the addresses of the NUL-led strings that match PATTERN."""
        out = []
        for start, offset, size, kind in self.loaded:
            if kind != 1:
                continue
            for match in re.finditer(pattern, self.data[offset : offset + size]):
                out.append(start + match.start())
        return out


class Line:
    """One instruction of objdump's text."""

    __slots__ = ("address", "verb", "operands", "target")

    def __init__(self, address, verb, rest):
        self.address = address
        self.verb = verb
        comment = re.search(r"#\s*([0-9a-f]+)", rest)
        self.target = int(comment[1], 16) if comment else None
        rest = rest.split("#")[0].strip()
        if self.verb.startswith(("call", "j")) and re.match(r"^[0-9a-f]+\b", rest):
            self.target = int(rest.split()[0], 16)
        self.operands = split_operands(re.sub(r"\s*<[^>]*>", "", rest))


def split_operands(text):
    return [part.strip() for part in re.split(r",(?![^()]*\))", text)] if text else []


def disassemble(path, ranges=None):
    """Yields the Lines of the text sections, or of the given address ranges."""
    for low, high in ranges or [(None, None)]:
        command = ["objdump", "-d", "--no-show-raw-insn", "-w", path]
        if low is not None:
            command += ["--start-address=%d" % low, "--stop-address=%d" % high]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, errors="replace"
        ) as run:
            for text in run.stdout:
                match = LINE.match(text)
                if match:
                    yield Line(int(match[1], 16), match[2], match[3])


def reference_ranges(elf, patterns):
    """Returns address ranges around what may refer to strings of PATTERNS."""
    wanted = {address for pattern in patterns for address in elf.find_all(pattern)}
    found = []
    for start, offset, size, kind in elf.loaded:
        if (start, offset) != tuple(elf.by_name[".text"][3:5]):
            continue
        for phase in range(4):
            body = elf.data[offset + phase : offset + phase + (size - phase) // 4 * 4]
            base = start + phase + 4
            found += [
                base + 4 * i
                for i, value in enumerate(memoryview(body).cast("i"))
                if base + 4 * i + value in wanted
            ]
    ranges = []
    for address in sorted(found):
        low, high = address - MARGIN, address + MARGIN
        if ranges and low <= ranges[-1][1]:
            ranges[-1][1] = high
        else:
            ranges.append([low, high])
    return ranges


class Reader:
    """The lines of one file and what is read off them."""

    def __init__(self, path):
        self.path = path
        self.elf = Elf(path)
        ranges = None
        if self.elf.by_name[".text"][5] > LARGE:
            ranges = reference_ranges(self.elf, TELLING) or [(0, 1)]
        self.lines = list(disassemble(path, ranges))
        self.at = {line.address: i for i, line in enumerate(self.lines)}

    def constant(self, index, register, depth=0, behind=BEHIND):
        """Looks back from line INDEX for what REGISTER holds.

        Returns (is an address, value), or None.
        """
        for i in range(index - 1, max(-1, index - 1 - behind), -1):
            line = self.lines[i]
            operands = line.operands
            if line.verb.startswith("call"):
                if register in ARGUMENTS or register in ("rax", "r10", "r11"):
                    return None
                continue
            if line.verb in ("ret", "retq", "hlt", "ud2", "jmp", "jmpq"):
                if register in ARGUMENTS:
                    return None
                continue
            if not operands or full_name(operands[-1]) != register:
                continue
            if line.verb.startswith(("cmp", "test", "push", "pop", "j", "nop")):
                continue
            return self.assigned(i, line, depth)
        return None

    def assigned(self, i, line, depth):
        """Returns the value that LINE, an assignment to a register, gives."""
        source = line.operands[0]
        if line.verb.startswith("lea") and line.target is not None:
            return True, line.target
        if line.verb.startswith("xor") and full_name(source) == full_name(
            line.operands[-1]
        ):
            return False, 0
        if not line.verb.startswith("mov") or depth > 3:
            return None
        if source.startswith("$"):
            return False, int(source[1:], 16) & 0xFFFFFFFFFFFFFFFF
        if full_name(source):
            return self.constant(i, full_name(source), depth + 1, 3000)
        return None

    def argument(self, index, number):
        """Returns the integer that the call in line INDEX is given, or None."""
        found = self.constant(index, ARGUMENTS[number])
        return found[1] if found and not found[0] else None

    def strings_of(self, index):
        """Returns {argument number: text} at the call in line INDEX."""
        out = {}
        for number in range(6):
            found = self.constant(index, ARGUMENTS[number])
            text = self.elf.string(found[1]) if found and found[0] else None
            if text:
                out[number] = text
        return out

    def versions(self):
        """Returns (abi, api) from the blocks that tell of a version mismatch."""
        found = {"ABI": set(), "API": set()}
        for i, line in enumerate(self.lines):
            if line.target is None or not line.verb.startswith("lea"):
                continue
            text = self.elf.string(line.target)
            match = API_TEXT.search(text) if text else None
            if match:
                value = self.near_edx(i)
                if value is not None:
                    found["ABI" if match[1] == "ABI" else "API"].add(value)
        return tuple(
            "0x%x" % min(found[k]) if len(found[k]) == 1 else None for k in ("ABI", "API")
        )

    def near_edx(self, index):
        """Finds the immediate put into edx in the block around line INDEX."""
        for step in (1, -1):
            i = index + step
            while 0 <= i < len(self.lines) and abs(i - index) < 16:
                line = self.lines[i]
                if line.verb.startswith(("call", "ret", "j")):
                    break
                if line.verb.startswith("mov") and line.operands[-1] == "%edx":
                    if line.operands[0].startswith("$"):
                        return int(line.operands[0][1:], 16)
                    found = self.assigned(i, line, 0)
                    return found[1] if found and not found[0] else None
                i += step
        return None

    def callee_texts(self, address):
        """Returns the strings that a function refers to, its far jumps followed."""
        texts, todo, seen = [], [address], set()
        while todo and len(seen) < 900:
            i = self.at.get(todo.pop())
            for line in self.lines[i : i + 260] if i is not None else ():
                if line.address in seen:
                    break
                seen.add(line.address)
                if line.verb.startswith("lea") and line.target is not None:
                    texts.append(self.elf.string(line.target) or "")
                if line.verb.startswith("j") and line.target is not None:
                    todo.append(line.target)
                if line.verb.startswith(("ret", "jmp", "hlt", "ud2")):
                    break
        return texts

    def checks(self):
        """Returns the size checks made through a shared import function."""
        out, known = [], {}
        for i, line in enumerate(self.lines):
            if not line.verb.startswith("call") or line.target is None:
                continue
            near = self.lines[max(0, i - 24) : i]
            if not any(n.verb.startswith("lea") and n.target is not None for n in near):
                continue
            if known.get(line.target) is False:
                continue
            texts = self.strings_of(i)
            if not texts or not CLASS.match(texts[max(texts)]):
                continue
            if line.target not in known:
                inside = self.callee_texts(line.target)
                known[line.target] = any(TYPE_TEXT.search(t) for t in inside) and inside
            if known[line.target]:
                out.append(self.check_at(i, texts, known[line.target]))
        return [check for check in out if check]

    def check_at(self, i, texts, inside):
        """Returns the check that the call in line I passes on, or None.

        TEXTS are the strings that it hands over, INSIDE those of what it calls.
        """
        last = max(texts)
        module = texts.get(last - 1, "?")
        if last == 1 and module == "?":
            modules = {t for t in inside if names_module(t)}
            module = modules.pop() if len(modules) == 1 else "?"
        module = module if names_module(module) else "?"
        numbers = [self.argument(i, n) for n in range(last + 1, 6)]
        size = numbers[0] if numbers else None
        if size is None or not 8 <= size < 1 << 20:
            return None
        rest = [n for n in numbers[1:] if n in (0, 1, 2)]
        policy = None
        if rest and self.elf.find_all(OLD_TEXT):
            policy = ("warn", "error", None)[rest[0]]
        elif rest:
            policy = ("error", "warn", "ignore")[rest[0]]
        elif len({t for t in inside if SIZE_TEXT.search(t)}) == 2:
            policy = "warn"
        return {"type": module + "." + texts[last], "expected": size, "policy": policy}

    def inlined(self):
        """Returns checks whose texts and size are all immediates at the message."""
        sizes, warned = {}, set()
        messages = {
            address + 1 for address in self.elf.find_all(rb"\0%[.0-9]*s\.%[.0-9]*s ")
        }
        for i, line in enumerate(self.lines):
            if not line.verb.startswith("call"):
                continue
            near = (
                n.target
                for n in self.lines[max(0, i - 24) : i]
                if n.verb.startswith("lea")
            )
            if not any(target in messages for target in near):
                continue
            texts = self.strings_of(i)
            spots = [n for n, text in texts.items() if SIZE_TEXT.search(text)]
            if not spots:
                continue
            names = [texts.get(spots[0] + n) for n in (1, 2)]
            size = self.argument(i, spots[0] + 3) if spots[0] + 3 < 6 else None
            if not all(names) or size is None:
                continue
            key = (".".join(names), size)
            sizes[key] = line.address
            if spots[0] != 1:
                warned.add(key)
        return [
            {
                "type": kind,
                "expected": size,
                "policy": "warn" if (kind, size) in warned else None,
            }
            for kind, size in sizes
        ]

    def facts(self):
        """Returns the facts as the fields of a case."""
        abi, api = self.versions()
        checks = self.checks()
        checks += [
            c for c in self.inlined() if c["type"] not in {k["type"] for k in checks}
        ]
        depends = abi is not None or any(c["type"].startswith("numpy.") for c in checks)
        depends = depends or any(
            self.elf.has_text(name) for name in (b"_ARRAY_API", b"_UFUNC_API")
        )
        return {
            "numpy_dependent": depends,
            "abi_version": abi,
            "api_version": api,
            "size_checks": checks,
        }


def is_extension(path):
    """Says whether PATH is an x86-64 extension module of Python 3."""
    with open(path, "rb") as file:
        head = file.read(64)
    if head[:6] != b"\x7fELF\x02\x01" or len(head) < 64 or head[18] != 62:
        return False
    listing = subprocess.run(
        ["objdump", "-T", path], capture_output=True, text=True, errors="replace"
    ).stdout
    return re.search(r"\sPyInit_\w+$", listing, re.M) is not None


def read(path):
    return Reader(path).facts()
