/* SPDX-License-Identifier: MIT
 *
 * Looks into module dictionaries only: an attribute look-up on a module may run
 * its __getattr__, and NumPy has one that warns.  Types are asked through
 * object.__getattribute__, which finds type.__basicsize__ whatever a metaclass
 * says, so that the layout of a type object need not be known.  Called by
 * inspect.c.
 */
#include <string.h>

#include "preload/pending.h"
#include "preload/runtime_probe.h"

/* Slots of NumPy's C API table; numpy/core/code_generators/numpy_api.py. */
#define SLOT_ABI_VERSION 0
#define SLOT_API_VERSION 211

/* Who has the table, newest first; the same file under three names. */
static const char table_modules[][32] = {
	"numpy._core._multiarray_umath",
	"numpy.core._multiarray_umath",
	"numpy.core.multiarray",
};

static bool may_call(const struct cpython *python, bool by_interpreter)
{
	const struct cpython_functions *functions = &python->functions;
	void *current;

	if (python->missing[0] || python->gone || !functions->is_initialized())
		return false;
	current = cpython_thread_state(functions);
	return current && (by_interpreter || current == functions->own_thread_state());
}

/* One look at Python: what is used again and again in it. */
struct probe {
	const struct cpython_functions *functions;
	PyObject *modules;		  /* sys.modules; borrowed, NULL: none */
	PyObject *type;			  /* the class "type" */
	PyObject *basic_size, *item_size; /* attribute names */
	struct runtime *runtime;

	/* the module that was looked at last, since types come in runs */
	char module_name[sizeof(((struct runtime_type *)NULL)->name)];
	PyObject *module_dict; /* borrowed, NULL: not imported */
};

/* The dictionary of the imported module NAME; borrowed, NULL: none. */
static PyObject *find_module(const struct probe *probe, const char *name)
{
	const struct cpython_functions *functions = probe->functions;
	PyObject *module;
	PyObject *dict;

	module = probe->modules ? functions->dict_item(probe->modules, name) : NULL;
	dict = module ? functions->module_dict(module) : NULL;
	if (module && !dict)
		functions->clear_error();
	return dict;
}

/* Copies the string OBJECT, cut to SIZE; "": it is NULL or none. */
static void copy_text(const struct cpython_functions *functions, PyObject *object,
		      char *text_, size_t size)
{
	const char *text = object ? functions->text_value(object) : NULL;
	size_t length = text ? strlen(text) : 0;

	if (object && !text)
		functions->clear_error();
	if (length >= size)
		length = size - 1;
	if (length)
		memcpy(text_, text, length);
	text_[length] = '\0';
}

/* Copies the string KEY of the module dictionary DICT likewise. */
static void copy_member(const struct cpython_functions *functions, PyObject *dict,
			const char *key, char *text_, size_t size)
{
	copy_text(functions, dict ? functions->dict_item(dict, key) : NULL, text_, size);
}

static void read_api_table(const struct probe *probe)
{
	const struct cpython_functions *functions = probe->functions;
	unsigned int (*const *table)(void) = NULL;
	PyObject *capsule;
	PyObject *dict;

	for (size_t i = 0; i < sizeof(table_modules) / sizeof(table_modules[0]); i++) {
		dict = find_module(probe, table_modules[i]);
		capsule = dict ? functions->dict_item(dict, "_ARRAY_API") : NULL;
		if (!capsule)
			continue;
		table = functions->capsule_pointer(capsule, NULL);
		if (table)
			break;
		functions->clear_error();
	}
	if (!table || !table[SLOT_ABI_VERSION] || !table[SLOT_API_VERSION])
		return;
	probe->runtime->abi_version = table[SLOT_ABI_VERSION]();
	probe->runtime->api_version = table[SLOT_API_VERSION]();
}

static void read_versions(const struct probe *probe)
{
	const struct cpython_functions *functions = probe->functions;
	PyObject *numpy = find_module(probe, "numpy");
	struct runtime *runtime = probe->runtime;

	read_api_table(probe);
	copy_member(functions, numpy, "__version__", runtime->numpy,
		    sizeof(runtime->numpy));
	if (!runtime->numpy[0]) /* numpy/__init__ has not come to it yet */
		copy_member(functions, find_module(probe, "numpy.version"), "version",
			    runtime->numpy, sizeof(runtime->numpy));
	copy_member(functions, numpy, "__file__", runtime->numpy_path,
		    sizeof(runtime->numpy_path));
}

/* sys.executable; in a host that is no Python it names the host, which has no pip. */
static void read_executable(const struct probe *probe)
{
	struct runtime *runtime = probe->runtime;
	const char *name;

	copy_text(probe->functions, probe->functions->sys_object("executable"),
		  runtime->executable, sizeof(runtime->executable));
	name = strrchr(runtime->executable, '/');
	if (!name || strncmp(name, "/python", 7) != 0 ||
	    strlen(runtime->executable) + 1 == sizeof(runtime->executable))
		runtime->executable[0] = '\0';
}

static bool is_class(const struct probe *probe, PyObject *object)
{
	PyObject *type = probe->functions->type_of(object);
	bool is = type && probe->functions->is_subtype(type, probe->type);

	if (type)
		probe->functions->decref(type);
	return is;
}

static bool read_size(const struct probe *probe, PyObject *type, PyObject *attribute,
		      uint64_t *size_)
{
	const struct cpython_functions *functions = probe->functions;
	PyObject *value = functions->generic_attribute(type, attribute);
	ptrdiff_t size = value ? functions->long_value(value) : -1;

	if (value)
		functions->decref(value);
	if (size < 0) {
		functions->clear_error();
		return false;
	}
	*size_ = (uint64_t)size;
	return true;
}

/* The dictionary of the module whose name is the LENGTH first bytes of NAME. */
static PyObject *find_type_module(struct probe *probe, const char *name, size_t length)
{
	if (length >= sizeof(probe->module_name))
		return NULL;
	if (strncmp(probe->module_name, name, length) != 0 ||
	    probe->module_name[length]) {
		memcpy(probe->module_name, name, length);
		probe->module_name[length] = '\0';
		probe->module_dict = find_module(probe, probe->module_name);
	}
	return probe->module_dict;
}

/* Adds the type NAME, "package.module.Type", if it is there to be looked at. */
static bool add_type(struct probe *probe, const char *name)
{
	struct runtime_type *entry = &probe->runtime->types[probe->runtime->type_count];
	const char *dot = strrchr(name, '.');
	PyObject *module;
	PyObject *type;

	if (!dot || probe->runtime->type_count == RUNTIME_TYPES_MAX)
		return false;
	module = find_type_module(probe, name, (size_t)(dot - name));
	type = module ? probe->functions->dict_item(module, dot + 1) : NULL;
	if (!type || !is_class(probe, type) ||
	    !read_size(probe, type, probe->basic_size, &entry->basic_size) ||
	    !read_size(probe, type, probe->item_size, &entry->item_size))
		return false;
	memcpy(entry->name, name, strlen(name) + 1);
	probe->runtime->type_count++;
	return true;
}

/* False when a type of NumPy's own is not there. */
static bool add_types(struct probe *probe, const struct facts *facts)
{
	const struct facts_size_check *check = facts->checks;
	bool complete = true;

	for (unsigned i = 0; i < facts->check_count; i++, check++) {
		if (runtime_find_type(probe->runtime, check->type))
			continue;
		if (!add_type(probe, check->type) &&
		    strncmp(check->type, "numpy.", 6) == 0)
			complete = false;
	}
	return complete;
}

/* Makes what a probe needs; false when Python has no room for it. */
static bool open_probe(struct probe *probe)
{
	const struct cpython_functions *functions = probe->functions;
	PyObject *text_type;

	probe->modules = functions->sys_object("modules");
	probe->basic_size = functions->interned_text("__basicsize__");
	probe->item_size = functions->interned_text("__itemsize__");
	if (!probe->basic_size || !probe->item_size)
		return false;
	text_type = functions->type_of(probe->basic_size);
	probe->type = functions->type_of(text_type);
	functions->decref(text_type);
	return true;
}

static void close_probe(const struct probe *probe)
{
	if (probe->type)
		probe->functions->decref(probe->type);
	if (probe->basic_size)
		probe->functions->decref(probe->basic_size);
	if (probe->item_size)
		probe->functions->decref(probe->item_size);
}

static enum probe_result look(struct probe *probe, const struct facts *facts)
{
	const struct runtime *runtime = probe->runtime;
	bool complete;

	if (!open_probe(probe))
		return PROBE_NOTHING;
	read_versions(probe);
	read_executable(probe);
	complete = add_types(probe, facts);
	if (!runtime->numpy[0] && !runtime->abi_version)
		return PROBE_NOTHING;
	if (!runtime->numpy[0] || !runtime->abi_version)
		return PROBE_PARTIAL;
	return complete ? PROBE_COMPLETE : PROBE_PARTIAL;
}

enum probe_result runtime_probe(const struct cpython *python, bool by_interpreter,
				const struct facts *facts, struct runtime *runtime_)
{
	struct probe probe = {.functions = &python->functions, .runtime = runtime_};
	struct pending_error error;
	enum probe_result result;

	memset(runtime_, 0, offsetof(struct runtime, types));
	if (!may_call(python, by_interpreter))
		return PROBE_NOTHING;
	cpython_version(python, runtime_->python, sizeof(runtime_->python));
	pending_take(probe.functions, &error);
	result = look(&probe, facts);
	close_probe(&probe);
	pending_put_back(probe.functions, &error);
	return result;
}
