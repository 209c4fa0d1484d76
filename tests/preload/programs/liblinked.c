/* SPDX-License-Identifier: MIT
 *
 * A library that calls import_array for the extension that is linked with it.
 */
#include <Python.h>
#include <numpy/arrayobject.h>

int bring_numpy(void)
{
	import_array1(-1);
	return 0;
}
