/* SPDX-License-Identifier: MIT
 *
 * Looks into module dictionaries only: an attribute look-up on a module may run
 * its __getattr__, and NumPy has one that warns.  Types are asked through
 * object.__getattribute__, which finds type.__basicsize__ whatever a metaclass
 * says, so that the layout of a type object need not be known.  The only file
 * that calls into CPython.  Called by inspect.c.
 */
#include <string.h>

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

struct saved_error {
	PyObject *type, *value, *traceback; /* value alone where an exception is one */
};

static void save_error(const struct cpython_functions *functions,
		       struct saved_error *error_)
{
	memset(error_, 0, sizeof(*error_));
	if (functions->get_exception && functions->set_exception)
		error_->value = functions->get_exception();
	else
		functions->fetch_error(&error_->type, &error_->value, &error_->traceback);
}

static void put_back_error(const struct cpython_functions *functions,
			   const struct saved_error *error)
{
	functions->clear_error();
	if (functions->get_exception && functions->set_exception)
		functions->set_exception(error->value);
	else
		functions->restore_error(error->type, error->value, error->traceback);
}

static bool may_call(const struct cpython *python, bool by_interpreter)
{
	const struct cpython_functions *functions = &python->functions;
	void *current;

	if (python->missing[0] || python->gone || !functions->is_initialized())
		return false;
	current = functions->current_thread_state();
	return current && (by_interpreter || current == functions->own_thread_state());
}

/* The dictionary of the imported module NAME; borrowed, NULL: none. */
static PyObject *find_module(const struct cpython_functions *functions, const char *name)
{
	PyObject *modules = functions->sys_object("modules");
	PyObject *module = modules ? functions->dict_item(modules, name) : NULL;
	PyObject *dict = module ? functions->module_dict(module) : NULL;

	if (!dict)
		functions->clear_error();
	return dict;
}

/* Copies the string KEY of the module dictionary DICT, cut to SIZE; "": none. */
static void copy_text(const struct cpython_functions *functions, PyObject *dict,
		      const char *key, char *text_, size_t size)
{
	PyObject *object = dict ? functions->dict_item(dict, key) : NULL;
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

static void read_api_table(const struct cpython_functions *functions,
			   struct runtime *runtime)
{
	unsigned int (*const *table)(void) = NULL;
	PyObject *capsule;
	PyObject *dict;

	for (size_t i = 0; i < sizeof(table_modules) / sizeof(table_modules[0]); i++) {
		dict = find_module(functions, table_modules[i]);
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
	runtime->abi_version = table[SLOT_ABI_VERSION]();
	runtime->api_version = table[SLOT_API_VERSION]();
}

/* Is OBJECT a class?  The type of any object's type, twice over, is "type". */
static bool is_class(const struct cpython_functions *functions, PyObject *object)
{
	PyObject *type = functions->type_of(object);
	PyObject *metatype = functions->type_of(functions->sys_object("modules"));
	PyObject *type_type = metatype ? functions->type_of(metatype) : NULL;
	bool is = type && type_type && functions->is_subtype(type, type_type);

	if (type)
		functions->decref(type);
	if (metatype)
		functions->decref(metatype);
	if (type_type)
		functions->decref(type_type);
	return is;
}

static bool read_size(const struct cpython_functions *functions, PyObject *type,
		      const char *attribute, uint64_t *size_)
{
	PyObject *name = functions->text(attribute);
	PyObject *value = name ? functions->generic_attribute(type, name) : NULL;
	ptrdiff_t size = value ? functions->long_value(value) : -1;

	if (name)
		functions->decref(name);
	if (value)
		functions->decref(value);
	if (size < 0) {
		functions->clear_error();
		return false;
	}
	*size_ = (uint64_t)size;
	return true;
}

/* Adds the type NAME, "package.module.Type", if it is there to be looked at. */
static bool add_type(const struct cpython_functions *functions, const char *name,
		     struct runtime *runtime)
{
	struct runtime_type *entry = &runtime->types[runtime->type_count];
	const char *dot = strrchr(name, '.');
	PyObject *module;
	PyObject *type;

	if (!dot || runtime->type_count == RUNTIME_TYPES_MAX)
		return false;
	memcpy(entry->name, name, (size_t)(dot - name));
	entry->name[dot - name] = '\0';
	module = find_module(functions, entry->name);
	type = module ? functions->dict_item(module, dot + 1) : NULL;
	if (!type || !is_class(functions, type) ||
	    !read_size(functions, type, "__basicsize__", &entry->basic_size) ||
	    !read_size(functions, type, "__itemsize__", &entry->item_size))
		return false;
	memcpy(entry->name, name, strlen(name) + 1);
	runtime->type_count++;
	return true;
}

/* False when a type of NumPy's own is not there. */
static bool add_types(const struct cpython_functions *functions,
		      const struct facts *facts, struct runtime *runtime)
{
	const struct facts_size_check *check = facts->checks;
	bool complete = true;

	for (unsigned i = 0; i < facts->check_count; i++, check++) {
		if (runtime_find_type(runtime, check->type))
			continue;
		if (!add_type(functions, check->type, runtime) &&
		    strncmp(check->type, "numpy.", 6) == 0)
			complete = false;
	}
	return complete;
}

static enum probe_result look(const struct cpython_functions *functions,
			      const struct facts *facts, struct runtime *runtime)
{
	PyObject *numpy = find_module(functions, "numpy");
	bool complete;

	read_api_table(functions, runtime);
	copy_text(functions, numpy, "__version__", runtime->numpy,
		  sizeof(runtime->numpy));
	if (!runtime->numpy[0]) /* numpy/__init__ has not come to it yet */
		copy_text(functions, find_module(functions, "numpy.version"), "version",
			  runtime->numpy, sizeof(runtime->numpy));
	copy_text(functions, numpy, "__file__", runtime->numpy_path,
		  sizeof(runtime->numpy_path));
	complete = add_types(functions, facts, runtime);
	if (!runtime->numpy[0] && !runtime->abi_version)
		return PROBE_NOTHING;
	if (!runtime->numpy[0] || !runtime->abi_version)
		return PROBE_PARTIAL;
	return complete ? PROBE_COMPLETE : PROBE_PARTIAL;
}

enum probe_result runtime_probe(const struct cpython *python, bool by_interpreter,
				const struct facts *facts, struct runtime *runtime_)
{
	const struct cpython_functions *functions = &python->functions;
	struct saved_error error;
	enum probe_result result;

	memset(runtime_, 0, offsetof(struct runtime, types));
	if (!may_call(python, by_interpreter))
		return PROBE_NOTHING;
	cpython_version(python, runtime_->python, sizeof(runtime_->python));
	save_error(functions, &error);
	result = look(functions, facts, runtime_);
	put_back_error(functions, &error);
	return result;
}
