# SPDX-License-Identifier: MIT
"""Asks real shells what they offer to complete a line."""
import os
import pty
import re
import select
import shutil
import subprocess

from environment import ROOT

SCRIPTS = os.path.join(ROOT, "completions")
RULES = "/usr/share/bash-completion/bash_completion"
NAMES = ("bash", "bash-completion", "zsh", "fish")
PATIENCE = 20  # seconds
# Both are typed in other words, since what is typed is shown.
PROMPT, END = "ready-to-read", "end-of-answer"


class Interactive:
    """A shell on a terminal of its own, in FOLDER."""

    def __init__(self, command, folder):
        self.said = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(TERM="dumb", COLUMNS="1000", LC_ALL="C.UTF-8")
            os.execvp(command[0], command)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)
        os.waitpid(self.pid, 0)

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait_for(self, words):
        """What is said up to and with WORDS, a pattern."""
        while not re.search(words, self.said):
            if not select.select([self.fd], [], [], PATIENCE)[0]:
                raise TimeoutError("%r is not in %r" % (words, self.said))
            self.said += os.read(self.fd, 65536).decode(errors="replace")
        end = re.search(words, self.said).end()
        before, self.said = self.said[:end], self.said[end:]
        return before

    def prepare(self, command):
        """Runs COMMAND, after which a line will be read by the line editor."""
        self.type(command + "; PS1=%s'%s'\n" % (PROMPT[:3], PROMPT[3:]))
        self.wait_for(PROMPT)


def ask_bash(line, folder, rules="/dev/null"):
    """Inserts all completions, and has the line printed."""
    with Interactive(["bash", "--norc", "--noprofile", "-i"], folder) as shell:
        shell.prepare("HISTFILE=; source %s; source %s/npabi.bash" % (rules, SCRIPTS))
        shell.type(line + "\x1b*; echo end-of-'answer'\x01printf '<%s>\\n' \n")
        answer = shell.wait_for("\n" + END + "\r?\n")
    words = re.findall(r"^<(.*)>\r?$", answer, re.M)
    before = line.split()
    return set(words[len(before) - (not line.endswith(" ")):])


def ask_zsh(line, folder):
    """Has the completions listed, without what is said of them."""
    with Interactive(["zsh", "-f", "-i"], folder) as shell:
        shell.prepare("RPS1= PROMPT_EOL_MARK= LISTMAX=10000; fpath=(%s $fpath); "
                  "autoload -Uz compinit; compinit -u -D; "
                  "zstyle ':completion:*' verbose no; "
                  "zstyle ':completion:*' list-separator ''; unset zle_bracketed_paste; "
                  "setopt no_list_beep no_list_types no_always_last_prompt; "
                  "bindkey -e; bindkey '^T' list-choices" % SCRIPTS)
        shell.type(line + "\x14")
        shell.type("\x15echo end-of-'answer'\n")
        answer = shell.wait_for("\n" + END + "\r?\n")
    lines = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", answer).replace("\r", "\n").split("\n")
    # but for the lines that show what was typed
    return {word for text in lines
            if not text.startswith(line.split()[0]) and PROMPT not in text
            and END not in text.replace("'", "")
            for word in text.split() if "\b" not in word}


def ask_fish(line, folder):
    command = "source %s/npabi.fish; complete -C %s" % (SCRIPTS, quote(line))
    done = subprocess.run(["fish", "--no-config", "-c", command], cwd=folder,
                          stdout=subprocess.PIPE, universal_newlines=True,
                          env=dict(os.environ, HOME=folder))
    return {row.split("\t")[0] for row in done.stdout.splitlines()}


def quote(text):
    return "'" + text.replace("'", "\\'") + "'"


def is_here(shell):
    return os.path.exists(RULES) if shell == "bash-completion" else shutil.which(shell)


def ask(shell, line, folder):
    """The words that SHELL offers for the last word of LINE, as a set, without the option
    that a value is tied to by an equals sign."""
    askers = {"bash": ask_bash, "zsh": ask_zsh, "fish": ask_fish,
              "bash-completion": lambda *what: ask_bash(*what, rules=RULES)}
    return {re.sub("^--[a-z-]+=", "", word) for word in askers[shell](line, folder)}
