/* SPDX-License-Identifier: MIT
 *
 * Runs the unit tests: all suites, or with an argument only the suite of that
 * name.  Check's own variables apply (CK_FORK=no under a debugger, CK_VERBOSITY,
 * CK_RUN_CASE).  Called by "make check-fast".
 */
#include <stdlib.h>

#include "unit/suites.h"

int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : NULL;
	SRunner *runner = srunner_create(NULL);
	int failed;

	for (suite_maker *const *maker = suite_makers; *maker; maker++)
		srunner_add_suite(runner, (*maker)());
	srunner_run(runner, only, NULL, CK_ENV);
	failed = srunner_ntests_failed(runner);
	/* a wrong name would be a run without any test */
	if (srunner_ntests_run(runner) == 0)
		failed = 1;
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
