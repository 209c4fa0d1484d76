/* SPDX-License-Identifier: MIT
 *
 * A function's code is the same for all its calls: where only the texts and the
 * size differ, which it does nothing with but compare and print, what it does
 * with a type of another size is the same too.
 */
#include "facts/size_recipe.h"

#include <string.h>

#include "facts/checks.h"

#define NOWHERE 0xff

/* Is the argument a number of its own kind, or as unknown as the other? */
static bool same_value(struct value a, struct value b)
{
	if (value_is_number(&a) || value_is_number(&b))
		return value_is_number(&a) && value_is_number(&b) && a.number == b.number;
	return a.kind == b.kind;
}

/* The only argument that is NUMBER, or NOWHERE. */
static uint8_t find_argument(const struct value *arguments, unsigned count,
			     uint64_t number)
{
	uint8_t found = NOWHERE;

	for (unsigned n = 0; n < count; n++) {
		if (!value_is_number(&arguments[n]) || arguments[n].number != number)
			continue;
		if (found != NOWHERE)
			return NOWHERE;
		found = (uint8_t)n;
	}
	return found;
}

static unsigned take_arguments(const struct reader *reader, const struct state *start,
			       struct value *arguments_)
{
	const struct machine *machine = reader->flow.machine;

	for (unsigned n = 0; n < machine->argument_count; n++)
		arguments_[n] = start->regs[machine->arguments[n]];
	return machine->argument_count;
}

/* Is TEXT (NULL: none) a dotted name? */
static bool is_name(const char *text)
{
	return text && text[0] &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789_.")] == '\0';
}

bool size_recipe_may_fit(const struct reader *reader, const struct state *start)
{
	struct value arguments[8];
	unsigned count = take_arguments(reader, start, arguments);
	unsigned names = 0, numbers = 0;

	for (unsigned n = 0; n < count; n++) {
		names += is_name(reader_text(reader, arguments[n]));
		numbers += value_is_number(&arguments[n]) && arguments[n].number;
	}
	/* a size may be the address of something as well, even of a text */
	return names >= 2 && numbers > 2;
}

void size_recipe_learn(struct reader *reader, const struct state *start, uint64_t module,
		       uint64_t name, const struct facts_size_check *check)
{
	struct size_recipe recipe = {.function = start->pc,
				     .policy = check->policy,
				     .wording = check->wording,
				     .item_size_counts = check->item_size_counts};
	unsigned count = take_arguments(reader, start, recipe.arguments);

	recipe.module = find_argument(recipe.arguments, count, module);
	recipe.name = find_argument(recipe.arguments, count, name);
	recipe.size = find_argument(recipe.arguments, count, check->expected);
	if (recipe.module == NOWHERE || recipe.name == NOWHERE || recipe.size == NOWHERE)
		return;
	if (reader->recipe_count < READER_RECIPES)
		reader->recipes[reader->recipe_count++] = recipe;
}

static bool covers(const struct size_recipe *recipe, uint64_t function,
		   const struct value *arguments, unsigned count)
{
	if (recipe->function != function)
		return false;
	for (unsigned n = 0; n < count; n++) {
		if (n == recipe->module || n == recipe->name || n == recipe->size)
			continue;
		if (!same_value(arguments[n], recipe->arguments[n]))
			return false;
	}
	/* size 0 is another case: Cython 3.1 and later then check nothing */
	return value_is_number(&arguments[recipe->size]) &&
	       arguments[recipe->size].number;
}

bool size_recipe_apply(const struct reader *reader, const struct state *start,
		       struct facts_size_check *check_)
{
	struct value arguments[8];
	unsigned count = take_arguments(reader, start, arguments);

	for (unsigned i = 0; i < reader->recipe_count; i++) {
		const struct size_recipe *recipe = &reader->recipes[i];
		const char *module, *name;

		if (!covers(recipe, start->pc, arguments, count))
			continue;
		module = reader_text(reader, arguments[recipe->module]);
		name = reader_text(reader, arguments[recipe->name]);
		if (!module || !name)
			return false;
		checks_name_type(check_, module, name);
		check_->expected = arguments[recipe->size].number;
		check_->policy = recipe->policy;
		check_->wording = recipe->wording;
		check_->item_size_counts = recipe->item_size_counts;
		return true;
	}
	return false;
}
