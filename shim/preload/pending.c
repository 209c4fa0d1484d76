/* SPDX-License-Identifier: MIT
 *
 * Looks at exceptions without changing them.  Up to 3.11 one may still be a class
 * and a text that nobody has made an instance of; it stays so.  What str() would
 * give is only read off exceptions of classes written in C, whose "args" is a
 * plain field.  Called by runtime_probe.c and watch.c.
 */
#include <string.h>

#include "preload/pending.h"

#define FLAG_HEAP_TYPE (1ul << 9) /* Py_TPFLAGS_HEAPTYPE, CPython Include/object.h */

void pending_take(const struct cpython_functions *functions, struct pending_error *error_)
{
	memset(error_, 0, sizeof(*error_));
	if (functions->get_exception && functions->set_exception)
		error_->value = functions->get_exception();
	else
		functions->fetch_error(&error_->type, &error_->value, &error_->traceback);
}

void pending_put_back(const struct cpython_functions *functions,
		      const struct pending_error *error)
{
	functions->clear_error();
	if (functions->get_exception && functions->set_exception)
		functions->set_exception(error->value);
	else
		functions->restore_error(error->type, error->value, error->traceback);
}

/* Appends the string OBJECT, borrowed; nothing where it is none. */
static void append_text(const struct cpython_functions *functions, PyObject *object,
			struct npabi_textbuf *buf)
{
	const char *text = object ? functions->text_value(object) : NULL;

	if (text)
		npabi_textbuf_string(buf, text);
	functions->clear_error();
}

static bool is_plain_class(const struct cpython_functions *functions, PyObject *class)
{
	return class && functions->type_flags &&
	       !(functions->type_flags(class) & FLAG_HEAP_TYPE);
}

/* The attribute NAME of OBJECT, whose class is a plain one; NULL: none. */
static PyObject *get_attribute(const struct cpython_functions *functions,
			       PyObject *object, const char *name)
{
	PyObject *key = functions->interned_text(name);
	PyObject *value = key ? functions->generic_attribute(object, key) : NULL;

	if (key)
		functions->decref(key);
	functions->clear_error();
	return value;
}

void pending_name_class(const struct cpython_functions *functions, PyObject *class,
			struct npabi_textbuf *name)
{
	PyObject *object = NULL;

	if (is_plain_class(functions, class))
		object = get_attribute(functions, class, "__name__");
	append_text(functions, object, name);
	if (object)
		functions->decref(object);
}

/* The only argument of EXCEPTION, which str() shows; borrowed from *args_, or NULL. */
static PyObject *find_argument(const struct cpython_functions *functions,
			       PyObject *exception, PyObject **args_)
{
	*args_ = get_attribute(functions, exception, "args");
	if (!*args_ || !functions->tuple_size || !functions->tuple_item ||
	    functions->tuple_size(*args_) != 1) {
		functions->clear_error();
		return NULL;
	}
	return functions->tuple_item(*args_, 0);
}

void pending_describe(const struct cpython_functions *functions,
		      const struct pending_error *error, struct npabi_textbuf *type,
		      struct npabi_textbuf *message)
{
	PyObject *class = error->value ? functions->type_of(error->value) : NULL;
	bool is_instance = class && (!error->type || error->type == class);
	PyObject *text = error->value;
	PyObject *args = NULL;

	pending_name_class(functions, error->type ? error->type : class, type);
	if (!is_plain_class(functions, class))
		text = NULL;
	else if (is_instance)
		text = find_argument(functions, error->value, &args);
	append_text(functions, text, message);
	if (args)
		functions->decref(args);
	if (class)
		functions->decref(class);
}
