/* SPDX-License-Identifier: MIT
 *
 * Which file explains which kind, and what they all need.  Called by
 * explain.c.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scan/explain_manager.h"
#include "scan/explain_package.h"
#include "scan/explanation.h"
#include "verdict/advice.h"

void explanation_effect(struct explanation *explanation, enum explanation_matters matters,
			const char *effect)
{
	explanation->matters = matters;
	snprintf(explanation->effect, sizeof(explanation->effect), "%s", effect);
}

void explanation_say(struct explanation *explanation, const char *format, ...)
{
	size_t length = strlen(explanation->meaning);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(explanation->meaning + length, sizeof(explanation->meaning) - length,
		  format, arguments);
	va_end(arguments);
}

void explanation_advise(struct explanation *explanation, const char *format, ...)
{
	va_list arguments;

	if (explanation->advice_count == EXPLANATION_ADVICE_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(explanation->advice[explanation->advice_count++],
		  sizeof(explanation->advice[0]), format, arguments);
	va_end(arguments);
}

/* npabi has read the extension itself, so its record knows better than the text. */
static void take_releases(const struct explain_context *context,
			  struct explanation *explanation)
{
	if (context->minimum[0] || context->below[0]) {
		memcpy(explanation->minimum, context->minimum, sizeof(context->minimum));
		memcpy(explanation->below, context->below, sizeof(context->below));
	}
	if (context->built[0])
		memcpy(explanation->built, context->built, sizeof(context->built));
	if (context->running[0])
		memcpy(explanation->running, context->running, sizeof(context->running));
}

/* The same holds for what to do: it knew the machine. */
static void take_advice(const struct explain_context *context,
			struct explanation *explanation)
{
	if (!context->advice_count)
		return;
	explanation->by_record = true;
	explanation->advice_count = context->advice_count;
	memcpy(explanation->advice, context->advice, sizeof(context->advice));
}

void explanation_advise_numpy(const struct explain_finding *finding,
			      struct explanation *explanation)
{
	const struct explain_context *context = &finding->context;
	char range[64];
	struct npabi_textbuf buf;

	take_releases(context, explanation);
	npabi_textbuf_init(&buf, range, sizeof(range));
	advice_append_bounds(&buf, explanation->minimum, explanation->below);
	if (range[0])
		explanation_advise(explanation, "%s install 'numpy%s'",
				   context->is_conda ? "conda" : "python -m pip", range);
}

void explanation_advise_release(struct explanation *explanation, const char *sentence)
{
	if (explanation->package[0] && explanation->is_conda)
		explain_manager_upgrade(explanation, sentence);
	else if (explanation->package[0])
		explanation_advise(explanation,
				   "python -m pip install --upgrade %s  # %s",
				   explanation->package, sentence);
	else
		explanation_advise(explanation, "a newer release of the package, %s",
				   sentence);
}

void explanation_advise_look(struct explanation *explanation)
{
	explanation_advise(
		explanation,
		"python -c 'import numpy; print(numpy.__version__, "
		"numpy.__file__)'  # two copies of NumPy may be installed, and "
		"the first on sys.path counts");
}

void explanation_advise_scan(struct explanation *explanation)
{
	explanation_advise(explanation,
			   "npabi scan ENVIRONMENT  # names each extension that does not "
			   "fit, its package, and the NumPy that suits all");
}

void explanation_advise_rebuild(struct explanation *explanation)
{
	if (!explain_package_has_source(explanation->package))
		return;
	explanation_advise(
		explanation,
		"python -m pip install --no-cache-dir --force-reinstall --no-deps "
		"--no-build-isolation "
		"--no-binary=:all: %s  # builds it here, for the NumPy that is "
		"installed: best where another package pins NumPy",
		explanation->package[0] ? explanation->package : "PACKAGE");
}

const char *explanation_subject(const struct explanation *explanation)
{
	return explanation->package[0] ? explanation->package : "the package";
}

static void name_package(const struct explain_finding *finding,
			 struct explanation *explanation)
{
	const struct explain_context *context = &finding->context;

	if (context->distribution[0])
		snprintf(explanation->package, sizeof(explanation->package), "%s",
			 context->distribution);
	else
		explain_package(context->package, explanation->package,
				sizeof(explanation->package));
}

static explanation_maker *const makers[] = {
	[EXPLAIN_SIZE_CHANGED] = explanation_of_size,
	[EXPLAIN_SIZE_WRONG] = explanation_of_size,
	[EXPLAIN_NOT_A_TYPE] = explanation_of_not_a_type,
	[EXPLAIN_FUNCTION] = explanation_of_function,
	[EXPLAIN_API_VERSION] = explanation_of_version,
	[EXPLAIN_ABI_VERSION] = explanation_of_version,
	[EXPLAIN_BYTE_ORDER] = explanation_of_import,
	[EXPLAIN_BANNER] = explanation_of_import,
	[EXPLAIN_NO_TABLE] = explanation_of_import,
	[EXPLAIN_BAD_TABLE] = explanation_of_import,
	[EXPLAIN_NO_MODULE] = explanation_of_import,
	[EXPLAIN_IMPORT_FAILED] = explanation_of_import,
	[EXPLAIN_AUTOMATIC] = explanation_of_import,
	[EXPLAIN_F2PY] = explanation_of_import,
	[EXPLAIN_BROKEN_NUMPY] = explanation_of_import,
	[EXPLAIN_NO_NUMPY] = explanation_of_import,
	[EXPLAIN_NEW_NAME] = explanation_of_import,
	[EXPLAIN_REMOVED_NAME] = explanation_of_import,
	[EXPLAIN_PYBIND11_1_7] = explanation_of_binder,
	[EXPLAIN_PYBIND11_1_ONLY] = explanation_of_binder,
	[EXPLAIN_PYBIND11_TABLE] = explanation_of_binder,
	[EXPLAIN_RUST] = explanation_of_binder,
	[EXPLAIN_NUMBA_NEW] = explanation_of_binder,
	[EXPLAIN_NUMBA_OLD] = explanation_of_binder,
	[EXPLAIN_NUMBA_SILENT] = explanation_of_binder,
	[EXPLAIN_TORCH] = explanation_of_binder,
	[EXPLAIN_TORCH_LATER] = explanation_of_binder,
	[EXPLAIN_TENSORFLOW] = explanation_of_binder,
	[EXPLAIN_GDAL] = explanation_of_binder,
	[EXPLAIN_RECORD] = explanation_of_binder,
};
_Static_assert(sizeof(makers) / sizeof(makers[0]) == EXPLAIN_KINDS, "one each");

void explanation_make(const struct explain_finding *finding,
		      struct explanation *explanation_)
{
	memset(explanation_, 0, sizeof(*explanation_));
	name_package(finding, explanation_);
	explanation_->is_conda = finding->context.is_conda;
	makers[finding->kind](finding, explanation_);
	take_releases(&finding->context, explanation_);
	explain_manager_advise(finding, explanation_);
	take_advice(&finding->context, explanation_);
}
