#!/bin/sh
# SPDX-License-Identifier: MIT
#
# "make install" puts its files where it says and "make uninstall" takes them away
# again: into a DESTDIR, and as root for real, after which the bare
# LD_PRELOAD=libnpabi.so must be found by the loader, the manual pages by man, and the
# completions by the shells.
set -eu

cd "$(dirname "$0")/.."
destination=$PWD/build/tests/install
python=/usr/bin/python3

fail() {
	echo "install: $*"
	exit 1
}

# expect_mode FILE [MODE]
expect_mode() {
	[ "$(stat -c %a "$1")" = "${2:-755}" ] || fail "$1 is not there with mode ${2:-755}"
}

# What there is below the PREFIX $1 but the library.
expect_data() {
	expect_mode "$1/bin/npabi"
	for file in man/man1/npabi.1 man/man7/libnpabi.7 bash-completion/completions/npabi \
		zsh/site-functions/_npabi fish/vendor_completions.d/npabi.fish; do
		expect_mode "$1/share/$file" 644
	done
}

check_destdir() {
	rm -rf "$destination"
	make install "DESTDIR=$destination"
	expect_mode "$destination/usr/local/lib/libnpabi.so"
	expect_data "$destination/usr/local"
	make uninstall "DESTDIR=$destination"
	[ -z "$(find "$destination" -type f)" ] || fail "uninstall leaves files behind"
}

check_other_folders() {
	make install "DESTDIR=$destination" PREFIX=/opt/npabi LIBDIR=/opt/npabi/lib64
	expect_mode "$destination/opt/npabi/lib64/libnpabi.so"
	expect_data "$destination/opt/npabi"
	rm -rf "$destination"
}

check_loader() {
	loaded=$(LD_PRELOAD=libnpabi.so grep -c libnpabi.so /proc/self/maps || true)
	[ "$loaded" -gt 0 ] || fail "the loader does not find libnpabi.so"
	said=$(LD_PRELOAD=libnpabi.so /bin/true 2>&1)
	[ -z "$said" ] || fail "with LD_PRELOAD=libnpabi.so, true says: $said"
	version=$(/usr/local/bin/npabi --version)
	case $version in
	*"$(cat VERSION)"*) ;;
	*) fail "npabi --version says '$version'" ;;
	esac
}

check_python() {
	if ! "$python" -c 'import numpy' 2>/dev/null; then
		echo "SKIP the log of a Python: $python has no NumPy"
		return
	fi
	log=$PWD/build/tests/install.jsonl
	rm -f "$log"
	NPABI_LOG=$log NPABI_FORMAT=jsonl NPABI_LEVEL=info LD_PRELOAD=libnpabi.so \
		"$python" -c 'import numpy'
	grep -q '"event": *"extension"' "$log" || fail "no extension in $log"
}

# Says "SKIP" where COMMAND, the first argument, is not here.
has() {
	command -v "$1" >/dev/null || { echo "SKIP what $1 finds: it is not here" && false; }
}

check_data() {
	if has man; then
		man -w npabi >/dev/null || fail "man does not find npabi(1)"
		man -w libnpabi >/dev/null || fail "man does not find libnpabi(7)"
	fi
	if has fish; then
		# some builds of fish look into /usr/local only where they are told to
		HOME=$destination XDG_DATA_DIRS=/usr/local/share:/usr/share \
			fish -c 'complete -C "npabi sc"' | grep -q '^scan' ||
			fail "fish does not complete npabi"
	fi
	if has zsh; then
		# shellcheck disable=SC2016 # for zsh
		zsh -f -c 'autoload -Uz compinit; compinit -u -D; print $_comps[npabi]' |
			grep -qx _npabi || fail "zsh has no completion for npabi"
	fi
	rules=/usr/share/bash-completion/bash_completion
	if [ ! -e $rules ]; then
		echo "SKIP what bash-completion finds: it is not here"
	else
		bash -c "source $rules; _completion_loader npabi; complete -p npabi" |
			grep -q -- '-F _npabi' || fail "bash has no completion for npabi"
	fi
}

remove_installed() {
	make uninstall >/dev/null
}

check_destdir
check_other_folders
if [ "$(id -u)" != 0 ]; then
	echo "SKIP the real installation: not root"
	exit 0
fi
if [ -e /usr/local/lib/libnpabi.so ] || [ -e /usr/local/bin/npabi ]; then
	echo "SKIP the real installation: there is one already"
	exit 0
fi
trap remove_installed EXIT
make install
check_loader
check_python
check_data
make uninstall
trap - EXIT
[ ! -e /usr/local/lib/libnpabi.so ] || fail "uninstall leaves the library"
! ldconfig -p | grep -q libnpabi || fail "the loader's cache still names libnpabi.so"
echo "installed and removed"
