/* SPDX-License-Identifier: MIT
 *
 * The help texts.  They promise nothing that is not built.  Called by main.c.
 */
#include "scan/help.h"

static const char help_all[] =
	"npabi: which NumPy was this Python extension compiled for, and will it work?\n"
	"\n"
	"  npabi run [OPTION...] -- COMMAND [ARGUMENT...]\n"
	"      runs a program and tells of extensions that do not fit its NumPy,\n"
	"      before Python stumbles over them\n"
	"  npabi scan [OPTION...] PATH...\n"
	"      reads extension files and wheels without running anything\n"
	"  npabi explain [OPTION...] TEXT|-\n"
	"      says what a pasted error or traceback means, and what to do\n"
	"  npabi run --help, npabi scan --help, npabi explain --help\n"
	"      the options of each\n"
	"\n"
	"  -V, --version   which npabi this is\n"
	"  -h, --help      this text\n"
	"\n"
	"Examples:\n"
	"  npabi run -- python3 app.py\n"
	"  npabi scan /srv/app/venv\n"
	"  npabi scan --numpy 2.0.2 /srv/app/venv\n"
	"  npabi explain 'module compiled against API version 0xf but this version of "
	"numpy\n"
	"      is 0xe'\n"
	"\n"
	"Exit codes: 0 nothing wrong; 1 a mismatch was found; 2 usage, or a path that\n"
	"cannot be read; 3 some inputs could not be analysed.  'run' ends with the exit\n"
	"code of the program that it ran.\n";

static const char help_run[] =
	"npabi run [OPTION...] -- COMMAND [ARGUMENT...]\n"
	"\n"
	"Runs COMMAND with libnpabi.so preloaded, in it and in what it starts.  It is\n"
	"silent as long as every extension fits.\n"
	"\n"
	"  -l, --log TARGET    stderr (default), stdout, fd:N, syslog, or a file to\n"
	"                      append to; in its name %p is the process and %h the host\n"
	"  -f, --format FORM   text (default) or jsonl, one JSON object a line\n"
	"  -L, --level LEVEL   error, warn (default), info (every extension that uses\n"
	"                      NumPy), debug (every extension)\n"
	"  -s, --summary       a table at the end of each process\n"
	"  -S, --strict        refuse an extension that does not fit, with an\n"
	"                      ImportError\n"
	"  -h, --help          this text\n"
	"\n"
	"Examples:\n"
	"  npabi run -- python3 app.py\n"
	"  npabi run --level info --format jsonl --log /tmp/npabi-%p.jsonl -- pytest\n"
	"\n"
	"The same without this command: LD_PRELOAD=libnpabi.so NPABI_LEVEL=info "
	"COMMAND.\n"
	"NPABI=off in the environment keeps the library from doing anything.\n"
	"\n"
	"Exit codes: those of COMMAND; 2 usage, or COMMAND cannot be started.\n";

static const char help_scan[] =
	"npabi scan [OPTION...] PATH...\n"
	"\n"
	"Reads the extensions in PATH, which is an extension file, a wheel (.whl) or a\n"
	"directory (site-packages, a virtual environment, an unpacked image, a folder "
	"of\n"
	"wheels).  Nothing is imported or run, and wheels are unpacked in memory only.\n"
	"Each extension is held against the NumPy installed beside it, or the one that "
	"is\n"
	"named; where there is none, the NumPy releases that would work are given, in a\n"
	"wheel those for the extensions in it.  A virtual environment made with\n"
	"--system-site-packages that has no NumPy of its own meets the one of the "
	"Python\n"
	"that it was made of.\n"
	"\n"
	"For the PATH - the lines of standard input are the paths; of these, as in a\n"
	"directory, shared objects that are no extensions are passed over.\n"
	"\n"
	"  -n, --numpy VERSION  hold against this NumPy instead; repeat it for several;\n"
	"                       NumPy's own extensions go with it and are left out\n"
	"  -a, --all            show extensions that are right, too (text)\n"
	"  -f, --format FORM    text (default), jsonl: one JSON object an extension,\n"
	"                       sarif: SARIF 2.1.0, for code hosts, or html: a page,\n"
	"                       distributions against NumPy releases, for a browser\n"
	"  -o, --output FILE    write there and not to standard output\n"
	"  -j, --jobs N         read N files at the same time (1); what is told does\n"
	"                       not change\n"
	"  -F, --fail-on LEAST  which mismatches make the exit code 1: warn (default),\n"
	"                       all of them; error, imports that fail and what is\n"
	"                       unsafe; unsafe, only what goes wrong after an import\n"
	"                       that succeeds; never, none\n"
	"  -B, --write-baseline FILE  write what is found to FILE, and end with 0\n"
	"  -b, --baseline FILE  what is in FILE is known and does not count; what is no\n"
	"                       longer found is told\n"
	"  -h, --help           this text\n"
	"\n"
	"Examples:\n"
	"  npabi scan venv/lib/python3.11/site-packages\n"
	"  npabi scan --numpy 1.26 --numpy 2.0 venv      would it survive the upgrade?\n"
	"  npabi scan --fail-on error venv               warnings may pass\n"
	"  npabi scan --write-baseline known.txt venv    from here on only new ones:\n"
	"  npabi scan --baseline known.txt venv\n"
	"  npabi scan --numpy 2.0 wheelhouse/            would they?\n"
	"  find / -name '*.whl' | npabi scan --jobs 4 -\n"
	"  npabi scan --all --format jsonl /usr/lib/python3 | jq .built_against\n"
	"  npabi scan --format html --output venv.html venv\n"
	"\n"
	"Exit codes: 0 nothing wrong, also where a directory has no extensions (which\n"
	"is told); 1 a mismatch was found, as far as --fail-on and --baseline have it\n"
	"count; 2 usage, or a path that cannot be read; 3 some inputs could not be\n"
	"analysed and are not in the baseline.\n";

static const char help_explain[] =
	"npabi explain [OPTION...] TEXT|-\n"
	"\n"
	"Finds in TEXT, or in standard input, the error texts that come from extensions\n"
	"and a NumPy that do not fit (of NumPy, Cython, pybind11, rust-numpy, f2py, "
	"Numba,\n"
	"torch, TensorFlow, GDAL and npabi itself), and says which NumPy releases their\n"
	"numbers mean, whether it matters, which module it is, and what to do.  A whole\n"
	"traceback or log is best.  Only the text is looked at, so it may come from "
	"another\n"
	"machine; of more than 1 MiB only the beginning is read.\n"
	"\n"
	"  -f, --format FORM   text (default), or jsonl: one JSON object an explanation\n"
	"  -h, --help          this text\n"
	"\n"
	"Examples:\n"
	"  npabi explain 'numpy.ndarray size changed, may indicate binary "
	"incompatibility.\n"
	"      Expected 88 from C header, got 80 from PyObject'\n"
	"  python3 app.py 2>&1 | npabi explain -\n"
	"  npabi explain --format jsonl - <build.log | jq .advice\n"
	"\n"
	"Exit codes: 0 explained; 2 usage, or a text that cannot be read; 3 nothing in "
	"the\n"
	"text is known.\n";

const char *help_text(enum command on)
{
	switch (on) {
	case COMMAND_RUN:
		return help_run;
	case COMMAND_SCAN:
		return help_scan;
	case COMMAND_EXPLAIN:
		return help_explain;
	case COMMAND_HELP:
	case COMMAND_VERSION:
		break;
	}
	return help_all;
}
