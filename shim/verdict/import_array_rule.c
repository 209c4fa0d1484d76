/* SPDX-License-Identifier: MIT
 *
 * import_array's checks in the order in which NumPy makes them: the module, the
 * table in it, the ABI version, the API version; import_umath makes the first two
 * only.  Knows nothing of type sizes.  Called by the verdict and the range
 * of releases.
 */
#include <stdio.h>
#include <string.h>

#include "verdict/import_array_rule.h"

#define ABI_2_0	 0x02000000u
#define API_1_16 0xdu

/* Cython/Utility/NumpyImportArray.c, the same in 3.0.0 to 3.3.0 */
static const char automatic_suffix[] =
	" (auto-generated because you didn't call 'numpy.import_array()' after "
	"cimporting numpy; use '<void>numpy._import_array' to disable if you are certain "
	"you don't need it).";

static const char troubleshooting[] =
	"Check the section C-API incompatibility at the Troubleshooting ImportError "
	"section at https://numpy.org/devdocs/user/troubleshooting-importerror.html"
	"#c-api-incompatibility for indications on how to solve this problem";

/* numpy/core/_multiarray_umath.py of NumPy 2, with the release in place of %s */
static const char numpy_2_banner[] =
	"\nA module that was compiled using NumPy 1.x cannot be run in\n"
	"NumPy %s as it may crash. To support both 1.x and 2.x\n"
	"versions of NumPy, modules must be compiled with NumPy 2.0.\n"
	"Some module may need to rebuild instead e.g. with 'pybind11>=2.12'.\n\n"
	"If you are a user of the module, the easiest solution will be to\n"
	"downgrade to 'numpy<2' or try to upgrade the affected module.\n"
	"We expect that some modules will need time to support NumPy 2.\n\n";

static bool asks_for(const struct facts *facts, const char *name)
{
	for (unsigned i = 0; i < facts->import_count && i < FACTS_IMPORTS_MAX; i++)
		if (strcmp(facts->imports[i], name) == 0)
			return true;
	return false;
}

static bool uses_import_array(const struct facts *facts)
{
	return facts->access == FACTS_ACCESS_IMPORT_ARRAY || facts->abi_version != 0;
}

/* By the modules that the code asks for: less sure, and all that import_umath tells. */
static enum header_era era_by_modules(const struct facts *facts)
{
	if (!facts->abi_version && asks_for(facts, "numpy._core._multiarray_umath"))
		return HEADER_ERA_2_0;
	if (asks_for(facts, "numpy.core._multiarray_umath"))
		return HEADER_ERA_1_16;
	if (asks_for(facts, "numpy.core.multiarray") ||
	    asks_for(facts, "numpy.core.umath"))
		return HEADER_ERA_1_7;
	return HEADER_ERA_UNKNOWN;
}

enum header_era import_array_era(const struct facts *facts)
{
	if (!uses_import_array(facts) && facts->access != FACTS_ACCESS_UFUNC)
		return HEADER_ERA_UNKNOWN;
	if (facts->abi_version >= ABI_2_0)
		return HEADER_ERA_2_0;
	if (facts->abi_version && facts->api_version)
		return facts->api_version >= API_1_16 ? HEADER_ERA_1_16 : HEADER_ERA_1_7;
	return era_by_modules(facts);
}

static void set_cause(struct verdict *verdict, const char *type, const char *text)
{
	if (!verdict)
		return;
	snprintf(verdict->cause_type, sizeof(verdict->cause_type), "%s", type);
	snprintf(verdict->cause, sizeof(verdict->cause), "%s", text);
}

/* Do the headers ask for a module that came with NumPy 1.16, and NUMPY has none? */
static bool module_is_missing(enum header_era era, const struct numpy_side *numpy)
{
	return (era == HEADER_ERA_1_16 || era == HEADER_ERA_2_0) &&
	       version_before(&numpy->version, 1, 16);
}

/* Do they ask for a table where NumPy 2 has a refusal instead? */
static bool table_is_refused(enum header_era era, const struct numpy_side *numpy)
{
	return era == HEADER_ERA_1_16 && !version_before(&numpy->version, 2, 0);
}

static bool module_refuses(const struct facts *facts, enum header_era era,
			   const struct numpy_side *numpy, struct verdict *verdict)
{
	if (module_is_missing(era, numpy)) {
		if (facts->python2)
			set_cause(verdict, "ImportError",
				  "No module named _multiarray_umath");
		else
			set_cause(verdict, "ModuleNotFoundError",
				  "No module named 'numpy.core._multiarray_umath'");
		return true;
	}
	if (!table_is_refused(era, numpy))
		return false;
	if (!facts->keeps_import_error)
		set_cause(verdict, "AttributeError", "_ARRAY_API not found");
	else
		set_cause(verdict, "ImportError", "");
	if (verdict && facts->keeps_import_error)
		snprintf(verdict->cause, sizeof(verdict->cause), numpy_2_banner,
			 numpy->name);
	return true;
}

static const char *number_prefix(const struct facts *facts)
{
	return facts->versions_without_prefix ? "" : "0x";
}

static bool abi_refuses(const struct facts *facts, const struct numpy_side *numpy,
			struct verdict *verdict)
{
	const char *prefix = number_prefix(facts);

	if (facts->abi_version >= ABI_2_0 ? facts->abi_version >= numpy->abi
					  : facts->abi_version == numpy->abi)
		return false;
	set_cause(verdict, "RuntimeError", "");
	if (verdict)
		snprintf(verdict->cause, sizeof(verdict->cause),
			 "module compiled against ABI version %s%x but this version of "
			 "numpy is %s%x",
			 prefix, facts->abi_version, prefix, numpy->abi);
	return true;
}

static void write_api_1(const struct facts *facts, const struct numpy_side *numpy,
			struct verdict *verdict)
{
	const char *prefix = number_prefix(facts);
	int length =
		snprintf(verdict->cause, sizeof(verdict->cause),
			 "module compiled against API version %s%x but this version of "
			 "numpy is %s%x",
			 prefix, facts->api_version, prefix, numpy->api);

	if (facts->api_text_points_to_docs && length > 0)
		snprintf(verdict->cause + length, sizeof(verdict->cause) - (size_t)length,
			 " . %s .", troubleshooting);
}

static bool api_refuses(const struct facts *facts, const struct numpy_side *numpy,
			struct verdict *verdict)
{
	if (facts->api_version <= numpy->api)
		return false;
	set_cause(verdict, "RuntimeError", "");
	if (!verdict)
		return true;
	if (facts->abi_version < ABI_2_0)
		write_api_1(facts, numpy, verdict);
	else if (facts->api_release[0])
		snprintf(verdict->cause, sizeof(verdict->cause),
			 "module was compiled against NumPy C-API version 0x%x (NumPy "
			 "%s) but "
			 "the running NumPy has C-API version 0x%x. %s.",
			 facts->api_version, facts->api_release, numpy->api,
			 troubleshooting);
	return true;
}

/* What import_array's caller makes of a failure. */
static void write_final(const struct facts *facts, enum header_era era,
			struct verdict *verdict)
{
	/* without versions it cannot be told which of the two calls this is */
	bool words_known = facts->abi_version != 0;

	snprintf(verdict->error_type, sizeof(verdict->error_type), "ImportError");
	if (!words_known || era == HEADER_ERA_UNKNOWN)
		set_cause(verdict, "", "");
	if (!words_known)
		return;
	snprintf(verdict->message, sizeof(verdict->message),
		 "numpy.%s.multiarray failed to import%s",
		 era == HEADER_ERA_2_0 && !facts->automatic_import_array ? "_core"
									 : "core",
		 facts->automatic_import_array ? automatic_suffix : "");
}

static enum verdict_kind judge_import_array(const struct facts *facts,
					    enum header_era era,
					    const struct numpy_side *numpy,
					    struct verdict *verdict)
{
	bool versions = facts->abi_version != 0;

	if (module_refuses(facts, era, numpy, verdict) ||
	    (versions && abi_refuses(facts, numpy, verdict)) ||
	    (versions && api_refuses(facts, numpy, verdict))) {
		if (verdict)
			write_final(facts, era, verdict);
		return VERDICT_ERROR;
	}
	if (era == HEADER_ERA_UNKNOWN || !versions || !facts->api_version)
		return VERDICT_UNKNOWN;
	return VERDICT_OK;
}

static enum verdict_kind judge_import_umath(enum header_era era,
					    const struct numpy_side *numpy,
					    struct verdict *verdict)
{
	if (era == HEADER_ERA_UNKNOWN)
		return VERDICT_UNKNOWN;
	if (module_is_missing(era, numpy))
		set_cause(verdict, "ImportError",
			  era == HEADER_ERA_2_0
				  ? "_multiarray_umath failed to import"
				  : "numpy.core._multiarray_umath failed to import");
	else if (table_is_refused(era, numpy))
		set_cause(verdict, "AttributeError", "_UFUNC_API not found");
	else
		return VERDICT_OK;
	if (verdict) {
		snprintf(verdict->error_type, sizeof(verdict->error_type), "ImportError");
		snprintf(verdict->message, sizeof(verdict->message),
			 "numpy.%s.umath failed to import",
			 era == HEADER_ERA_2_0 ? "_core" : "core");
	}
	return VERDICT_ERROR;
}

enum verdict_kind import_array_rule(const struct facts *facts,
				    const struct numpy_side *numpy,
				    struct verdict *verdict_)
{
	enum header_era era = import_array_era(facts);

	if (uses_import_array(facts))
		return judge_import_array(facts, era, numpy, verdict_);
	if (facts->access == FACTS_ACCESS_UFUNC)
		return judge_import_umath(era, numpy, verdict_);
	/* a table fetched by code of the extension's own: nobody knows what it asks */
	return facts->access == FACTS_ACCESS_TABLE ? VERDICT_UNKNOWN : VERDICT_OK;
}

bool import_array_is_refused(const struct facts *facts, const struct numpy_side *numpy)
{
	return module_refuses(facts, import_array_era(facts), numpy, NULL);
}
