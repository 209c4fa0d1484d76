/* SPDX-License-Identifier: MIT
 *
 * A NumPy as the rules see it.  Knows the warning filters that NumPy sets for
 * itself.  Called by the verdict and the range of releases.
 */
#include <string.h>

#include "verdict/numpy_side.h"
#include "verdict/releases_lookup.h"

bool numpy_side_of_runtime(const struct runtime *runtime, struct numpy_side *numpy_)
{
	const struct release_runtime *row;
	struct numpy_side numpy = {0};

	if (!runtime || !version_parse(runtime->numpy, &numpy.version))
		return false;
	row = releases_row(&numpy.version);
	numpy.abi = runtime->abi_version ? runtime->abi_version : row ? row->abi : 0;
	numpy.api = runtime->api_version ? runtime->api_version : row ? row->api : 0;
	numpy.name = runtime->numpy;
	if (!numpy.abi || !numpy.api)
		return false;
	*numpy_ = numpy;
	return true;
}

void numpy_side_of_row(const struct release_runtime *row, struct numpy_side *numpy_)
{
	struct numpy_side numpy = {
		.abi = row->abi, .api = row->api, .name = row->release};

	version_parse(row->release, &numpy.version);
	*numpy_ = numpy;
}

bool numpy_side_hides_warning(const struct numpy_side *numpy, const char *type)
{
	const struct version *version = &numpy->version;

	if (version->major == 1 && version->minor == 15 && version->patch == 0)
		return false;
	if (strcmp(type, "numpy.dtype") == 0 || strcmp(type, "numpy.ufunc") == 0)
		return !version_before(version, 1, 7);
	return strcmp(type, "numpy.ndarray") == 0 && !version_before(version, 1, 10);
}
