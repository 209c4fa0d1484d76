#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Measures two of the NumPy releases anew and compares with the committed table:
# one with sizes of its own only, and one with targets and sizes without the GIL.
# Called by scripts/run-tests.
set -eu

cd "$(dirname "$0")/../.."
for release in 1.24 2.1; do
	rm -f build/numpy-table/measured/"$release".*
done
scripts/gen-numpy-table --check 1.24 2.1
