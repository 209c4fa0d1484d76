#!/bin/sh
# SPDX-License-Identifier: MIT
#
# "make install" puts the two files where it says and "make uninstall" takes them
# away again: into a DESTDIR, and as root for real, after which the bare
# LD_PRELOAD=libnpabi.so must be found by the loader.
set -eu

cd "$(dirname "$0")/.."
destination=$PWD/build/tests/install
python=/usr/bin/python3

fail() {
	echo "install: $*"
	exit 1
}

expect_mode() {
	[ "$(stat -c %a "$1")" = 755 ] || fail "$1 is not there with mode 755"
}

check_destdir() {
	rm -rf "$destination"
	make install "DESTDIR=$destination"
	expect_mode "$destination/usr/local/lib/libnpabi.so"
	expect_mode "$destination/usr/local/bin/npabi"
	make uninstall "DESTDIR=$destination"
	[ -z "$(find "$destination" -type f)" ] || fail "uninstall leaves files behind"
}

check_other_folders() {
	make install "DESTDIR=$destination" PREFIX=/opt/npabi LIBDIR=/opt/npabi/lib64
	expect_mode "$destination/opt/npabi/lib64/libnpabi.so"
	expect_mode "$destination/opt/npabi/bin/npabi"
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
make uninstall
trap - EXIT
[ ! -e /usr/local/lib/libnpabi.so ] || fail "uninstall leaves the library"
! ldconfig -p | grep -q libnpabi || fail "the loader's cache still names libnpabi.so"
echo "installed and removed"
